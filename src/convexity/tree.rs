//! Every expression of a part with its sign and curvature, as an indented text.

use super::brief::brief;
use super::dcp::Analysis;
use super::part::Form;
use crate::dcp::{Facts, Sign};
use crate::expr::{ExprId, NodeKind};
use crate::problem::Problem;
use rustc_hash::FxHashSet;
use std::fmt::Write;

/// Parts beyond this many lines are left out.
const MOST_LINES: usize = 400;
/// Expressions nested more deeply are left out.
const DEEPEST: usize = 24;
/// Arguments beyond this many are left out.
const WIDEST: usize = 10;

/// One line of the tree.
enum Line {
    Node { id: ExprId, depth: usize },
    Omitted { count: usize, depth: usize },
}

/// A text under construction; shared expressions are shown once.
pub(super) struct Tree<'a, 'p> {
    pub analysis: &'a Analysis<'p>,
    text: String,
    lines: usize,
    shown: FxHashSet<ExprId>,
}

impl<'a, 'p> Tree<'a, 'p> {
    pub fn new(analysis: &'a Analysis<'p>) -> Self {
        Tree {
            analysis,
            text: String::new(),
            lines: 0,
            shown: FxHashSet::default(),
        }
    }

    /// Whether there is room for another part.
    pub fn has_room(&self) -> bool {
        self.lines < MOST_LINES
    }

    /// Draws the expressions of a part under its name.
    pub fn part(&mut self, name: &str, form: Form) {
        let _ = writeln!(self.text, "{name}");
        self.lines += 1;
        for (root, _) in form.needs() {
            self.expression(root);
        }
    }

    pub fn finish(mut self, left_out: usize) -> String {
        if left_out > 0 {
            let _ = writeln!(self.text, "… and {left_out} more");
        }
        self.text
    }

    fn expression(&mut self, root: ExprId) {
        let mut pending = vec![Line::Node { id: root, depth: 1 }];
        while let Some(line) = pending.pop() {
            if !self.has_room() {
                return;
            }
            self.lines += 1;
            match line {
                Line::Omitted { count, depth } => {
                    let _ = writeln!(self.text, "{}… {count} more", "  ".repeat(depth));
                }
                Line::Node { id, depth } => {
                    if self.node(id, depth) {
                        self.push_arguments(id, depth + 1, &mut pending);
                    }
                }
            }
        }
    }

    /// One line; false when nothing below is worth a line.
    fn node(&mut self, id: ExprId, depth: usize) -> bool {
        let problem: &Problem = self.analysis.problem;
        let graph = self.analysis.graph();
        let leaf = graph.is_constant(id) || matches!(graph.kind(id), NodeKind::Variable(_));
        let again = !self.shown.insert(id) && !leaf;
        let text = brief(problem, graph, id);
        let facts = describe(self.analysis.facts(id));
        let mark = if again { "  (as above)" } else { "" };
        let _ = writeln!(self.text, "{}{text}   {facts}{mark}", "  ".repeat(depth));
        !again && !leaf
    }

    fn push_arguments(&self, id: ExprId, depth: usize, pending: &mut Vec<Line>) {
        let arguments = self.analysis.graph().arguments(id);
        if depth > DEEPEST {
            pending.push(Line::Omitted {
                count: arguments.len(),
                depth,
            });
            return;
        }
        let count = arguments.len().saturating_sub(WIDEST);
        if count > 0 {
            pending.push(Line::Omitted { count, depth });
        }
        let shown = arguments.iter().take(WIDEST).rev();
        pending.extend(shown.map(|&id| Line::Node { id, depth }));
    }
}

/// "convex, >= 0", "affine, in [0, 1]", "constant".
fn describe(facts: &Facts) -> String {
    let mut text = facts.curvature.word().to_owned();
    if facts.psd && !facts.shape.is_scalar() {
        text.push_str(", psd");
    } else if facts.nsd && !facts.shape.is_scalar() {
        text.push_str(", nsd");
    }
    match facts.range.sign() {
        Sign::Zero => text.push_str(", 0"),
        Sign::Nonnegative => text.push_str(", >= 0"),
        Sign::Nonpositive => text.push_str(", <= 0"),
        Sign::Unknown => {}
    }
    text
}
