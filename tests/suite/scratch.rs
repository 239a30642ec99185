use bowl::{elaborate, syntax};
#[test]
fn parse_all() {
    for f in std::fs::read_dir("/tmp/t").expect("dir") {
        let p = f.expect("f").path();
        if p.extension().is_none_or(|e| e != "opt") {
            continue;
        }
        let text = syntax::decode(&std::fs::read(&p).expect("r")).expect("d");
        let t = std::time::Instant::now();
        match syntax::parse(&text) {
            Ok(file) => {
                println!(
                    "{} parsed {} statements {:?}",
                    p.display(),
                    file.statements.len(),
                    t.elapsed()
                );
                let t = std::time::Instant::now();
                let inputs = elaborate::Inputs {
                    directory: "/tmp/t".into(),
                    ..Default::default()
                };
                match elaborate::elaborate(&text, &file, &inputs) {
                    Ok(problem) => {
                        println!(
                            "  elaborated {:?}, {} nodes, {} constraints",
                            t.elapsed(),
                            problem.graph.len(),
                            problem.constraints.len()
                        );
                        if problem.graph.len() < 300 {
                            for r in problem.roots().iter().take(6) {
                                println!("   {}", problem.text(*r));
                            }
                        }
                    }
                    Err(es) => {
                        for e in es {
                            println!(
                                "{:?}",
                                miette::Report::new(e).with_source_code(miette::NamedSource::new(
                                    p.display().to_string(),
                                    text.clone()
                                ))
                            );
                        }
                    }
                }
            }
            Err(es) => {
                for e in es {
                    println!(
                        "{:?}",
                        miette::Report::new(e).with_source_code(miette::NamedSource::new(
                            p.display().to_string(),
                            text.clone()
                        ))
                    );
                }
            }
        }
    }
}
