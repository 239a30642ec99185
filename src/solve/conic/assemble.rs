//! A cone program in Clarabel's form: minimise x'Px/2 + q'x over A x + s = b, s in K.
//!
//! With s = F x + g that is A = -F and b = g. All zero cones come first as one, then all
//! nonnegative rows as one, then the other cones in the order of the program. Rows without
//! variables are decided here and never reach the solver.

use crate::cone::{Block, Cone, ConeProgram};
use crate::matrix::SparseMatrix;
use clarabel::algebra::CscMatrix;
use clarabel::solver::SupportedConeT;

/// A row without variables may miss its cone by this much times max(1, |constant|).
const ROUNDING: f64 = 1e-9;

/// Tolerances of the solver are absolute for objectives whose largest coefficient is below this.
const SMALL_COST: f64 = 0.1;

/// A step on semidefinite matrices of this side, or with so many coefficients, may take as long as it
/// takes to start a thread a hundred times.
const LARGE_SIDE: usize = 12;
const MANY_NONZEROS: usize = 20_000;

/// The data as Clarabel takes them.
#[derive(Clone, Debug)]
pub(super) struct Assembly {
    pub quadratic: CscMatrix<f64>,
    pub linear: Vec<f64>,
    pub matrix: CscMatrix<f64>,
    pub constants: Vec<f64>,
    pub cones: Vec<SupportedConeT<f64>>,
    /// What the objective was divided by.
    pub cost: f64,
    /// The program's row of each of the solver's rows.
    rows: Vec<u32>,
    /// Number of the program's rows.
    count: usize,
}

/// Why there is nothing to solve.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Obstacle {
    /// A row without variables lies outside its cone: the multipliers, by the program's rows.
    Violated(Vec<f64>),
    /// A number is infinite or not a number where the solver needs a finite one.
    NotFinite,
}

/// Which group a block's rows join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Zero,
    Nonnegative,
    Other,
}

fn group(block: &Block) -> Group {
    match block.cone {
        Cone::Zero(_) => Group::Zero,
        Cone::Nonnegative(_) | Cone::SecondOrder(1) | Cone::PositiveSemidefinite(1) => {
            Group::Nonnegative
        }
        Cone::SecondOrder(_)
        | Cone::PositiveSemidefinite(_)
        | Cone::Exponential
        | Cone::Power(_)
        | Cone::GeneralizedPower(_, _) => Group::Other,
    }
}

/// Linear in the program's size.
pub(super) fn assemble(program: &ConeProgram) -> Result<Assembly, Obstacle> {
    let layout = Layout::of(program)?;
    let columns = program.variables.max(1);
    let matrix = layout.matrix(columns);
    let mut linear = program.linear.clone();
    linear.resize(columns, 0.0);
    let mut assembly = Assembly {
        cost: 1.0,
        quadratic: quadratic(&program.quadratic, columns),
        linear,
        matrix,
        constants: layout.constants(),
        cones: layout.cones,
        rows: layout.rows,
        count: layout.count,
    };
    assembly.check_finite()?;
    assembly.enlarge_cost();
    Ok(assembly)
}

fn quadratic(matrix: &SparseMatrix, columns: usize) -> CscMatrix<f64> {
    let mut starts = matrix.column_starts.clone();
    starts.resize(columns + 1, matrix.nonzeros());
    CscMatrix::new(
        columns,
        columns,
        starts,
        matrix.row_indices.clone(),
        matrix.values.clone(),
    )
}

impl Assembly {
    fn check_finite(&self) -> Result<(), Obstacle> {
        let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
        let all = finite(&self.quadratic.nzval)
            && finite(&self.linear)
            && finite(&self.matrix.nzval)
            && finite(&self.constants);
        if all {
            Ok(())
        } else {
            Err(Obstacle::NotFinite)
        }
    }

    /// Divides a small objective by its largest coefficient.
    fn enlarge_cost(&mut self) {
        let all = self.linear.iter().chain(&self.quadratic.nzval);
        let largest = all.fold(0.0, |m: f64, v| m.max(v.abs()));
        if largest == 0.0 || largest >= SMALL_COST {
            return;
        }
        let all = self.linear.iter_mut().chain(&mut self.quadratic.nzval);
        all.for_each(|v| *v /= largest);
        self.cost = largest;
    }

    /// Multipliers of the program's rows; 0 for those that never reached the solver.
    pub(super) fn program_multipliers(&self, z: &[f64]) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.count];
        for (&row, &value) in self.rows.iter().zip(z) {
            multipliers[row as usize] = self.cost * value;
        }
        multipliers
    }

    /// Whether one factorisation or one step may take noticeably long.
    pub(super) fn is_heavy(&self) -> bool {
        let large = |cone: &SupportedConeT<f64>| matches!(cone, SupportedConeT::PSDTriangleConeT(side) if *side >= LARGE_SIDE);
        self.matrix.nzval.len() >= MANY_NONZEROS || self.cones.iter().any(large)
    }

    /// The same constraints without an objective.
    pub(super) fn without_objective(&self) -> Self {
        let columns = self.linear.len();
        Assembly {
            quadratic: CscMatrix::new(columns, columns, vec![0; columns + 1], vec![], vec![]),
            linear: vec![0.0; columns],
            ..self.clone()
        }
    }

    /// The same program with squares in place of all powers.
    pub(super) fn with_squares(&self) -> Self {
        let square = |cone: &SupportedConeT<f64>| match cone {
            SupportedConeT::PowerConeT(_) => SupportedConeT::PowerConeT(0.5),
            other => other.clone(),
        };
        Assembly {
            cones: self.cones.iter().map(square).collect(),
            ..self.clone()
        }
    }
}

/// The rows that the solver sees, in its order.
struct Layout<'a> {
    /// Block and row within.
    sources: Vec<(&'a Block, u32)>,
    /// The program's number of each.
    rows: Vec<u32>,
    cones: Vec<SupportedConeT<f64>>,
    count: usize,
}

impl<'a> Layout<'a> {
    fn of(program: &'a ConeProgram) -> Result<Self, Obstacle> {
        let count = program.blocks.iter().map(|b| b.map.rows()).sum();
        let mut layout = Layout {
            sources: Vec::with_capacity(count),
            rows: Vec::with_capacity(count),
            cones: Vec::new(),
            count,
        };
        let zero = layout.add_group(program, Group::Zero)?;
        if zero > 0 {
            layout.cones.push(SupportedConeT::ZeroConeT(zero));
        }
        let nonnegative = layout.add_group(program, Group::Nonnegative)?;
        if nonnegative > 0 {
            layout
                .cones
                .push(SupportedConeT::NonnegativeConeT(nonnegative));
        }
        layout.add_group(program, Group::Other)?;
        for block in program.blocks.iter().filter(|b| group(b) == Group::Other) {
            let cone = clarabel_cone(&block.cone);
            layout.cones.extend(std::iter::repeat_n(cone, block.count));
        }
        Ok(layout)
    }

    /// Appends the rows of a group; returns their number.
    fn add_group(&mut self, program: &'a ConeProgram, wanted: Group) -> Result<usize, Obstacle> {
        let before = self.rows.len();
        let mut start = 0;
        for block in &program.blocks {
            let count = block.map.rows();
            if group(block) == wanted {
                for k in 0..count {
                    self.add_row(block, wanted, k, start + k)?;
                }
            }
            start += count;
        }
        Ok(self.rows.len() - before)
    }

    fn add_row(
        &mut self,
        block: &'a Block,
        group: Group,
        k: usize,
        row: usize,
    ) -> Result<(), Obstacle> {
        if group != Group::Other {
            match self.decide(block, group, k) {
                Verdict::Needed => {}
                Verdict::Holds => return Ok(()),
                Verdict::Violated(multiplier) => {
                    let mut multipliers = vec![0.0; self.count];
                    multipliers[row] = multiplier;
                    return Err(Obstacle::Violated(multipliers));
                }
            }
        }
        self.sources.push((block, k as u32));
        self.rows.push(row as u32);
        Ok(())
    }

    /// Decides a row that needs no solver.
    fn decide(&self, block: &Block, group: Group, k: usize) -> Verdict {
        let constant = block.map.constants()[k];
        if group == Group::Nonnegative && constant == f64::INFINITY {
            return Verdict::Holds;
        }
        let constant_row = block.map.row(k).all(|(_, value)| value == 0.0);
        if !constant_row && constant.is_finite() {
            return Verdict::Needed;
        }
        if constant.is_nan() {
            return Verdict::Needed;
        }
        let slack = ROUNDING * constant.abs().clamp(1.0, 1e3);
        let violated = match group {
            Group::Zero => constant.abs() > slack,
            Group::Nonnegative | Group::Other => constant < -slack,
        };
        if violated {
            Verdict::Violated(-constant.signum())
        } else {
            Verdict::Holds
        }
    }

    fn constants(&self) -> Vec<f64> {
        let constant = |&(block, k): &(&Block, u32)| block.map.constants()[k as usize];
        self.sources.iter().map(constant).collect()
    }

    /// -F by columns: counted, then filled row by row, so that rows rise within a column and the
    /// terms of one variable in one row meet.
    fn matrix(&self, columns: usize) -> CscMatrix<f64> {
        let mut starts = vec![0usize; columns + 1];
        for &(block, k) in &self.sources {
            for (j, _) in block.map.row(k as usize) {
                starts[j + 1] += 1;
            }
        }
        for j in 0..columns {
            starts[j + 1] += starts[j];
        }
        let stored = starts[columns];
        let mut next = starts[..columns].to_vec();
        let mut rows = vec![0usize; stored];
        let mut values = vec![0.0; stored];
        for (row, &(block, k)) in self.sources.iter().enumerate() {
            for (j, value) in block.map.row(k as usize) {
                let end = next[j];
                if end > starts[j] && rows[end - 1] == row {
                    values[end - 1] -= value;
                } else {
                    rows[end] = row;
                    values[end] = -value;
                    next[j] += 1;
                }
            }
        }
        compact(&mut starts, &next, &mut rows, &mut values);
        CscMatrix::new(self.sources.len(), columns, starts, rows, values)
    }
}

/// Closes the gaps that merged terms have left, and drops zeros.
fn compact(starts: &mut [usize], ends: &[usize], rows: &mut Vec<usize>, values: &mut Vec<f64>) {
    let mut length = 0;
    for (j, &end) in ends.iter().enumerate() {
        let start = starts[j];
        starts[j] = length;
        for k in start..end {
            if values[k] != 0.0 {
                rows[length] = rows[k];
                values[length] = values[k];
                length += 1;
            }
        }
    }
    if let Some(last) = starts.last_mut() {
        *last = length;
    }
    rows.truncate(length);
    values.truncate(length);
}

enum Verdict {
    Needed,
    Holds,
    /// With the multiplier that proves it.
    Violated(f64),
}

fn clarabel_cone(cone: &Cone) -> SupportedConeT<f64> {
    match cone {
        Cone::Zero(n) => SupportedConeT::ZeroConeT(*n),
        Cone::Nonnegative(n) => SupportedConeT::NonnegativeConeT(*n),
        Cone::SecondOrder(n) => SupportedConeT::SecondOrderConeT(*n),
        Cone::PositiveSemidefinite(side) => SupportedConeT::PSDTriangleConeT(*side),
        Cone::Exponential => SupportedConeT::ExponentialConeT(),
        Cone::Power(exponent) => SupportedConeT::PowerConeT(*exponent),
        Cone::GeneralizedPower(exponents, tail) => {
            SupportedConeT::GenPowerConeT(exponents.clone(), *tail)
        }
    }
}
