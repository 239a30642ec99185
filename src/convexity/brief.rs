//! Short texts of expressions: deep or wide ones are cut with `…`.

use crate::expr::{ExprId, Graph, NodeKind, Precedence, Printed, print};
use crate::problem::Problem;

/// Arguments nested more deeply are not shown.
const DEEPEST: usize = 6;
/// Arguments beyond these are not shown.
const WIDEST: usize = 6;
/// Longer texts are cut.
const LONGEST: usize = 72;

/// The expression on one line of at most 72 characters.
pub fn brief(problem: &Problem, graph: &Graph, id: ExprId) -> String {
    brief_part(problem, graph, id).text
}

/// The same, to be put into a larger formula.
pub fn brief_part(problem: &Problem, graph: &Graph, id: ExprId) -> Printed {
    for depth in (1..=DEEPEST).rev() {
        let part = printed(problem, graph, id, depth);
        if part.text.chars().count() <= LONGEST {
            return part;
        }
    }
    let part = printed(problem, graph, id, 1);
    let cut: String = part.text.chars().take(LONGEST - 1).collect();
    Printed {
        text: cut + "…",
        ..part
    }
}

/// Recursive to a fixed depth only.
fn printed(problem: &Problem, graph: &Graph, id: ExprId, depth: usize) -> Printed {
    let mut printed = match graph.kind(id) {
        NodeKind::Constant(_) => print::<&str>(graph, id, &[]),
        NodeKind::Variable(variable) => match problem.variables.get(variable.index()) {
            Some(variable) => Printed::tight(variable.name.as_ref()),
            None => Printed::tight("?"),
        },
        NodeKind::Apply(_) if depth == 0 => Printed::tight("…"),
        NodeKind::Apply(atom) => {
            let arguments = graph.arguments(id);
            let shown = arguments.iter().take(WIDEST);
            let mut texts: Vec<Printed> = shown
                .map(|&a| printed(problem, graph, a, depth - 1))
                .collect();
            if arguments.len() > WIDEST {
                texts.push(Printed::new("…", Precedence::Postfix));
            }
            atom.print(&texts)
        }
    };
    printed.shape = graph.shape(id);
    printed
}
