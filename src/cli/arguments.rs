//! Commands and their flags.

use crate::canonicalize::RULES;
use crate::solve::descent::methods::{Kind, StepRule};
use crate::symbols::Declared;
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::str::FromStr;

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
    /// Print the gradient of an objective, or of an expression, as formulas
    Derive(DeriveArguments),
    /// Descend step by step by one method or several, and say what is seen
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
    #[arg(long, value_name = "FILE", value_parser = values_file)]
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
    /// Problem files, `-` for standard input, or expressions such as "x'*A*x" (what is no file and does
    /// not end in .opt is an expression)
    #[arg(required = true, value_name = "FILE|EXPR")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArguments,
    /// Only with respect to this name (of a file: all variables; of an expression: x, or X, or all
    /// names)
    #[arg(long, value_name = "NAME")]
    pub wrt: Option<String>,
    /// What a name of an expression is, as 'a scalar' or 'P symmetric', where capitals are not
    /// matrices and small letters not vectors (scalar, vector, matrix, symmetric, psd, nsd, diagonal,
    /// nonneg, nonpos; repeatable)
    #[arg(long, value_name = "NAME WORDS")]
    pub declare: Vec<Declared>,
    /// The Hessian as well
    #[arg(long)]
    pub hessian: bool,
    /// Compare with central differences at a random point
    #[arg(long)]
    pub check: bool,
    /// Report as text, JSON or LaTeX
    #[arg(long, value_enum, default_value_t = DeriveFormat::Text)]
    pub format: DeriveFormat,
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
    /// The step along the direction: a number, 1/k, 1/sqrt(k), backtracking, exact or bb (Barzilai
    /// and Borwein); without it the method's own
    #[arg(long, value_name = "RULE", allow_hyphen_values = true)]
    pub step: Option<StepRule>,
    /// The most steps; of stochastic and adam the most passes over the data
    #[arg(long, default_value_t = 1000)]
    pub iterations: usize,
    /// Where to start, in place of declared starts and zeros: an expression for every variable, or
    /// NAME=EXPR for one (repeatable)
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub start: Vec<String>,
    /// Descend from so many starts: the declared one, and random ones around it
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = starts)]
    pub starts: usize,
    /// Seed of random starts and of the order of data rows
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Converged when the gradient is this small beside the first; without it, when a Newton step
    /// would be small as well
    #[arg(long, value_parser = positive_share)]
    pub tolerance: Option<f64>,
    /// The share of the last move that is kept, of heavy-ball and nesterov
    #[arg(long, value_parser = share)]
    pub momentum: Option<f64>,
    /// Data rows in a mini-batch, of stochastic and adam
    #[arg(long, value_name = "ROWS", value_parser = rows)]
    pub batch: Option<usize>,
    /// Stop after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub time_limit: Option<f64>,
    /// Print each iterate
    #[arg(long)]
    pub trace: bool,
    /// Run several methods or step rules, as fixed,nesterov,lbfgs
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        conflicts_with = "method"
    )]
    pub compare: Vec<Contender>,
    /// Draw the path and the convergence
    #[arg(long, value_name = "FILE.svg", value_parser = picture_file)]
    pub plot: Option<PathBuf>,
    /// Report as text or JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Print all entries of long vectors and matrices
    #[arg(long)]
    pub full: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Gradient,
    HeavyBall,
    Nesterov,
    Conjugate,
    Newton,
    Lbfgs,
    Stochastic,
    Adam,
}

impl From<Method> for Kind {
    fn from(method: Method) -> Self {
        match method {
            Method::Gradient => Kind::Gradient,
            Method::HeavyBall => Kind::HeavyBall,
            Method::Nesterov => Kind::Nesterov,
            Method::Conjugate => Kind::Conjugate,
            Method::Newton => Kind::Newton,
            Method::Lbfgs => Kind::Lbfgs,
            Method::Stochastic => Kind::Stochastic,
            Method::Adam => Kind::Adam,
        }
    }
}

/// One of several methods to compare: a method with its own steps, gradient descent with a step
/// rule, or `fixed` for gradient descent with the step 1/L.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Contender {
    Fixed,
    Rule(StepRule),
    Method(Method),
}

impl FromStr for Contender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "fixed" {
            return Ok(Contender::Fixed);
        }
        if let Ok(method) = Method::from_str(text, true) {
            return Ok(Contender::Method(method));
        }
        text.parse().map(Contender::Rule).map_err(|_| {
            let names = Method::value_variants().iter();
            let names: Vec<String> = names
                .filter_map(ValueEnum::to_possible_value)
                .map(|v| v.get_name().to_owned())
                .collect();
            format!(
                "name methods ({}) or steps of gradient descent (fixed, 0.1, 1/k, 1/sqrt(k), \
                 backtracking, exact, bb)",
                names.join(", ")
            )
        })
    }
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
    /// Stop each path after so many iterations, from each start
    #[arg(long, value_name = "N")]
    pub max_iterations: Option<usize>,
    /// Seed of random starts
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Solve problems that are not convex from so many starts
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = starts)]
    pub starts: usize,
    /// Threads for large matrices (0: as many as the machine has)
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
    /// Solve the conic path without a rule that chooses among equivalent cone forms (repeatable)
    #[arg(long, value_name = "RULE", value_parser = PossibleValuesParser::new(RULES.iter().copied()))]
    pub without: Vec<String>,
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
pub enum DeriveFormat {
    Text,
    Json,
    Latex,
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

fn values_file(text: &str) -> Result<PathBuf, String> {
    writable(text, &["json", "csv"])
}

fn picture_file(text: &str) -> Result<PathBuf, String> {
    writable(text, &["svg"])
}

/// A file that can be written when all is solved: its kind is known, and its folder there.
fn writable(text: &str, kinds: &[&str]) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let kind = path.extension().and_then(|e| e.to_str());
    if !kind.is_some_and(|kind| kinds.contains(&kind)) {
        let endings: Vec<String> = kinds.iter().map(|kind| format!(".{kind}")).collect();
        return Err(format!("end the name in {}", endings.join(" or ")));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(format!("there is no folder `{}`", folder.display()))
        }
        _ => Ok(path),
    }
}

/// More starts than anyone waits for are refused.
fn starts(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number) if (1..=1_000_000).contains(&number) => Ok(number),
        _ => Err("a whole number from 1 to 1000000 is needed".to_owned()),
    }
}

fn rows(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number of rows, 1 or more, is needed".to_owned()),
    }
}

fn positive_share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number < 1.0 => Ok(number),
        _ => Err("a number greater than 0 and below 1 is needed".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..1.0).contains(&number) => Ok(number),
        _ => Err("a number from 0 to below 1 is needed".to_owned()),
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("a number greater than 0 is needed".to_owned()),
    }
}
