//! Laws that every function owes, run from the registry: a new function is tested without a test.
//!
//! Each application is tested on the whole of its domain and on the nonnegative and nonpositive
//! halves of it, since what is stated may depend on the sign of an argument.

mod curvature;
mod derivation;
mod gradient;
mod graph_form;
mod lanes;
mod linear;
mod prox;
mod sample;
mod smoothed;
mod split;
mod zero_factor;

use bowl::atoms::{Specimen, affine, entries};
use sample::Trial;

/// Every application under test with the name to report.
fn specimens() -> Vec<(String, Specimen)> {
    let named = entries().flat_map(|entry| {
        let specimens = (entry.specimens)();
        assert!(!specimens.is_empty(), "{} has no specimens", entry.name);
        specimens.into_iter().map(|s| (entry.name.to_owned(), s))
    });
    let operators = affine::operator_specimens();
    let operators = operators.into_iter().map(|s| (s.atom.name().to_owned(), s));
    named.chain(operators).chain(lanes::specimens()).collect()
}

/// Of the name alone, so that a new function leaves the random points of all others as they are.
fn seed(name: &str) -> u64 {
    name.bytes()
        .fold(0, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_003)
}

/// Runs a law on every application and reports all failures at once.
fn run(law: impl Fn(&mut Trial<'_>) -> Result<(), String>) {
    let mut failures: Vec<String> = Vec::new();
    let mut previous = (String::new(), 0);
    for (name, specimen) in specimens() {
        let repeat = if previous.0 == name {
            previous.1 + 1
        } else {
            0
        };
        previous = (name.clone(), repeat);
        for mut trial in Trial::all(&specimen, seed(&name) + repeat) {
            if let Err(message) = law(&mut trial) {
                let half = trial.half;
                failures.push(format!("{name} {:?} ({half:?}): {message}", specimen.atom));
            }
        }
    }
    failures.dedup();
    assert!(
        failures.is_empty(),
        "{} laws broken:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn shapes_ranges_curvature_and_monotonicity_are_as_stated() {
    run(curvature::law);
}

#[test]
fn kinks_are_rounded_off_on_the_right_side() {
    run(smoothed::law);
}

#[test]
fn outside_the_domain_values_are_infinite() {
    run(curvature::outside_law);
}

#[test]
fn affine_functions_have_affine_forms() {
    run(linear::law);
}

#[test]
fn pullbacks_match_central_differences() {
    run(gradient::law);
}

#[test]
fn derivatives_pass_their_check_for_every_attribute() {
    run(derivation::check_law);
}

#[test]
fn printed_derivatives_read_back_as_what_they_are() {
    run(derivation::text_law);
}

#[test]
fn graph_forms_are_tight() {
    run(graph_form::law);
}

#[test]
fn graph_forms_are_infeasible_outside_the_domain() {
    run(graph_form::outside_law);
}

#[test]
fn proximal_points_are_optimal() {
    run(prox::law);
}

#[test]
fn reductions_of_each_lane_are_those_of_the_lane() {
    lanes::law();
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = entries().map(|entry| entry.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "two functions have one name");
}

#[test]
fn a_factor_of_zero_leaves_the_domain_alone() {
    run(zero_factor::law);
}

#[test]
fn the_gradient_path_minimises_every_function() {
    run(|trial| split::law(trial, split::Place::Objective));
}

#[test]
fn the_gradient_path_bounds_every_function() {
    run(|trial| split::law(trial, split::Place::Constraint));
}
