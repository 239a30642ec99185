//! The methods that a convex problem is given to, one after the other until one solves it.

mod attempts;

use super::augmented_lagrangian::{Along, LARGEST_NEWTON};
use super::budget::Budget;
use super::equations::Equations;
use super::faces::{self, Left};
use super::found::{Ending, Found};
use super::fractions::with_fractions;
use super::normal_form::NormalForm;
use super::on_edges::put_on_edges;
use super::packing::Packing;
use super::sizes::OTHER_SHARES;
use super::squares::with_sums_of_squares;
use super::standing::stands;
use super::violation::Violation;
use super::{analytic, smooth, start, unit};
use crate::problem::Problem;
use crate::solve::Settings;
use std::cell::OnceCell;

/// Iterations after which another way is tried, and those of a problem with equations that make some unknowns move
/// so many times as far as others.
const MOST_FIRST: usize = 500;
const MOST_FIRST_OF_FAR: usize = 300;
const FAR_GROWTH: f64 = 1e3;
/// Iterations inside the domains of functions whose pieces are dear.
const MOST_IN_DOMAINS: usize = 300;
/// Iterations after which the interior method and then the path of smoothed problems are tried, and those of either.
const MOST_BEFORE_PATH: usize = 20;
const MOST_INSIDE: usize = 200;
/// The side of semidefinite matrices beyond which it is tried at once.
const LARGE_SIDE: usize = 20;
const MOST_SMOOTHED: usize = 1500;
/// A violation of constraints that seem to have room.
const MET: f64 = 1e-6;

/// The answer, the objective in a unit that leaves room for products.
pub fn route(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    let squares = with_sums_of_squares(problem);
    let problem = squares.as_ref().unwrap_or(problem);
    let found = by_structure(problem, settings, budget)?;
    let again = |larger: &Problem| by_structure(larger, settings, budget);
    match found.wants_larger_unit() {
        true => unit::solve_in_larger_unit(problem, &found.x, again).unwrap_or(Ok(found)),
        false => Ok(found),
    }
}

/// The method by the structure of the problem.
fn by_structure(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Found, String> {
    if let Some(found) = analytic::solve(problem) {
        return Ok(found);
    }
    if problem.constraints.is_empty() && smooth::applies(problem) {
        return smooth::solve(problem, settings, budget);
    }
    let form = NormalForm::new(problem)?;
    let at_edges = form.at_edges.clone();
    let found = Ways::new(problem, settings, budget).by_turns(form)?;
    Ok(match found.ending {
        Ending::Solved => put_on_edges(problem, &at_edges, found),
        _ => found,
    })
}

/// The answer over the points that satisfy the linear equations, if there are any.
pub fn over_equations(
    problem: &Problem,
    settings: &Settings,
    budget: &Budget,
) -> Result<Option<Found>, String> {
    let equations = Equations::of(&NormalForm::new(problem)?);
    let mut ways = Ways {
        equations: OnceCell::from(equations),
        ..Ways::new(problem, settings, budget)
    };
    ways.over_equations()
}

/// How a normal form is made of a problem.
type Make = fn(&Problem) -> Result<NormalForm, String>;

/// What there is to be tried.
struct Ways<'p> {
    problem: &'p Problem,
    settings: &'p Settings,
    budget: &'p Budget,
    /// Solved when they are first asked for, until they have been tried.
    equations: OnceCell<Option<Equations>>,
    /// Ways that lead to an answer once or not at all, and have been taken.
    taken: Vec<Along>,
}

impl<'p> Ways<'p> {
    fn new(problem: &'p Problem, settings: &'p Settings, budget: &'p Budget) -> Self {
        Ways {
            problem,
            settings,
            budget,
            equations: OnceCell::new(),
            taken: Vec::new(),
        }
    }

    fn equations(&self) -> Option<&Equations> {
        let solved = || Equations::of(&NormalForm::new(self.problem).ok()?);
        self.equations.get_or_init(solved).as_ref()
    }

    fn by_turns(mut self, form: NormalForm) -> Result<Found, String> {
        let found = self.with_multipliers(form)?;
        let is_short = matches!(found.ending, Ending::Short(_)) && !found.wants_larger_unit();
        if !is_short || self.budget.is_spent() {
            return Ok(found);
        }
        if let Some(again) = self.with_identities(&found)? {
            return Ok(again.after(&found));
        }
        Ok(match self.without_room(&found) {
            Some(again) => again.after(&found),
            None => found,
        })
    }

    /// What is found from identities, where nothing led on from zeros.
    fn with_identities(&self, found: &Found) -> Result<Option<Found>, String> {
        let started = found
            .wants_other_start()
            .then(|| start::with_identities(self.problem));
        let Some(started) = started.flatten() else {
            return Ok(None);
        };
        let form = NormalForm::new(&started)?;
        let mut ways = Ways::new(&started, self.settings, self.budget);
        let again = ways.with_multipliers(form)?;
        Ok(self.if_it_stands(Some(again)))
    }

    /// What is found over the points that constraints without room leave, if there are such.
    fn without_room(&self, found: &Found) -> Option<Found> {
        let solve = |problem: &Problem| {
            let form = NormalForm::new(problem).ok()?;
            let mut ways = Ways::new(problem, self.settings, self.budget);
            // Entries that x^2 <= 0 holds are to come to 0, not to the middle of what rounding allows.
            ways.taken.push(Along::Interior);
            ways.with_multipliers(form).ok()
        };
        match faces::left(self.problem, &found.x, solve)? {
            Left::Face(face, names) => {
                let again = solve(&face).and_then(|again| standing(&face, again))?;
                standing(self.problem, faces::taken_back(again, &names))
            }
            Left::Nothing(multipliers) => Some(Found {
                ending: Ending::Infeasible(multipliers),
                ..found.clone()
            }),
        }
    }

    /// By the methods that need multipliers.
    fn with_multipliers(&mut self, form: NormalForm) -> Result<Found, String> {
        if let Some(inside) = NormalForm::without_dear_pieces(self.problem) {
            let found = self.in_normal_form(inside?, MOST_IN_DOMAINS).0;
            if let Some(found) = self.if_it_stands(Some(found)) {
                return Ok(found);
            }
        }
        let mut found = self.first(form)?;
        let is_over = found.is_certain || found.wants_larger_unit() || self.budget.is_spent();
        if stands(self.problem, &mut found) || is_over {
            return Ok(found);
        }
        if let Some(again) = self.if_it_stands(self.in_own_units()?) {
            return Ok(again.after(&found));
        }
        if matches!(found.ending, Ending::Solved | Ending::Short(_))
            && let Some(again) = self.if_it_stands(self.in_own_basis()?)
        {
            return Ok(again.after(&found));
        }
        for share in OTHER_SHARES {
            if let Some(again) = self.if_it_stands(self.in_sizes_from(share)?) {
                return Ok(again.after(&found));
            }
        }
        if !matches!(found.ending, Ending::Short(_)) {
            let again = self.over_equations()?;
            return Ok(match self.if_it_stands(again) {
                Some(again) => again.after(&found),
                None => found,
            });
        }
        if let Some(written) = with_fractions(self.problem)
            && let again = by_structure(&written, self.settings, self.budget)?
            && again.ending == Ending::Solved
        {
            return Ok(again.after(&found));
        }
        if let Some(again) = self.over_equations()? {
            return Ok(again.after(&found));
        }
        if let Some(again) = self
            .along(Along::Smoothed, self.budget)?
            .map(Found::with_rough_solved)
            && !matches!(again.ending, Ending::Short(_))
        {
            return Ok(again.after(&found));
        }
        match NormalForm::without_turns(self.problem) {
            Some(form) => Ok(self.in_normal_form(form?, usize::MAX).0.after(&found)),
            None => Ok(found),
        }
    }

    /// What is an answer for the user's constraints, or proves that there is none.
    fn if_it_stands(&self, found: Option<Found>) -> Option<Found> {
        found.and_then(|found| match found.is_certain {
            true => Some(found),
            false => standing(self.problem, found),
        })
    }

    /// By what multipliers of the whole prove, too, where null vectors have been taken out.
    fn first(&mut self, form: NormalForm) -> Result<Found, String> {
        if !form.has_null_vectors {
            return self.first_by(form, NormalForm::new);
        }
        let found = self.first_by(form, NormalForm::new)?;
        if found.ending == Ending::Solved || self.budget.is_spent() {
            return Ok(found);
        }
        let whole = NormalForm::with_edges(self.problem)?;
        Ok(self.first_by(whole, NormalForm::with_edges)?.after(&found))
    }

    /// In all unknowns; where that takes long, by the interior method or along the path of smoothed problems. The form
    /// is made anew by `make`.
    fn first_by(&mut self, form: NormalForm, make: Make) -> Result<Found, String> {
        if self.needs_equations(&form)
            && let Some(found) = self.if_it_stands(self.inside_equations()?)
        {
            return Ok(found);
        }
        let most = match has_large_matrices(&form) {
            true => 0,
            false => MOST_BEFORE_PATH,
        };
        let (found, was_cut) = self.in_normal_form(form, most);
        if !was_cut || matches!(found.ending, Ending::Solved | Ending::Infeasible(_)) {
            return Ok(found);
        }
        let mut found = found;
        for (way, most) in [
            (Along::Interior, MOST_INSIDE),
            (Along::Smoothed, MOST_SMOOTHED),
        ] {
            let budget = self.budget;
            let again = budget.within(most, |part| self.along(way, part))?;
            let Some(mut again) = again.map(|again| again.after(&found)) else {
                continue;
            };
            if way == Along::Smoothed && again.is_rough() {
                return self.refined(again, make);
            }
            let is_claim = !matches!(again.ending, Ending::Short(_));
            let holds = again.ending != Ending::Solved || stands(self.problem, &mut again);
            if is_claim && holds || self.budget.is_spent() {
                return Ok(again);
            }
            found = again;
            if way == Along::Interior
                && !is_met(self.problem, &found)
                && let Some(again) = self.by_constraints_first()?
            {
                return Ok(again.after(&found));
            }
        }
        self.after_path(found, make)
    }

    /// Whether second-order steps have small systems over the points that satisfy the equations, and not in all unknowns:
    /// large matrices leave no zeros in them.
    fn needs_equations(&self, form: &NormalForm) -> bool {
        let is_large = form.packing.size > LARGEST_NEWTON;
        is_large && has_large_matrices(form) && self.equations().is_some()
    }

    /// The contradiction of the constraints, or the answer in the sizes of a point that meets them as well as is found soon.
    fn by_constraints_first(&self) -> Result<Option<Found>, String> {
        let Some(met) = self.without_objective()? else {
            return Ok(None);
        };
        match met.ending {
            Ending::Infeasible(_) => Ok(Some(met)),
            _ => Ok(self.if_it_stands(self.in_sizes_of(&met)?)),
        }
    }

    /// What is solved in all unknowns in some iterations more, or else the accurate point, if it stands.
    fn refined(&mut self, rough: Found, make: Make) -> Result<Found, String> {
        let again = self.in_normal_form(make(self.problem)?, MOST_FIRST).0;
        let mut rough = rough.with_rough_solved();
        match again.ending == Ending::Solved || !stands(self.problem, &mut rough) {
            true => Ok(again.after(&rough)),
            false => Ok(rough.after(&again)),
        }
    }

    /// Where neither led on soon: over the points that satisfy the equations, or in all unknowns however long it takes.
    fn after_path(&mut self, found: Found, make: Make) -> Result<Found, String> {
        let equations = self.equations();
        let is_far =
            equations.is_some_and(|e| e.growth() >= FAR_GROWTH || e.hold_bounds(self.problem));
        let most = match is_far {
            true => MOST_FIRST_OF_FAR,
            false => MOST_FIRST,
        };
        let (again, was_cut) = self.in_normal_form(make(self.problem)?, most);
        let found = again.after(&found);
        if !was_cut || matches!(found.ending, Ending::Solved | Ending::Infeasible(_)) {
            return Ok(found);
        }
        if is_far
            && let Some(mut again) = self.over_equations()?
            && (again.ending != Ending::Solved || stands(self.problem, &mut again))
        {
            return Ok(again.after(&found));
        }
        if let Some(again) = self.briefly_over_equations()? {
            return Ok(again.after(&found));
        }
        let form = make(self.problem)?;
        Ok(self.in_normal_form(form, usize::MAX).0.after(&found))
    }
}

/// Whether the steps that are taken first cost as much as those of the interior method, of which fewer do.
fn has_large_matrices(form: &NormalForm) -> bool {
    let sides = form
        .parts
        .iter()
        .filter_map(|part| part.rule.spectral_side());
    sides.max().is_some_and(|side| side > LARGE_SIDE)
}

/// Whether the point is as good as feasible.
fn is_met(problem: &Problem, found: &Found) -> bool {
    let packing = Packing::new(problem);
    Violation::of(problem)
        .worst(&packing, &found.x[..packing.size])
        .0
        <= MET
}

fn standing(problem: &Problem, mut found: Found) -> Option<Found> {
    stands(problem, &mut found).then_some(found)
}
