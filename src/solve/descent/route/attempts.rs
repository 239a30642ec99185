//! Single attempts at a problem, each in coordinates or along a path of its own.

use super::{MOST_FIRST, MOST_INSIDE, MOST_SMOOTHED, Ways};
use crate::problem::{Goal, Problem};
use crate::solve::descent::augmented_lagrangian::{self, Along, LARGEST_NEWTON};
use crate::solve::descent::budget::Budget;
use crate::solve::descent::equations::Equations;
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::lifts::Lifts;
use crate::solve::descent::model::Model;
use crate::solve::descent::normal_form::NormalForm;
use crate::solve::descent::packing::Packing;
use crate::solve::descent::sizes::{self, read_from};
use crate::solve::descent::units::Units;
use crate::solve::descent::{proximal_gradient, start};
use std::cell::OnceCell;

/// First-order iterations for each second-order one.
const LONGER: usize = 3;
/// Iterations of proximal gradients after which another method takes over where it has second-order steps.
const MOST_COMPOSITE: usize = 500;
/// Iterations for a point that meets the constraints, or their contradiction.
const MOST_WITHOUT_OBJECTIVE: usize = 150;
/// Unknowns, those of inner functions with them, up to which points that satisfy the equations are tried early.
const MOST_BRIEFLY: usize = 200;

impl Ways<'_> {
    /// What is found over the points that satisfy few equations in as many iterations as are taken first, where it
    /// stands and has multipliers.
    pub(super) fn briefly_over_equations(&mut self) -> Result<Option<Found>, String> {
        let is_small = |equations: &&Equations| equations.unknowns() <= MOST_BRIEFLY;
        let Some(equations) = self.equations().filter(is_small) else {
            return Ok(None);
        };
        let budget = self.budget;
        let found = budget.within(MOST_FIRST, |part| self.over(equations, None, part));
        Ok(self
            .if_it_stands(found?)
            .filter(|found| found.duals.is_some()))
    }

    /// What is found inside over the points that satisfy the equations.
    pub(super) fn inside_equations(&self) -> Result<Option<Found>, String> {
        let Some(equations) = self.equations() else {
            return Ok(None);
        };
        let way = Some(Along::Interior);
        self.budget
            .within(MOST_INSIDE, |part| self.over(equations, way, part))
    }

    /// What is found over the points that satisfy the equations, once, if there are any.
    pub(super) fn over_equations(&mut self) -> Result<Option<Found>, String> {
        if self.budget.is_spent() {
            return Ok(None);
        }
        let Some(equations) = self.equations() else {
            return Ok(None);
        };
        let found = self.over(equations, None, self.budget);
        self.equations = OnceCell::from(None);
        found
    }

    /// What is found over the points that satisfy these equations, that way.
    fn over(
        &self,
        equations: &Equations,
        way: Option<Along>,
        budget: &Budget,
    ) -> Result<Option<Found>, String> {
        let sizes = constraint_sizes(self.problem);
        equations.solve(way, self.problem, self.settings, &sizes, budget)
    }

    /// Where a few iterations lead without the objective, which draws points away from where constraints meet, or nearly do
    /// so.
    pub(super) fn without_objective(&self) -> Result<Option<Found>, String> {
        if self.problem.objective.goal == Goal::Find || self.budget.is_spent() {
            return Ok(None);
        }
        let problem = self.problem.without_objective();
        let ways = Ways {
            problem: &problem,
            equations: OnceCell::from(None),
            taken: Vec::new(),
            ..*self
        };
        let (mut model, start) = ways.model(NormalForm::new(&problem)?);
        let sizes = constraint_sizes(&problem);
        let found = self.budget.within(MOST_WITHOUT_OBJECTIVE, |part| {
            generally(&mut model, &start, &sizes, part)
        });
        Ok(Some(found))
    }

    /// What is found in coordinates in which the rows of the data are orthonormal, where that changes much.
    pub(super) fn in_own_basis(&self) -> Result<Option<Found>, String> {
        if self.budget.is_spent() {
            return Ok(None);
        }
        let Some(basis) = Equations::in_own_basis(self.problem)? else {
            return Ok(None);
        };
        self.budget
            .within(MOST_SMOOTHED, |part| self.over(&basis, None, part))
    }

    /// What is found that way, which is taken once; in the units of the data.
    pub(super) fn along(&mut self, way: Along, budget: &Budget) -> Result<Option<Found>, String> {
        if self.taken.contains(&way) || budget.is_spent() {
            return Ok(None);
        }
        self.taken.push(way);
        let along = |ways: &Ways<'_>| {
            let (mut model, start) = ways.model(NormalForm::by_rows(ways.problem)?);
            let sizes = constraint_sizes(ways.problem);
            let solve = augmented_lagrangian::solve_along;
            Ok(solve(way, &mut model, &start, &sizes, budget))
        };
        match self.in_units(along)? {
            Some(found) => Ok(Some(found)),
            None => along(self).map(Some),
        }
    }

    /// What is found with sizes of unknowns read off entries from a share of the largest in their row on, where these
    /// are others.
    pub(super) fn in_sizes_from(&self, least_share: f64) -> Result<Option<Found>, String> {
        if self.budget.is_spent() {
            return Ok(None);
        }
        let (mut model, start) = self.model(NormalForm::new(self.problem)?);
        if !read_from(&mut model, least_share) {
            return Ok(None);
        }
        let sizes = constraint_sizes(self.problem);
        let found = self.budget.within(MOST_SMOOTHED, |part| {
            generally(&mut model, &start, &sizes, part)
        });
        Ok(Some(found))
    }

    /// What is found inside from a point and with unknowns of its sizes.
    pub(super) fn in_sizes_of(&self, near: &Found) -> Result<Option<Found>, String> {
        if self.budget.is_spent() {
            return Ok(None);
        }
        let form = NormalForm::by_rows(self.problem)?;
        let own = Packing::new(self.problem).size;
        let start = Lifts::of(&form).extended(&near.x[..own]);
        let mut model = self.model(form).0;
        model.near = Some(start.clone());
        let sizes = constraint_sizes(self.problem);
        let solve = augmented_lagrangian::solve_along;
        let found = self.budget.within(MOST_INSIDE, |part| {
            solve(Along::Interior, &mut model, &start, &sizes, part)
        });
        Ok(Some(found))
    }

    /// What is found in the units of the data, where they are far from one.
    pub(super) fn in_own_units(&self) -> Result<Option<Found>, String> {
        self.in_units(|ways| {
            let form = NormalForm::new(ways.problem)?;
            Ok(ways.in_normal_form(form, usize::MAX).0)
        })
    }

    fn in_units(
        &self,
        solve: impl Fn(&Ways<'_>) -> Result<Found, String>,
    ) -> Result<Option<Found>, String> {
        let sizes = sizes::sizes(&mut Model::new(NormalForm::new(self.problem)?));
        let Some(units) = Units::by_sizes(self.problem, &sizes) else {
            return Ok(None);
        };
        let Some(problem) = &units.of_problem(self.problem) else {
            return Ok(None);
        };
        let scaled = Ways {
            problem,
            equations: OnceCell::from(None),
            taken: self.taken.clone(),
            ..*self
        };
        let found = solve(&scaled)?;
        Ok(units.suit(&found.x).then(|| units.taken_back(found)))
    }

    /// By the method for the form; the general one takes so many iterations where they are dear. And whether it
    /// would have taken more.
    pub(super) fn in_normal_form(&self, form: NormalForm, most: usize) -> (Found, bool) {
        let (mut model, start) = self.model(form);
        let sizes = constraint_sizes(self.problem);
        if let Some(terms) = proximal_gradient::Terms::of(&model) {
            let most = match model.size <= LARGEST_NEWTON {
                true => MOST_COMPOSITE,
                false => usize::MAX,
            };
            let found = self.budget.within(most, |part| {
                proximal_gradient::solve(&mut model, &terms, &start, &sizes, part)
            });
            // The general method has certificates for what has no answer.
            let is_short = matches!(found.ending, Ending::Short(_));
            if !is_short || found.wants_larger_unit() || self.budget.is_spent() {
                return (found, false);
            }
        }
        let most = match model.size <= LARGEST_NEWTON {
            true => most,
            false => most.saturating_mul(LONGER),
        };
        let (found, was_cut) = self.budget.within(most, |part| {
            let found = generally(&mut model, &start, &sizes, part);
            (found, part.is_spent())
        });
        (found, was_cut && !self.budget.is_spent())
    }

    fn model(&self, form: NormalForm) -> (Model, Vec<f64>) {
        let mut model = Model::new(form);
        model.use_threads(self.settings.threads);
        let start = start::point(self.problem, model.size);
        (model, start)
    }
}

/// By the general method, from other starts where the first is no good.
fn generally(model: &mut Model, start: &[f64], sizes: &[usize], budget: &Budget) -> Found {
    let packing = model.packing.clone();
    let mut found = augmented_lagrangian::solve(model, start, sizes, budget);
    if found.wants_larger_unit() {
        return found;
    }
    for start in start::others(start, &packing) {
        if !found.wants_other_start() {
            break;
        }
        found = augmented_lagrangian::solve(model, &start, sizes, budget);
    }
    found
}

fn constraint_sizes(problem: &Problem) -> Vec<usize> {
    let constraints = problem.constraints.iter();
    let sizes = constraints.map(|c| problem.constraint_shape(c).size());
    sizes.collect()
}
