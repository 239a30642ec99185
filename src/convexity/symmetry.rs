//! Symmetry of the sides of a semidefinite relation, read off their coefficients: A'*P + P*A of a
//! symmetric P is symmetric, though neither of its terms is.

use super::dcp::Analysis;
use super::part::Form;
use super::quadratic::Coordinates;
use crate::atoms::construct::zeros;
use crate::expr::ExprId;

/// The relation between sides that are known to be symmetric: the same two, or their difference
/// and zero. `None` for other forms, and where the coefficients show no symmetry.
pub(super) fn by_coefficients(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    form: Form,
) -> Option<Form> {
    let Form::Precedes(left, right) = form else {
        return None;
    };
    if [left, right]
        .into_iter()
        .all(|side| learn(analysis, coordinates, side))
    {
        return Some(form);
    }
    let difference = analysis.subtract(left, right)?;
    if !learn(analysis, coordinates, difference) {
        return None;
    }
    let shape = analysis.graph().shape(difference);
    let zero = analysis.build(|graph| zeros(graph, shape));
    Some(Form::Precedes(difference, zero))
}

/// Whether the expression is symmetric, by its facts or by its coefficients.
pub(super) fn learn(
    analysis: &mut Analysis<'_>,
    coordinates: &mut Coordinates,
    side: ExprId,
) -> bool {
    let facts = analysis.facts(side);
    if facts.symmetric || !facts.curvature.is_affine() {
        return facts.symmetric;
    }
    let map = coordinates
        .are_countable()
        .then(|| coordinates.map(analysis, side));
    let symmetric = map.flatten().is_some_and(|map| map.is_symmetric());
    if symmetric {
        analysis.learn_symmetry(side);
    }
    symmetric
}
