//! A bare expression as the text of a problem.

use super::declared::Form;
use super::infer::Symbol;
use super::sizes::{Extent, ONE, SCALAR, Size, Sizes};
use std::fmt::Write;

/// Numbers in place of open sizes, one list for each time. They are larger than any that formulas hold
/// of their own, within a factor of two, so that no product is written in another order, and so small
/// that fractions of two of them are written as such; one over any of them, or over the number before
/// it, is no short decimal; all are odd, so that fractions with a 2 are cancelled each time or never; no
/// column of three is another one scaled and shifted.
const NUMBERS: [[usize; 8]; 3] = [
    [23, 31, 29, 27, 35, 43, 37, 39],
    [35, 27, 43, 31, 23, 37, 39, 29],
    [43, 23, 31, 37, 29, 39, 35, 27],
];

/// An expression whose names and sizes are known.
#[derive(Clone, Debug)]
pub struct Sketch {
    expression: String,
    pub symbols: Vec<Symbol>,
    sizes: Sizes,
    /// The open sizes, and what they are called.
    open: Vec<(usize, String)>,
}

impl Sketch {
    pub(super) fn new(expression: &str, symbols: Vec<Symbol>, sizes: Sizes) -> Self {
        let taken = |name: &str| symbols.iter().any(|symbol| symbol.name == name);
        let open = sizes.open(&taken);
        Sketch {
            expression: expression.to_owned(),
            symbols,
            sizes,
            open,
        }
    }

    /// What is differentiated by: the name asked for; or `x`, or `X`, or all names.
    pub fn unknowns(&self, wrt: Option<&str>) -> Result<Vec<String>, String> {
        let has = |name: &str| self.symbols.iter().any(|symbol| symbol.name == name);
        let name = match wrt {
            Some(name) if has(name) => Some(name),
            Some(name) => return Err(format!("there is no `{name}` in the expression")),
            None => ["x", "X"].into_iter().find(|name| has(name)),
        };
        let all = self.symbols.iter().map(|symbol| symbol.name.clone());
        let unknowns: Vec<String> = match name {
            Some(name) => vec![name.to_owned()],
            None => all.collect(),
        };
        match unknowns.is_empty() {
            true => Err("there is no name in the expression to differentiate by".to_owned()),
            false => Ok(unknowns),
        }
    }

    /// How often [`Sketch::problem`] has other numbers.
    pub const CHOICES: usize = NUMBERS.len();

    /// The names of the open sizes.
    pub fn size_names(&self) -> Vec<String> {
        self.open.iter().map(|(_, name)| name.clone()).collect()
    }

    /// The numbers in their place; `None` when they are too many.
    pub fn numbers(&self, choice: usize) -> Option<&'static [usize]> {
        NUMBERS[choice].get(..self.open.len())
    }

    /// "A is m x n, x a vector of n".
    pub fn described(&self) -> String {
        let parts = self.symbols.iter().map(|symbol| {
            let (rows, cols) = self.sizes.resolved(symbol.extent);
            let what = match (rows, cols) {
                SCALAR => "a scalar".to_owned(),
                (rows, ONE) => format!("a vector of {}", self.word(rows)),
                (rows, cols) => format!("{} x {}", self.word(rows), self.word(cols)),
            };
            let attributes = symbol.attributes.join(" ");
            let space = if attributes.is_empty() { "" } else { " " };
            format!("{} is {what}{space}{attributes}", symbol.name)
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    fn word(&self, size: Size) -> String {
        match size {
            Size::Known(number) => number.to_string(),
            Size::Open(class) => {
                let found = self.open.iter().find(|(k, _)| *k == class);
                found.map_or("?".to_owned(), |(_, name)| name.clone())
            }
        }
    }

    /// The problem for one choice of numbers, with data for all names but the unknowns.
    pub fn problem(&self, unknowns: &[String], choice: usize) -> String {
        let number = |size: Size| match self.sizes.resolve(size) {
            Size::Known(number) => number,
            Size::Open(class) => {
                let place = self.open.iter().position(|(k, _)| *k == class);
                NUMBERS[choice][place.unwrap_or(0)]
            }
        };
        let mut text = String::new();
        for (name, size) in self.sizes.names() {
            let _ = writeln!(text, "param {name} = {}", number(size));
        }
        for (k, symbol) in self.symbols.iter().enumerate() {
            let (rows, cols) = symbol.extent;
            let (rows, cols) = (number(rows), number(cols));
            let axes = axes(symbol.extent, rows, cols);
            let name = &symbol.name;
            let attributes = symbol.attributes.join(" ");
            let _ = if unknowns.contains(name) {
                writeln!(text, "var {name}{axes} {attributes}")
            } else {
                let data = data(symbol, rows, cols, k + 1);
                writeln!(text, "param {name}{axes} {attributes} = {data}")
            };
        }
        let _ = writeln!(text, "minimize {}", self.expression);
        text
    }
}

fn axes(extent: Extent, rows: usize, cols: usize) -> String {
    match extent {
        SCALAR => String::new(),
        (_, ONE) => format!("[{rows}]"),
        _ => format!("[{rows}, {cols}]"),
    }
}

/// Numbers that a function of most domains takes: positive, square matrices near a multiple of the
/// identity.
fn data(symbol: &Symbol, rows: usize, cols: usize, seed: usize) -> String {
    let has = |word: &str| symbol.attributes.iter().any(|a| a == word);
    let positive = match symbol.form {
        Form::Scalar => format!("{}", 0.7 + 0.1 * seed as f64),
        Form::Vector => format!("rand({rows}, seed = {seed}) + 0.1"),
        Form::Matrix | Form::Square if has("diagonal") => {
            format!("diag(rand({rows}, seed = {seed}) + 0.1)")
        }
        Form::Square => {
            let random = format!("rand({rows}, {rows}, seed = {seed})");
            format!("0.5*({random} + {random}') + {rows}*eye({rows})")
        }
        Form::Matrix if rows == cols => {
            format!("rand({rows}, {cols}, seed = {seed}) + {rows}*eye({rows})")
        }
        Form::Matrix => format!("rand({rows}, {cols}, seed = {seed}) + 0.1"),
    };
    match has("nsd") || has("nonpos") {
        true => format!("-({positive})"),
        false => positive,
    }
}

#[cfg(test)]
mod tests {
    use super::NUMBERS;

    #[test]
    fn sizes_are_told_apart() {
        let column = |c: usize| NUMBERS.map(|row| row[c] as i64);
        for c in 0..NUMBERS[0].len() {
            assert!(column(c).iter().all(|number| number % 2 == 1));
            for d in (0..c).chain(c + 1..NUMBERS[0].len()) {
                let (u, v) = (column(c), column(d));
                let is_affine = (u[1] - u[0]) * (v[2] - v[0]) == (u[2] - u[0]) * (v[1] - v[0]);
                assert!(!is_affine, "{u:?} {v:?}");
            }
        }
        for row in NUMBERS {
            let (least, most) = (row.iter().min(), row.iter().max());
            assert!(
                least
                    .zip(most)
                    .is_some_and(|(least, most)| *most < 2 * least)
            );
        }
    }
}
