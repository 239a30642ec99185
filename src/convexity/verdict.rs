//! What the check found for each part of a problem.

use super::counterexample::Counterexample;
use super::quadratic::QuadraticProof;
use super::repair::Step;
use std::fmt;
use std::sync::Arc;

/// Whether the whole problem is convex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convexity {
    Proved,
    /// A counterexample was found.
    Refuted,
    Unknown,
}

/// Whether the objective or a constraint is convex.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Proved(Proof),
    /// A counterexample was found.
    NotConvex(Arc<Counterexample>),
    /// Neither a proof nor a counterexample was found.
    Unknown,
}

/// How a part was proved convex.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// The composition rule on the expression as it stands.
    Dcp,
    /// Terms of degree two were collected; one entry for each sum where P is left.
    Quadratic(Vec<QuadraticProof>),
}

impl Proof {
    /// The kinds of proof used, in a few words: "DCP", "DCP and quadratic".
    pub(super) fn kinds<'a>(proofs: impl Iterator<Item = &'a Proof>) -> String {
        let mut words: Vec<&str> = Vec::new();
        for proof in proofs {
            let word = match proof {
                Proof::Dcp => "DCP",
                Proof::Quadratic(_) => "quadratic",
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        match words.is_empty() {
            true => "DCP".to_owned(),
            false => words.join(", "),
        }
    }

    /// The composition rule after these steps.
    pub(super) fn of_steps(steps: &[Step]) -> Self {
        let quadratics = steps.iter().filter_map(|step| match step {
            Step::Quadratic(proof) => proof.clone(),
        });
        Proof::Quadratic(quadratics.collect())
    }
}

impl Verdict {
    pub fn is_proved(&self) -> bool {
        match self {
            Verdict::Proved(_) => true,
            Verdict::NotConvex(_) | Verdict::Unknown => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Proved(proof) => write!(f, "convex ({proof})"),
            Verdict::NotConvex(_) => write!(f, "not convex"),
            Verdict::Unknown => write!(f, "unknown"),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Dcp => write!(f, "DCP"),
            Proof::Quadratic(proofs) => match proofs.as_slice() {
                [] => write!(f, "quadratic: the products cancel"),
                [proof] => write!(f, "quadratic: {proof}"),
                [proof, ..] => write!(f, "{} quadratics: {proof}, …", proofs.len()),
            },
        }
    }
}
