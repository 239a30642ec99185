//! What the atoms state of themselves, in words.

use crate::atoms::Entry;
use crate::atoms::registry::{Arity, Role, Specimen};
use crate::dcp::{Curvature, Facts, Interval, Monotonicity};
use crate::expr::Domain;

/// Where halves of the line may begin and end, the widest first.
const STARTS: [f64; 3] = [-2.0, -1.0, 0.0];
const ENDS: [f64; 3] = [0.0, -1.0, -2.0];

/// What is known of the arguments: their range, and whether they vary.
fn facts(specimen: &Specimen, range: Interval) -> Vec<Facts> {
    let fact = |&(shape, role)| Facts {
        curvature: match role {
            Role::Variable => Curvature::Affine,
            Role::Constant => Curvature::Constant,
        },
        range,
        ..Facts::unknown(shape)
    };
    specimen.arguments.iter().map(fact).collect()
}

fn known(specimen: &Specimen, range: Interval) -> Curvature {
    specimen.atom.curvature(&facts(specimen, range))
}

/// The curvature in one or two words: of all applications together.
pub(super) fn brief_curvature(specimens: &[Specimen]) -> &'static str {
    let all = |curvature| {
        let mut specimens = specimens.iter();
        specimens.any(|s| known(s, Interval::REALS) == curvature)
    };
    match (all(Curvature::Convex), all(Curvature::Concave)) {
        (true, true) => "convex or concave",
        (true, false) => "convex",
        (false, true) => "concave",
        (false, false) if all(Curvature::Affine) => "affine",
        (false, false) => "of unknown curvature",
    }
}

/// A word of every application: one where all agree, else each with the parameters it holds for.
pub(super) fn varied(
    entry: &Entry,
    specimens: &[Specimen],
    word: fn(&Entry, &Specimen) -> String,
) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    let mut told_apart = true;
    for specimen in specimens {
        let word = word(entry, specimen);
        if words.contains(&word) {
            continue;
        }
        let with = parameters(entry, specimen);
        told_apart &= !with.is_empty();
        parts.push(format!("{word} for {with}"));
        words.push(word);
    }
    match words.len() {
        1 => words.concat(),
        _ if told_apart => parts.join("; "),
        _ => "depends on the arguments".to_owned(),
    }
}

pub(super) fn curvature(_entry: &Entry, specimen: &Specimen) -> String {
    let whole = known(specimen, Interval::REALS);
    if whole != Curvature::Unknown {
        return whole.word().to_owned();
    }
    let halves = halves(specimen, 0, |range| {
        let half = known(specimen, range);
        (half != Curvature::Unknown).then(|| half.word())
    });
    match halves.as_str() {
        "" => whole.word().to_owned(),
        _ => halves,
    }
}

/// What holds on the widest right half and on the widest left half of the line on which something
/// does, as far as the domain of an argument meets them.
fn halves(
    specimen: &Specimen,
    argument: usize,
    word: impl Fn(Interval) -> Option<&'static str>,
) -> String {
    let domain = specimen.atom.domain(argument);
    let meets = |range: Interval| match domain {
        Domain::AtLeast(bound) | Domain::Above(bound) => range.upper > bound,
        _ => true,
    };
    let right = STARTS.map(|c| (Interval::new(c, f64::INFINITY), format!("on x >= {c}")));
    let left = ENDS.map(|c| (Interval::new(f64::NEG_INFINITY, c), format!("on x <= {c}")));
    let widest = |half: [(Interval, String); 3]| {
        let mut met = half.into_iter().filter(|(range, _)| meets(*range));
        met.find_map(|(range, place)| Some(format!("{} {place}", word(range)?)))
    };
    let found: Vec<String> = [right, left].into_iter().filter_map(widest).collect();
    found.join(", ")
}

/// `p = 0.5`, and which arguments are constant.
pub(super) fn parameters(entry: &Entry, specimen: &Specimen) -> String {
    let own = specimen.atom.parameters();
    let named = own.iter().enumerate().filter_map(|(k, parameter)| {
        let name = parameter.name.or(entry.parameters.get(k).map(|p| p.name))?;
        let plain = name != "each" && !parameter.text.starts_with(['<', '[']);
        plain.then(|| format!("{name} = {}", parameter.text))
    });
    let names = argument_names(entry, specimen);
    let constants = specimen.arguments.iter().zip(&names);
    let constants = constants.filter(|((_, role), _)| *role == Role::Constant);
    let constants = constants.map(|(_, name)| format!("constant {name}"));
    named.chain(constants).collect::<Vec<_>>().join(", ")
}

/// Names of the arguments, as the usage has them.
pub(super) fn argument_names(entry: &Entry, specimen: &Specimen) -> Vec<String> {
    let given = match entry.arity {
        Arity::Exactly(names) if names.len() == specimen.arguments.len() => names,
        Arity::Exactly(_) | Arity::AtLeast(_) => &["x", "y", "z", "u", "v", "w"],
    };
    // An expression f is a function of its variables.
    let name = |k: usize| match given.get(k) {
        Some(&"f") => "x".to_owned(),
        Some(name) => (*name).to_owned(),
        None => format!("x{k}"),
    };
    (0..specimen.arguments.len()).map(name).collect()
}

/// One word for each argument, with its name where they differ.
fn each_argument(entry: &Entry, specimen: &Specimen, word: impl Fn(usize) -> String) -> String {
    let names = argument_names(entry, specimen);
    let words: Vec<String> = (0..names.len()).map(word).collect();
    if words.windows(2).all(|pair| pair[0] == pair[1]) {
        return words.into_iter().next().unwrap_or_default();
    }
    let named = names.iter().zip(&words);
    let named: Vec<String> = named
        .map(|(name, word)| format!("{name}: {word}"))
        .collect();
    named.join("; ")
}

pub(super) fn monotonicity(entry: &Entry, specimen: &Specimen) -> String {
    each_argument(entry, specimen, |k| {
        let within = |range| {
            let mut facts = facts(specimen, Interval::REALS);
            facts[k].range = range;
            match specimen.atom.monotonicity(k, &facts) {
                Monotonicity::Increasing => Some("increasing"),
                Monotonicity::Decreasing => Some("decreasing"),
                Monotonicity::Constant => Some("constant"),
                Monotonicity::Unknown => None,
            }
        };
        if let Some(word) = within(Interval::REALS) {
            return word.to_owned();
        }
        match halves(specimen, k, within).as_str() {
            "" => "neither".to_owned(),
            halves => halves.to_owned(),
        }
    })
}

pub(super) fn domain(entry: &Entry, specimen: &Specimen) -> String {
    each_argument(entry, specimen, |k| match specimen.atom.domain(k) {
        Domain::Reals => "all".to_owned(),
        Domain::AtLeast(bound) => format!(">= {bound}"),
        Domain::Above(bound) => format!("> {bound}"),
        Domain::Within(lower, upper) => format!("{} to {}", rounded(lower), rounded(upper)),
        Domain::Symmetric => "symmetric".to_owned(),
        Domain::PositiveSemidefinite => "positive semidefinite".to_owned(),
        Domain::PositiveDefinite => "positive definite".to_owned(),
    })
}

/// To six digits behind the point.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

pub(super) fn approximation(specimen: &Specimen) -> Option<&'static str> {
    let roles = specimen.arguments.iter();
    let constant: Vec<bool> = roles.map(|(_, role)| *role == Role::Constant).collect();
    specimen.atom.approximation(&constant)
}
