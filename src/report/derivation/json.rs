//! Formulas for programs.

use super::{Formula, Formulas, Second};
use crate::compare::Difference;
use serde_json::{Map, Value, json};

/// One document; the differences are null where nothing was compared.
pub fn derivation_json(
    file: &str,
    formulas: &Formulas,
    gradient: Option<Difference>,
    hessian: Option<Difference>,
) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Map<String, Value> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, text)| (name.clone(), json!(text)))
            .collect()
    };
    let error = |difference: Option<Difference>| match difference {
        Some(Difference::By(error)) => json!(error),
        Some(Difference::NoPoint) | None => Value::Null,
    };
    let mut document = json!({
        "schema": 1,
        "file": file,
        "objective": formulas.objective,
        "gradient": pairs(&formulas.gradient),
        "difference_error": error(gradient),
        "meanings": formulas.meanings,
        "notes": formulas.notes,
    });
    if !formulas.hessian.is_empty() {
        document["hessian"] = formulas.hessian.iter().map(second_json).collect();
        document["where"] = Value::Object(pairs(&formulas.shared));
        document["hessian_difference_error"] = error(hessian);
    }
    document
}

fn second_json(second: &Second) -> Value {
    let (formula, direction, reason) = match &second.formula {
        Formula::Matrix(text) => (Some(text), None, None),
        Formula::Applied { direction, text } => (Some(text), Some(direction), None),
        Formula::Missing(reason) => (None, None, Some(reason)),
    };
    json!({
        "row": second.row,
        "column": second.column,
        "formula": formula,
        "direction": direction,
        "reason": reason,
    })
}
