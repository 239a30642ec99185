//! Commands and their flags.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Convex optimisation written as text: proved convex, solved twice, compared.
#[derive(Debug, Parser)]
#[command(name = "bowl", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// When to colour the output
    #[arg(long, global = true, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prove the problem convex, solve it on both paths and compare the answers
    Solve(SolveArguments),
    /// Say whether the objective and each constraint are convex, with proof or counterexample
    Check(CheckArguments),
    /// Print the gradient of the objective as a formula, one for each variable
    Derive(DeriveArguments),
    /// Plain gradient descent with a fixed step
    Descend(DescendArguments),
    /// Run every .opt file below a path against its `expect` lines
    Test(TestArguments),
    /// List the functions of the language, or describe one
    Atoms(AtomsArguments),
}

#[derive(Debug, Args)]
pub struct SolveArguments {
    /// Problem files; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArguments,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// Report as text or JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Print all entries of long vectors and matrices
    #[arg(long)]
    pub full: bool,
    /// Refuse to solve unless the problem is proved convex
    #[arg(long)]
    pub require_convex: bool,
    /// Write values of variables and duals to a .json or .csv file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print only the objective
    #[arg(long, short)]
    pub quiet: bool,
    /// Print duals and how each part was proved convex
    #[arg(long, short)]
    pub verbose: bool,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Problem files; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArguments,
    /// Draw each expression with sign and curvature
    #[arg(long)]
    pub tree: bool,
    /// Report as text or JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct DeriveArguments {
    /// Problem files; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArguments,
    /// Only with respect to this variable
    #[arg(long, value_name = "NAME")]
    pub wrt: Option<String>,
    /// The Hessian as well
    #[arg(long)]
    pub hessian: bool,
    /// Compare with central differences at random points
    #[arg(long)]
    pub check: bool,
    /// Report as text or JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct DescendArguments {
    /// Problem files; `-` reads standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArguments,
    /// The method
    #[arg(long, value_enum, default_value_t = Method::Gradient)]
    pub method: Method,
    /// The step: each move is the step times the gradient
    #[arg(long, value_parser = positive)]
    pub step: f64,
    /// The most steps
    #[arg(long, default_value_t = 1000)]
    pub iterations: usize,
    /// First value of every entry, in place of declared starts and zeros
    #[arg(long, allow_hyphen_values = true)]
    pub start: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Gradient,
}

#[derive(Debug, Args)]
pub struct TestArguments {
    /// Files or folders
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub solver: SolverArguments,
    /// Report as text or JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct AtomsArguments {
    /// A function's name
    pub name: Option<String>,
    /// Report as text, JSON or Markdown
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub format: PageFormat,
}

/// Where the values of params come from besides the file.
#[derive(Debug, Args)]
pub struct InputArguments {
    /// Give a param a value (repeatable)
    #[arg(long, value_name = "NAME=EXPR")]
    pub set: Vec<String>,
    /// Read values of params from a JSON file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub data: Vec<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct SolverArguments {
    /// Which way to solve
    #[arg(long, value_enum, default_value_t = Path::Both)]
    pub path: Path,
    /// Relative accuracy to ask of both paths
    #[arg(long, value_parser = positive)]
    pub tolerance: Option<f64>,
    /// Stop each path after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub time_limit: Option<f64>,
    /// Stop each path after so many iterations
    #[arg(long, value_name = "N")]
    pub max_iterations: Option<usize>,
    /// Seed of random starts
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads for large matrices (0: as many as the machine has)
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Path {
    Both,
    Conic,
    Gradient,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("a number greater than 0 is needed".to_owned()),
    }
}
