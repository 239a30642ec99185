//! From start to start, and off saddle and flat points, until the first-order conditions hold.

use super::Answer;
use super::augmented::Augmented;
use super::conditions::{Conditions, Residuals, SATISFIED};
use super::method::Method;
use super::reached::{Outcome, Reached};
use super::second_order::{SecondOrder, second_order};
use super::smooth::Unconstrained;
use super::starts;
use super::{edges, kink, wording};
use crate::elaborate::random::Generator;
use crate::expr::ExprId;
use crate::problem::Problem;
use crate::solve::Settings;
use crate::solve::descent::budget::Budget;
use crate::solve::descent::found::{Ending, Found};
use crate::solve::descent::is_maximised;
use crate::solve::descent::lbfgs::{add_scaled, norm};
use crate::solve::descent::lifts::Lifts;
use crate::solve::descent::methods::beside::{self, Falls};
use crate::solve::descent::methods::curvature::Definiteness;
use crate::solve::descent::methods::underflow::{self, Level};
use crate::solve::descent::methods::{Beside, Place, Stationary};
use crate::solve::descent::model::Model;
use crate::solve::descent::normal_form::NormalForm;
use crate::solve::descent::scaling;

/// Saddle and flat points that are left behind from one start.
const MOST_ESCAPES: usize = 4;
/// The length of a step off one, relative to the point.
const ESCAPE: f64 = 1e-2;
/// A value this much lower is no rounding, relative to max(1, |f|).
const LOWER: f64 = 1e-7;

/// One end of a descent, judged on the user's problem.
pub struct Judged {
    pub reached: Reached,
    /// The user's unknowns.
    pub x: Vec<f64>,
    /// The objective, small values being good.
    pub value: f64,
    pub duals: Vec<Vec<f64>>,
    pub residuals: Residuals,
    /// The worst violated constraint, by position.
    pub worst: Option<usize>,
    /// Next to a kink that was taken as it is.
    pub at_kink: bool,
    pub second: Option<SecondOrder>,
    /// Where the objective falls beside the point, without constraints and where derivatives do not tell.
    pub falls: Option<Falls>,
    /// A function that is level here by rounding alone.
    pub level: Option<Level>,
    /// Entries at an edge of a domain, and whether the objective rises from there.
    pub edges: Vec<usize>,
    pub edges_hold: bool,
}

impl Judged {
    pub fn is_feasible(&self) -> bool {
        self.residuals.violation <= SATISFIED
    }

    pub fn is_saddle(&self) -> bool {
        self.second.as_ref().is_some_and(SecondOrder::falls)
    }

    fn is_minimum(&self) -> bool {
        let holds = self.value.is_finite() && self.residuals.are_satisfied();
        let is_level = self.falls.is_some() || self.level.is_some();
        holds && !self.is_saddle() && !is_level && !self.at_kink && self.edges_hold
    }

    /// Whether it is lower than another end, and not by rounding.
    fn is_below(&self, other: &Judged) -> bool {
        let least = LOWER * other.value.abs().max(1.0);
        let endless = self.reached.outcome == Outcome::Endless;
        endless || (self.is_feasible() && self.value < other.value - least)
    }

    /// Better ends come first: minima, then feasible points, then small violations.
    fn rank(&self) -> (bool, bool, f64) {
        let violation = self.residuals.violation;
        let stationarity = self.residuals.stationarity;
        match self.is_feasible() {
            true => (!self.is_minimum(), false, stationarity),
            false => (true, true, violation),
        }
    }
}

struct Search<'p, 'm, 'b> {
    problem: &'p Problem,
    method: Method<'m, 'b>,
    conditions: Conditions<'p>,
    lifts: Lifts,
    /// Rows of each constraint.
    sizes: Vec<usize>,
    /// Kinks that were taken as they are.
    kept: Vec<ExprId>,
}

pub fn search(problem: &Problem, settings: &Settings, budget: &Budget) -> Result<Answer, String> {
    let form = NormalForm::local(problem)?;
    let kept = form.kept_kinks.clone();
    let lifts = Lifts::of(&form);
    let is_unconstrained = form.parts.is_empty() && form.rows.is_empty();
    let conditions = Conditions::new(problem);
    let starts = starts::starts(problem, conditions.packing(), settings);
    let mut model = Model::new(form);
    let method = if is_unconstrained && problem.objective.expression.is_some() {
        Method::Unconstrained(Box::new(Unconstrained::new(problem, settings, budget)?))
    } else {
        model.use_threads(settings.threads);
        Method::Augmented(Box::new(Augmented::new(
            &mut model,
            budget,
            edges::are_possible(problem),
        )))
    };
    let constraints = problem.constraints.iter();
    let mut search = Search {
        problem,
        method,
        conditions,
        lifts,
        sizes: constraints
            .map(|c| problem.constraint_shape(c).size())
            .collect(),
        kept,
    };
    // Of many starts each stands for itself.
    let (best, tried) = search.best_of(&starts, settings.starts <= 1, budget);
    Ok(search.answer(best, tried))
}

impl Search<'_, '_, '_> {
    /// The first end that is a local minimum, or else the best; and how many starts were tried.
    fn best_of(&mut self, starts: &[Vec<f64>], patient: bool, budget: &Budget) -> (Judged, usize) {
        let mut best = self.descended(&starts[0]);
        let mut tried = 1;
        for start in &starts[1..] {
            if !self.may_restart(&best, patient) || budget.is_spent() {
                break;
            }
            let next = self.descended(start);
            tried += 1;
            if next.rank() < best.rank() {
                best = next;
            }
        }
        (best, tried)
    }

    /// Whether the start may be at fault.
    fn may_restart(&self, judged: &Judged, patient: bool) -> bool {
        let imprecise = matches!(self.method, Method::Augmented(_));
        match judged.reached.outcome {
            Outcome::NoStart => true,
            Outcome::Endless | Outcome::Limit => false,
            Outcome::Reached | Outcome::Infeasible => {
                let useful = imprecise || judged.at_kink || judged.is_saddle();
                patient && useful && !judged.is_minimum()
            }
        }
    }

    /// From one start, off the saddle and flat points on the way.
    fn descended(&mut self, start: &[f64]) -> Judged {
        let first = self.lifts.extended(start);
        self.conditions.unit = self.method.unit(&first);
        let reached = self.method.run(&first);
        let mut judged = self.judged(reached);
        for _ in 0..MOST_ESCAPES {
            let Some(next) = self.further_down(&judged) else {
                break;
            };
            judged = next;
        }
        judged
    }

    /// A lower end from a little beside a point where second derivatives do not say that it is a
    /// minimum.
    fn further_down(&mut self, judged: &Judged) -> Option<Judged> {
        let length = ESCAPE * norm(&judged.x).max(1.0);
        self.ways(judged).into_iter().find_map(|way| {
            let mut x = judged.x.clone();
            add_scaled(length, &way[..judged.x.len()], &mut x);
            let moved = self.lifts.extended(&x);
            self.conditions.unit = self.conditions.unit.max(self.method.unit(&moved));
            let reached = self.method.resume(&moved, &judged.reached.multipliers);
            Some(self.judged(reached)).filter(|next| next.is_below(judged))
        })
    }

    /// Directions of length one to try from a point that may be no minimum: those of the least
    /// curvature, or any one where the curvature is not known.
    fn ways(&self, judged: &Judged) -> Vec<Vec<f64>> {
        let has_objective = self.problem.objective.expression.is_some();
        if !judged.residuals.are_satisfied() || judged.at_kink || !has_objective {
            return Vec::new();
        }
        match &judged.second {
            // A descent hardly ever ends at a saddle point, but it may begin there.
            None if matches!(&self.method, Method::Unconstrained(m) if m.has_moved) => Vec::new(),
            None => {
                let mut way = Generator::new(5).normals(judged.x.len());
                let length = norm(&way);
                way.iter_mut().for_each(|w| *w /= length);
                vec![way]
            }
            Some(second) if second.definiteness == Definiteness::Positive => Vec::new(),
            Some(second) => {
                let ways = second.weakest.iter();
                ways.flat_map(|w| [w.clone(), w.iter().map(|w| -w).collect()])
                    .collect()
            }
        }
    }

    fn judged(&mut self, mut reached: Reached) -> Judged {
        let own = self.conditions.packing().size;
        starts::onto_bounds(self.problem, self.conditions.packing(), &mut reached.x);
        let mut judged = Judged {
            x: reached.x[..own].to_vec(),
            value: self.conditions.value(&reached.x[..own]),
            duals: Vec::new(),
            residuals: Residuals::default(),
            worst: None,
            at_kink: false,
            second: None,
            falls: None,
            level: None,
            edges: Vec::new(),
            edges_hold: true,
            reached,
        };
        (judged.edges, judged.edges_hold) = self.method.edges(&judged.reached.x);
        judged.edges.retain(|&entry| entry < own);
        judged.edges.sort_unstable();
        self.conditions.held.clone_from(&judged.edges);
        if judged.reached.multipliers.is_empty() {
            judged.residuals.violation = f64::INFINITY;
            return judged;
        }
        judged.duals = match &self.method {
            Method::Unconstrained(_) => Vec::new(),
            Method::Augmented(method) => {
                let model = &*method.lagrangian.model;
                let multipliers = scaling::by_row(model, judged.reached.multipliers.clone());
                scaling::user_multipliers(model, &multipliers, &self.sizes)
            }
        };
        judged.residuals = self.conditions.residuals(&judged.x, &judged.duals);
        judged.worst = self.conditions.violation(&judged.x).1;
        if judged.is_feasible() {
            self.examine(&mut judged);
            self.look_around(&mut judged);
        }
        judged
    }

    /// At values beside a point where second derivatives do not tell what it is.
    fn look_around(&mut self, judged: &mut Judged) {
        let Some(second) = &judged.second else {
            return;
        };
        let is_open = second.definiteness == Definiteness::Semidefinite;
        if !is_open || !self.problem.constraints.is_empty() || !judged.edges.is_empty() {
            return;
        }
        let (_, slope) = self.conditions.value_and_slope(&judged.x);
        let mut value = |x: &[f64]| self.conditions.value(x);
        judged.falls = beside::falls(&mut value, &judged.x, &slope, &second.flat);
        judged.level = underflow::level(self.problem, &judged.x);
    }

    /// Kinks and curvature. At a kink that became rows of the model the conditions are those of the
    /// model.
    fn examine(&mut self, judged: &mut Judged) {
        let conditions = &mut self.conditions;
        let bent = conditions.kinked && conditions.is_at_kink(&judged.x, &judged.duals);
        if !bent {
            if judged.residuals.are_satisfied() {
                judged.second = conditions.second_order(&judged.x, &judged.duals);
            }
            return;
        }
        let Method::Augmented(method) = &mut self.method else {
            judged.at_kink = true;
            return;
        };
        let reached = &judged.reached;
        let curved = reached.multipliers.last().map_or(&[][..], Vec::as_slice);
        let model = &mut *method.lagrangian.model;
        judged.at_kink = !self.kept.is_empty() && kink::is_near(model, &reached.x, curved);
        let (slope, values) = method.look(reached);
        judged.residuals.gradient_norm = slope;
        judged.residuals.stationarity = reached.dual;
        if judged.residuals.are_satisfied() && !judged.at_kink {
            let model = &mut *method.lagrangian.model;
            let held = &judged.edges;
            let (x, multipliers) = (&reached.x, &reached.multipliers);
            judged.second = second_order(model, x, &values, multipliers, held);
        }
    }

    fn answer(mut self, judged: Judged, tried: usize) -> Answer {
        let ending = self.ending(&judged, tried);
        let place = self.place(&judged);
        let mut notes = Vec::new();
        if !self.kept.is_empty() && ending == Ending::Solved {
            let kinks = wording::kinks(self.problem, &self.kept);
            notes.push(format!(
                "no new variable can stand for {kinks}: taken as it is; the slope does not jump at the point"
            ));
        }
        if !judged.edges.is_empty() && ending == Ending::Solved {
            notes.push(wording::at_edge(self.problem, &judged.edges));
        }
        let (method, iterations, evaluations) = self.method.work();
        let is_constrained = !self.problem.constraints.is_empty();
        Answer {
            found: Found {
                ending,
                method: method.to_owned(),
                iterations,
                evaluations,
                duals: (is_constrained && !judged.duals.is_empty()).then_some(judged.duals),
                bound: None,
                dual_value: None,
                notes,
                is_certain: false,
                x: judged.x,
            },
            place,
        }
    }

    fn ending(&mut self, judged: &Judged, tried: usize) -> Ending {
        if judged.is_minimum() {
            return Ending::Solved;
        }
        let reached = &judged.reached;
        if reached.outcome == Outcome::Endless {
            let own = &reached.direction[..judged.x.len()];
            if self.problem.constraints.is_empty() || self.falls_along(&judged.x, own) {
                return Ending::Unbounded(own.to_vec());
            }
        }
        if let Method::Unconstrained(method) = &self.method
            && reached.outcome == Outcome::Limit
            && !judged.at_kink
        {
            return Ending::Short(method.reason.clone());
        }
        Ending::Short(wording::why_short(self.problem, judged, tried, &self.kept))
    }

    /// Whether the ray stays in the constraints and the objective falls along it without end.
    fn falls_along(&mut self, x: &[f64], direction: &[f64]) -> bool {
        let length = norm(direction);
        let mut last = f64::INFINITY;
        [1e2, 1e4, 1e6].into_iter().all(|far| {
            let mut point = x.to_vec();
            add_scaled(far / length, direction, &mut point);
            let value = self.conditions.value(&point);
            let lower = value < last - 1e-3 * far;
            last = value;
            lower && self.conditions.violation(&point).0 <= SATISFIED
        })
    }

    fn place(&self, judged: &Judged) -> Option<Place> {
        let stands = judged.residuals.are_satisfied() && !judged.at_kink && judged.edges_hold;
        let sign = if is_maximised(self.problem) {
            -1.0
        } else {
            1.0
        };
        stands.then(|| Place {
            value: sign * judged.value,
            gradient_norm: judged.residuals.gradient_norm,
            violation: judged.residuals.violation,
            reached: 1,
            seen: Stationary {
                curvature: judged.second.as_ref().and_then(|s| s.curvature),
                definiteness: judged.second.as_ref().map(|s| s.definiteness),
                beside: judged.falls.map(Beside::Falls),
            },
            at_edge: !judged.edges.is_empty(),
            x: judged.x.clone(),
        })
    }
}
