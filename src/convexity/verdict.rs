//! What the check found for each part of a problem.

use super::brief::brief;
use super::counterexample::Counterexample;
use super::dcp::Analysis;
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
    /// Expressions were replaced by equal ones.
    Rewrite {
        rewrites: Vec<Rewrite>,
        quadratics: Vec<QuadraticProof>,
    },
}

/// One expression that was read as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    pub from: String,
    pub to: String,
    /// Where they are equal, when that is not everywhere: "`x` > 0".
    pub domain: Option<String>,
}

impl Proof {
    /// The kinds of proof used, in a few words: "DCP", "DCP and quadratic".
    pub(super) fn kinds<'a>(proofs: impl Iterator<Item = &'a Proof>) -> String {
        let mut words: Vec<&str> = Vec::new();
        for proof in proofs {
            let own: &[&str] = match proof {
                Proof::Dcp => &["DCP"],
                Proof::Quadratic(proofs) if proofs.iter().any(|proof| proof.is_part) => {
                    &["quadratic", "DCP"]
                }
                Proof::Quadratic(_) => &["quadratic"],
                Proof::Rewrite { .. } => &["rewrite"],
            };
            for word in own {
                if !words.contains(word) {
                    words.push(word);
                }
            }
        }
        match words.is_empty() {
            true => "DCP".to_owned(),
            false => words.join(", "),
        }
    }

    /// The composition rule after these steps.
    pub(super) fn of_steps(analysis: &Analysis<'_>, steps: &[&Step]) -> Self {
        let (mut rewrites, mut quadratics) = (Vec::new(), Vec::new());
        let text = |id| brief(analysis.problem, analysis.graph(), id);
        for step in steps {
            match step {
                Step::Quadratic(proof) => quadratics.extend(proof.clone()),
                Step::Rewrite { from, found, .. } => rewrites.push(Rewrite {
                    from: text(*from),
                    to: text(found.expression),
                    domain: found.domain.clone(),
                }),
            }
        }
        match rewrites.is_empty() {
            true => Proof::Quadratic(quadratics),
            false => Proof::Rewrite {
                rewrites,
                quadratics,
            },
        }
    }

    /// Whether what was read equals what was written everywhere.
    pub(super) fn holds_everywhere(&self) -> bool {
        self.rewrites()
            .iter()
            .all(|rewrite| rewrite.domain.is_none())
    }

    /// What was read as what.
    pub fn rewrites(&self) -> &[Rewrite] {
        match self {
            Proof::Rewrite { rewrites, .. } => rewrites,
            Proof::Dcp | Proof::Quadratic(_) => &[],
        }
    }
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was read as `{}`", self.from, self.to)?;
        match &self.domain {
            Some(domain) => write!(f, ", equal for {domain}"),
            None => Ok(()),
        }
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
                [proof] if proof.is_part => write!(f, "quadratic part: {proof}; the rest by DCP"),
                [proof] => write!(f, "quadratic: {proof}"),
                [proof, ..] => write!(f, "{} quadratics: {proof}, …", proofs.len()),
            },
            Proof::Rewrite { rewrites, .. } => match rewrites.as_slice() {
                [] => write!(f, "rewrite"),
                [only] => write!(f, "rewrite: {only}"),
                [first, ..] => write!(f, "{} rewrites: {first}, …", rewrites.len()),
            },
        }
    }
}
