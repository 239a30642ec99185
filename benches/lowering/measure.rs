//! One case at one size: every phase timed, in a process of its own so that its peak memory is known.

use bowl::canonicalize::{Options, Source, lower};
use bowl::cone::ConeProgram;
use bowl::elaborate::{Inputs, elaborate};
use bowl::solve::{Settings, conic};
use bowl::{convexity, syntax};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Seconds of each phase, sizes of the program, and the peak memory after lowering and in all.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Measurement {
    pub parse: f64,
    /// Making the random data of the params.
    pub data: f64,
    /// The making of the data too.
    pub elaborate_with_data: f64,
    pub check: f64,
    pub canonicalize: f64,
    pub solve: f64,
    pub iterations: usize,
    pub rows: usize,
    pub columns: usize,
    /// Stored entries of A.
    pub matrix: usize,
    /// Stored entries of P's upper triangle.
    pub quadratic: usize,
    /// MiB.
    pub lowering_memory: f64,
    /// MiB.
    pub memory: f64,
    /// Whether Clarabel's answer was accepted.
    pub solved: bool,
}

impl Measurement {
    /// Text to cone program, without the time that making the data takes.
    pub fn lowering(&self) -> f64 {
        self.parse + self.elaborate() + self.check + self.canonicalize
    }

    /// Seconds of elaboration without the data.
    pub fn elaborate(&self) -> f64 {
        (self.elaborate_with_data - self.data).max(0.0)
    }

    /// Of each phase.
    pub fn keep_fastest(&mut self, other: &Measurement) {
        let fastest = |mine: &mut f64, other: f64| *mine = mine.min(other);
        fastest(&mut self.data, other.data);
        fastest(&mut self.parse, other.parse);
        fastest(&mut self.elaborate_with_data, other.elaborate_with_data);
        fastest(&mut self.check, other.check);
        fastest(&mut self.canonicalize, other.canonicalize);
    }

    /// Of lowering and solving together.
    pub fn share(&self) -> f64 {
        self.lowering() / (self.lowering() + self.solve)
    }
}

/// Lowers `repeats` times and keeps the fastest of each phase, then solves if asked to.
pub fn measure(
    text: &str,
    options: &Options,
    repeats: usize,
    solve: bool,
) -> Result<Measurement, String> {
    let (mut best, mut program) = lowered(text, options)?;
    for _ in 1..repeats {
        let (again, lowered) = lowered(text, options)?;
        best.keep_fastest(&again);
        program = lowered;
    }
    if solve {
        let settings = Settings {
            threads: 0,
            ..Settings::default()
        };
        let answer = conic::solve(&program, &settings);
        best.solve = answer.seconds;
        best.iterations = answer.iterations;
        best.solved = answer.status == conic::ConicStatus::Solved;
    }
    best.memory = peak_memory();
    Ok(best)
}

fn lowered(text: &str, options: &Options) -> Result<(Measurement, ConeProgram), String> {
    let mut clock = Clock(Instant::now());
    let data = making_data(text)?;
    clock.lap();
    let file = syntax::parse(text).map_err(|errors| format!("{errors:?}"))?;
    let parse = clock.lap();
    let problem =
        elaborate(text, &file, &Inputs::default()).map_err(|errors| format!("{errors:?}"))?;
    let elaborate_with_data = clock.lap();
    let check = convexity::check(&problem);
    let convex = check.convex().ok_or("not proved convex")?;
    let check = clock.lap();
    let (program, _recovery) =
        lower(&Source::of_convex(convex), options).map_err(|error| error.to_string())?;
    let canonicalize = clock.lap();
    let measurement = Measurement {
        parse,
        data,
        elaborate_with_data,
        check,
        canonicalize,
        rows: program.blocks.iter().map(|b| b.map.rows()).sum(),
        columns: program.variables,
        matrix: program.blocks.iter().map(|b| b.map.nonzeros()).sum(),
        quadratic: program.quadratic.nonzeros(),
        lowering_memory: peak_memory(),
        ..Measurement::default()
    };
    Ok((measurement, program))
}

/// Seconds for the text's params alone.
fn making_data(text: &str) -> Result<f64, String> {
    let params = text.lines().filter(|line| line.starts_with("param "));
    let text: String = params.map(|line| format!("{line}\n")).collect();
    let text = text + "var unused\nfind unused\n";
    let file = syntax::parse(&text).map_err(|errors| format!("{errors:?}"))?;
    let mut clock = Clock(Instant::now());
    let made = elaborate(&text, &file, &Inputs::default());
    made.map_err(|errors| format!("{errors:?}"))?;
    Ok(clock.lap())
}

struct Clock(Instant);

impl Clock {
    /// Seconds since the last lap.
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let seconds = now.duration_since(self.0).as_secs_f64();
        self.0 = now;
        seconds
    }
}

/// The largest resident size of this process so far, in MiB; 0 where the system does not tell.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kibibytes.map_or(0.0, |k| k / 1024.0)
}
