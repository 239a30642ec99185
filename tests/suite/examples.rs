//! The documented example of every function holds.

use bowl::atoms::entries;
use bowl::elaborate::{Inputs, elaborate};
use bowl::expr::evaluate_constant;
use bowl::problem::Problem;
use bowl::syntax::parse;

fn problem(example: &str) -> Option<Problem> {
    let text =
        format!("var unused\nfind unused\nsubject to\n  example: {example}\n  unused == 0\n");
    let file = parse(&text).map_err(|e| println!("{e:?}")).ok()?;
    elaborate(&text, &file, &Inputs::default())
        .map_err(|e| println!("{e:?}"))
        .ok()
}

#[test]
fn documented_examples_hold() {
    let mut broken = Vec::new();
    for entry in entries() {
        let holds = problem(entry.example).is_some_and(|problem| {
            let example = &problem.constraints[0];
            let side = |id| evaluate_constant(&problem.graph, id).expect("both sides are constant");
            let (left, right) = (side(example.left), side(example.right));
            let (a, b) = (left.entries(), right.entries());
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
            let broadcast = b.len() == 1 && a.iter().all(|a| close((a, &b[0])));
            broadcast || (left.shape() == right.shape() && a.iter().zip(b.iter()).all(close))
        });
        if !holds {
            broken.push(entry.name);
        }
    }
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn the_reference_page_is_up_to_date() {
    use bowl::report::reference;
    let pages: Vec<_> = entries().map(reference::page).collect();
    let page = include_str!("../../docs/atoms.md");
    assert!(
        page == reference::markdown(&pages),
        "run `cargo run --release -- atoms --format markdown > docs/atoms.md`"
    );
}
