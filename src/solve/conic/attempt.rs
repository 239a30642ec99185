//! One run of Clarabel.

use super::apart::apart;
use super::assemble::Assembly;
use super::residuals::Open;
use crate::solve::Settings;
use clarabel::solver::{
    DefaultInfo, DefaultSettings, DefaultSolver, IPSolver, SolverError, SolverStatus,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Accuracy asked for where the user asks for none.
pub(super) const TOLERANCE: f64 = 1e-9;

/// Entries this many times larger than all data belong to a problem without a solution.
const RUNAWAY: f64 = 1e10;

/// What residuals leave open of an objective they do at worst: an answer may be so many times less accurate in
/// this than in its gap.
const OPEN_SHARE: f64 = 1e-2;

/// What is changed between runs, in the order of trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variation {
    /// Clarabel's defaults.
    Plain,
    /// The factorisation that the size would not suggest.
    OtherFactorisation,
    /// The data as they are.
    NoScaling,
    /// A larger shift of the factorised matrix, more refinement.
    MoreRegularisation,
}

/// How the objective of a program stands to the user's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    /// Constant term, of which Clarabel knows nothing.
    pub constant: f64,
    /// What the accuracy of an objective near 0 is told beside.
    pub unit: f64,
}

impl Cost {
    /// Of the user's own objective.
    pub(super) fn new(constant: f64) -> Self {
        Cost {
            constant,
            unit: 1.0,
        }
    }

    /// Of the objective times a factor. One that is enlarged is still asked for to the accuracy of 1.
    pub(super) fn scaled(self, factor: f64) -> Self {
        Cost {
            constant: factor * self.constant,
            unit: self.unit * factor.min(1.0),
        }
    }

    /// Clarabel's own test of the gap, which is beside 1 and without a constant, will do.
    fn is_plain(self) -> bool {
        self.constant == 0.0 && self.unit == 1.0
    }
}

/// The outcome of one run.
#[derive(Debug)]
pub(super) struct Attempt {
    pub status: SolverStatus,
    /// The run met the tolerances, by Clarabel's test or by ours.
    pub accurate: bool,
    pub x: Vec<f64>,
    pub z: Vec<f64>,
    pub iterations: usize,
    /// The largest of both residuals and the relative gap.
    pub accuracy: f64,
    /// The objective as the multipliers have it, with the constant.
    pub value: f64,
    /// What the residuals leave open of it.
    pub open: Open,
    /// The point is out of all proportion to the data.
    pub runs_away: bool,
    pub factorisation: String,
}

impl Attempt {
    /// Of a run that was left in the middle of a step.
    fn cut(status: SolverStatus) -> Self {
        Attempt {
            status,
            accurate: false,
            x: Vec::new(),
            z: Vec::new(),
            iterations: 0,
            accuracy: f64::INFINITY,
            value: f64::NAN,
            open: Open::ALL,
            runs_away: false,
            factorisation: String::new(),
        }
    }

    /// How far from an answer: gaps count, and residuals even where they move the objective little.
    pub(super) fn shortfall(&self) -> f64 {
        self.accuracy.max(OPEN_SHARE * self.open.both())
    }

    /// The name of the factorisation that the other variation is to use.
    pub(super) fn other_factorisation(&self) -> &'static str {
        if self.factorisation.contains("faer") {
            "qdldl"
        } else {
            "faer"
        }
    }
}

/// Runs Clarabel once; where a single step may take long, in a thread that is left to itself when the
/// time is over.
pub(super) fn attempt(
    assembly: &Arc<Assembly>,
    cost: Cost,
    settings: &Settings,
    clarabel: DefaultSettings<f64>,
) -> Result<Attempt, SolverError> {
    if !assembly.is_heavy() {
        return run(assembly, cost, settings, clarabel);
    }
    let end = settings.time_limit.map(|_| clarabel.time_limit);
    let work = {
        let (assembly, settings) = (assembly.clone(), settings.clone());
        move |left: &Arc<AtomicBool>| {
            let settings = Settings {
                interrupted: left.clone(),
                ..settings
            };
            run(&assembly, cost, &settings, clarabel)
        }
    };
    apart(work, end, &settings.interrupted).unwrap_or_else(|status| Ok(Attempt::cut(status)))
}

fn run(
    assembly: &Assembly,
    cost: Cost,
    settings: &Settings,
    clarabel: DefaultSettings<f64>,
) -> Result<Attempt, SolverError> {
    let tolerance = settings.tolerance.unwrap_or(TOLERANCE);
    let mut solver = DefaultSolver::new(
        &assembly.quadratic,
        &assembly.linear,
        &assembly.matrix,
        &assembly.constants,
        &assembly.cones,
        clarabel,
    )?;
    let reached = Arc::new(AtomicBool::new(false));
    solver.set_termination_callback(termination(
        cost,
        tolerance,
        settings.interrupted.clone(),
        reached.clone(),
    ));
    solver.solve();
    let (info, solution) = (&solver.info, &solver.solution);
    let reached = reached.load(Ordering::Relaxed);
    Ok(Attempt {
        status: solution.status,
        accurate: reached || solution.status == SolverStatus::Solved,
        x: solution.x.clone(),
        z: solution.z.clone(),
        iterations: solution.iterations as usize,
        accuracy: accuracy(info, cost),
        value: info.cost_dual + cost.constant,
        open: Open::of(assembly, solution, size(info, cost)),
        runs_away: runs_away(&solution.x, assembly),
        factorisation: info.linsolver.name.clone(),
    })
}

fn runs_away(x: &[f64], assembly: &Assembly) -> bool {
    let largest = |values: &[f64]| values.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    largest(x) > RUNAWAY * largest(&assembly.constants) * largest(&assembly.linear)
}

/// Stops on interruption, and when the gap is small beside the user's objective: a gap small beside
/// f - constant need not be small beside f, nor one small beside 1 where f is told in millions.
fn termination(
    cost: Cost,
    tolerance: f64,
    interrupted: Arc<AtomicBool>,
    reached: Arc<AtomicBool>,
) -> impl FnMut(&DefaultInfo<f64>) -> bool + Send + Sync + 'static {
    move |info| {
        let accurate = !cost.is_plain()
            && info.ktratio <= 1.0
            && accuracy(info, cost) < tolerance
            && info.iterations > 0;
        if accurate {
            reached.store(true, Ordering::Relaxed);
        }
        accurate || interrupted.load(Ordering::Relaxed)
    }
}

/// Of the user's objective, in the unit of the program's.
fn size(info: &DefaultInfo<f64>, cost: Cost) -> f64 {
    let sizes = [info.cost_primal, info.cost_dual].map(|value| (value + cost.constant).abs());
    sizes[0].min(sizes[1]).max(cost.unit)
}

fn accuracy(info: &DefaultInfo<f64>, cost: Cost) -> f64 {
    let gap = (info.cost_primal - info.cost_dual).abs() / size(info, cost);
    let worst = gap.max(info.res_primal).max(info.res_dual);
    if worst.is_nan() { f64::INFINITY } else { worst }
}

/// Clarabel's settings for a run.
pub(super) fn clarabel_settings(
    settings: &Settings,
    cost: Cost,
    time_left: Option<f64>,
) -> DefaultSettings<f64> {
    let tolerance = settings.tolerance.unwrap_or(TOLERANCE);
    // Otherwise the gap is judged by `termination` alone.
    let gap = if cost.is_plain() {
        tolerance
    } else {
        tolerance * 1e-6
    };
    DefaultSettings {
        verbose: false,
        // Infinite rows are dropped before.
        presolve_enable: false,
        // 0: as many as the machine has.
        max_threads: u32::try_from(settings.threads).unwrap_or(u32::MAX),
        max_iter: settings
            .max_iterations
            .map_or(200, |n| u32::try_from(n).unwrap_or(u32::MAX)),
        time_limit: time_left.unwrap_or(f64::INFINITY),
        tol_gap_abs: gap,
        tol_gap_rel: gap,
        tol_feas: tolerance,
        ..DefaultSettings::default()
    }
}

impl Variation {
    /// The settings with this change.
    pub(super) fn apply(
        self,
        settings: DefaultSettings<f64>,
        first: &Attempt,
    ) -> DefaultSettings<f64> {
        match self {
            Variation::Plain => settings,
            Variation::OtherFactorisation => DefaultSettings {
                direct_solve_method: first.other_factorisation().to_owned(),
                ..settings
            },
            Variation::NoScaling => DefaultSettings {
                equilibrate_enable: false,
                ..settings
            },
            Variation::MoreRegularisation => DefaultSettings {
                static_regularization_constant: 1e-7,
                iterative_refinement_max_iter: 50,
                ..settings
            },
        }
    }

    /// As the report names it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Variation::Plain => "its own settings",
            Variation::OtherFactorisation => "another factorisation",
            Variation::NoScaling => "no scaling of the data",
            Variation::MoreRegularisation => "more regularisation",
        }
    }
}
