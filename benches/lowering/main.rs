//! What lowering costs beside the solve: `cargo bench --bench lowering -- [CASE…] [OPTIONS]`.
//!
//! Every measurement runs in processes of its own, and the fastest time of each phase counts.
//! `--quick` takes smaller sizes, `--no-solve` leaves Clarabel out, `--off RULE` turns a rule of the lowering off, `--text` prints the texts. The growth is
//! the lowering time for twice the data over that for the data once.

mod cases;
mod measure;

use bowl::canonicalize::{Options, RULES};
use cases::{CASES, Case};
use measure::{Measurement, measure};
use std::process::{Command, ExitCode};

/// Lowerings of which the fastest counts.
const REPEATS: usize = 9;
/// Processes of each size, by turns.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Wanted::of(&arguments).and_then(|wanted| wanted.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
#[derive(Debug, Default)]
struct Wanted {
    names: Vec<String>,
    off: Vec<String>,
    quick: bool,
    no_solve: bool,
    text: bool,
    /// Measure in this process, at this size.
    child: Option<usize>,
}

impl Wanted {
    fn of(arguments: &[String]) -> Result<Self, String> {
        let mut wanted = Wanted::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                // Cargo's own.
                "--bench" => {}
                "--quick" => wanted.quick = true,
                "--no-solve" => wanted.no_solve = true,
                "--text" => wanted.text = true,
                "--off" => wanted.off.push(value()?.clone()),
                "--child" => wanted.child = value()?.parse().ok(),
                name => wanted.names.push(name.to_owned()),
            }
        }
        Ok(wanted)
    }

    fn run(&self) -> Result<(), String> {
        let chosen: Vec<&Case> = CASES.iter().filter(|case| self.chooses(case)).collect();
        if chosen.is_empty() {
            let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
            return Err(format!("the cases are {}", names.join(", ")));
        }
        if let Some(size) = self.child {
            return self.measure_here(chosen[0], size);
        }
        println!("{HEADER}");
        for case in chosen {
            let size = if self.quick { case.quick } else { case.size };
            if self.text {
                println!("{}", (case.text)(size));
                continue;
            }
            let mut once = self.measure_apart(case, size, !self.no_solve)?;
            let mut twice = self.measure_apart(case, case.doubled(size), false)?;
            for _ in 1..ROUNDS {
                once.keep_fastest(&self.measure_apart(case, size, false)?);
                twice.keep_fastest(&self.measure_apart(case, case.doubled(size), false)?);
            }
            println!("{}", row(case, size, &once, &twice));
        }
        Ok(())
    }

    /// A name chooses every case that starts with it.
    fn chooses(&self, case: &Case) -> bool {
        self.names.is_empty()
            || self
                .names
                .iter()
                .any(|name| case.name.starts_with(name.as_str()))
    }

    fn measure_here(&self, case: &Case, size: usize) -> Result<(), String> {
        let text = (case.text)(size);
        let options = self.options()?;
        let found = measure(&text, &options, REPEATS, !self.no_solve)?;
        println!(
            "{}",
            serde_json::to_string(&found).map_err(|e| e.to_string())?
        );
        Ok(())
    }

    fn measure_apart(&self, case: &Case, size: usize, solve: bool) -> Result<Measurement, String> {
        let program = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(program);
        command.args([case.name, "--child", &size.to_string()]);
        command.args(self.off.iter().flat_map(|rule| ["--off", rule]));
        if !solve {
            command.arg("--no-solve");
        }
        let output = command.output().map_err(|e| e.to_string())?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&stdout).map_err(|_| {
            let stderr = String::from_utf8_lossy(&output.stderr);
            format!("{} at {size}: {stdout}{stderr}", case.name)
        })
    }

    fn options(&self) -> Result<Options, String> {
        let mut options = Options {
            threads: 0,
            ..Options::default()
        };
        for rule in &self.off {
            options = options
                .without(rule)
                .ok_or(format!("the rules are {}", RULES.join(", ")))?;
        }
        Ok(options)
    }
}

const HEADER: &str = "\
| problem | data ms | parse ms | elaborate ms | check ms | canonicalize ms | lowering ms | Clarabel ms | \
share % | growth | rows | columns | nonzeros of A | of P | MiB lowering | MiB in all |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

fn row(case: &Case, size: usize, once: &Measurement, twice: &Measurement) -> String {
    let milliseconds = |seconds: f64| format!("{:.1}", 1e3 * seconds);
    let solve = match (once.solve > 0.0, once.solved) {
        (false, _) => "-".to_owned(),
        (true, true) => milliseconds(once.solve),
        (true, false) => format!("{} (not solved)", milliseconds(once.solve)),
    };
    let cells = [
        format!("{} ({size} {})", case.name, case.unit),
        milliseconds(once.data),
        milliseconds(once.parse),
        milliseconds(once.elaborate()),
        milliseconds(once.check),
        milliseconds(once.canonicalize),
        milliseconds(once.lowering()),
        solve,
        format!("{:.1}", 100.0 * once.share()),
        format!("{:.2}", twice.lowering() / once.lowering()),
        once.rows.to_string(),
        once.columns.to_string(),
        once.matrix.to_string(),
        once.quadratic.to_string(),
        format!("{:.0}", once.lowering_memory),
        format!("{:.0}", once.memory),
    ];
    format!("| {} |", cells.join(" | "))
}
