//! The proof of one part: as it stands, then with its expressions in better form.

use super::dcp::Analysis;
use super::part::Form;
use super::repair::{Repair, Step};
use super::symmetry;
use super::verdict::Proof;

/// A proof with the form that the composition rule accepts.
pub(super) struct Proved {
    pub form: Form,
    pub proof: Proof,
}

pub(super) fn prove(
    analysis: &mut Analysis<'_>,
    repair: &mut Repair,
    form: Form,
) -> Option<Proved> {
    if form.is_accepted(analysis) {
        let proof = Proof::Dcp;
        return Some(Proved { form, proof });
    }
    by_symmetry(analysis, repair, form)
        .or_else(|| by_repair(analysis, repair, form))
        .or_else(|| by_difference(analysis, repair, form))
}

/// Affine matrices whose coefficients are symmetric.
fn by_symmetry(analysis: &mut Analysis<'_>, repair: &mut Repair, form: Form) -> Option<Proved> {
    let form = symmetry::by_coefficients(analysis, repair.coordinates(), form)?;
    let proof = Proof::Dcp;
    form.is_accepted(analysis).then_some(Proved { form, proof })
}

/// Each expression of the part in a better form.
fn by_repair(analysis: &mut Analysis<'_>, repair: &mut Repair, form: Form) -> Option<Proved> {
    let repaired = form.map(|id| repair.expression(analysis, id));
    if repaired == form {
        // More may be known of its signs by now.
        let proof = Proof::Dcp;
        return form.is_accepted(analysis).then_some(Proved { form, proof });
    }
    let symmetric = symmetry::by_coefficients(analysis, repair.coordinates(), repaired);
    let repaired = symmetric.unwrap_or(repaired);
    if !repaired.is_accepted(analysis) {
        return None;
    }
    let roots = form.needs().into_iter().map(|(id, _)| id);
    let steps: Vec<&Step> = roots.flat_map(|id| repair.steps(analysis, id)).collect();
    let proof = Proof::of_steps(analysis, &steps);
    Some(Proved {
        form: repaired,
        proof,
    })
}

/// The two sides of a scalar relation as one expression: what is not convex alone may be so
/// together, as in `x*y <= x^2 + y^2`.
fn by_difference(analysis: &mut Analysis<'_>, repair: &mut Repair, form: Form) -> Option<Proved> {
    let (left, right) = match form {
        Form::LessEqual(left, right) | Form::Equal(left, right) => (left, right),
        Form::Minimize(_) | Form::Maximize(_) | Form::Precedes(..) => return None,
    };
    let graph = analysis.graph();
    if !graph.shape(left).is_scalar() || !graph.shape(right).is_scalar() {
        return None;
    }
    let difference = analysis.subtract(left, right)?;
    let image = repair.expression(analysis, difference);
    let zero = analysis.build(|graph| graph.number(0.0));
    let joined = match form {
        Form::Equal(..) => Form::Equal(image, zero),
        Form::LessEqual(..) | Form::Minimize(_) | Form::Maximize(_) | Form::Precedes(..) => {
            Form::LessEqual(image, zero)
        }
    };
    let steps = repair.steps(analysis, difference);
    let proof = Proof::of_steps(analysis, &steps);
    joined.is_accepted(analysis).then_some(Proved {
        form: joined,
        proof,
    })
}
