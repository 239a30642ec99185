//! The dual over any convex set, in cones.
//!
//! With free entries y and further variables z, w = (y, z), the constraints and the concave terms
//! φ(y) of the objective are F w + g in K and φ(y) = max over z of -(v'w + v_0). Then
//!
//! max { c(x)'y + d(x) - v'w - v_0 : F w + g in K }
//!   = min { d(x) + g'μ - v_0 : c(x) + F_y'μ == v_y, F_z'μ == v_z, μ in K* },
//!
//! without a gap, and with the minimum attained where it is finite, if some F w + g lies in K, and
//! strictly inside of those cones of K that are no polyhedra: whoever reads the problem tests that.
//! R. T. Rockafellar, "Convex Analysis", 1970, theorem 31.1 with section 20.

mod group;

use super::{Dual, Primal, Terms, no_dual};
use crate::atoms::affine::Direction;
use crate::atoms::{Along, construct, registry};
use crate::canonicalize::{Options, Recovery, Source, lower};
use crate::cone::{AffineMap, Cone, ConeProgram};
use crate::convexity::{Check, Part, check};
use crate::elaborate::{ElaborateError, Elaborator, Result};
use crate::expr::ExprId;
use crate::matrix::{Matrix, SparseMatrix};
use crate::problem::{ConstraintName, Goal, Objective, Problem, Structure};
use crate::shape::Shape;
use crate::span::Span;
use crate::syntax::ast::{Attribute, AttributeWord, Relation};
use group::Group;
use std::ops::Range;
use std::sync::Arc;

const NONNEG: Option<Attribute> = Some(Attribute::Nonneg);

/// One group of equal cones with its multiplier, a column for each cone.
struct Priced<'p> {
    group: Group<'p>,
    multiplier: ExprId,
}

impl Elaborator<'_> {
    pub(super) fn dual_by_cones(
        &mut self,
        primal: &Primal<'_>,
        terms: &Terms,
        inner: &[ExprId],
    ) -> Result<Dual> {
        let (program, recovery) = self.inner_cones(primal, &terms.own)?;
        let priced = self.priced(primal, &program)?;
        let total = construct::sum(&mut self.graph, &terms.mixed);
        let slopes = self.slopes(primal, total, inner)?;
        let mut first_new = 0;
        for (k, slope) in slopes.into_iter().enumerate() {
            let columns = recovery.columns(k).unwrap_or(0..0);
            first_new = first_new.max(columns.end);
            self.balance(primal, k, slope, (&program, columns), &priced)?;
        }
        let further = first_new..program.variables;
        if let Some(rest) = self.pressure(&program, further, &priced) {
            let label = format!("slope in the cones of {}", primal.used);
            self.against_nothing(
                ConstraintName::plain(label),
                rest,
                Relation::Equal,
                primal.span,
            )?;
        }
        let at_zero = self.at_zero(total, inner, primal.span)?;
        let constant = self.constant_part(&program, &priced);
        let constant = self.signed(primal.maximum, constant);
        let curved = program.blocks.iter().any(|b| !b.cone.is_polyhedral());
        Ok(Dual {
            objective: construct::plus(&mut self.graph, at_zero, constant),
            interior: curved.then(|| Arc::new(program)),
        })
    }

    /// The inner constraints, with the terms of inner variables alone as the objective.
    fn inner_cones(
        &mut self,
        primal: &Primal<'_>,
        own: &[ExprId],
    ) -> Result<(ConeProgram, Recovery)> {
        let problem = self.inner_part(primal, own);
        let check = check(&problem);
        let Some(convex) = check.convex() else {
            return Err(no_dual(primal, self.unproved(primal, &check)));
        };
        let source = Source::of_convex(convex);
        if let Some(told) = source.approximations().into_iter().next() {
            let message = format!("the dual of an inner problem must be exact, but {told}");
            return Err(ElaborateError::argument(message, primal.span));
        }
        lower(&source, &plain_forms())
            .map_err(|error| ElaborateError::argument(error.to_string(), primal.span))
    }

    /// The first part that is not proved convex.
    fn unproved(&self, primal: &Primal<'_>, check: &Check<'_>) -> Span {
        let failed = check.parts().iter().find(|(_, v)| !v.is_proved());
        match failed {
            Some((Part::Constraint(k), _)) => {
                self.problem.constraints[primal.constraints.start + k].span
            }
            Some((Part::Objective, _)) | None => primal.span,
        }
    }

    /// The inner problem without the terms that hold arguments.
    fn inner_part(&mut self, primal: &Primal<'_>, own: &[ExprId]) -> Problem {
        let expression = match own {
            [] => None,
            terms => Some(construct::sum(&mut self.graph, terms)),
        };
        let goal = match (expression, primal.maximum) {
            (None, _) => Goal::Find,
            (Some(_), true) => Goal::Maximize,
            (Some(_), false) => Goal::Minimize,
        };
        let objective = Objective {
            goal,
            label: None,
            expression,
            span: primal.span,
        };
        std::mem::swap(&mut self.graph, &mut self.problem.graph);
        let (variables, constraints) = (primal.variables.clone(), primal.constraints.clone());
        let part = self.problem.part(variables, constraints, &objective);
        std::mem::swap(&mut self.graph, &mut self.problem.graph);
        part
    }

    fn priced<'p>(
        &mut self,
        primal: &Primal<'_>,
        program: &'p ConeProgram,
    ) -> Result<Vec<Priced<'p>>> {
        let groups = Group::all(program).ok_or_else(|| no_dual(primal, primal.span))?;
        let priced = groups.into_iter().enumerate().map(|(k, group)| {
            let multiplier = self.cone_multiplier(primal, &group, k)?;
            Ok(Priced { group, multiplier })
        });
        priced.collect()
    }

    /// c(x) + F_y'μ - v_y == 0 in the free entries of one inner variable.
    fn balance(
        &mut self,
        primal: &Primal<'_>,
        k: usize,
        slope: ExprId,
        (program, columns): (&ConeProgram, Range<usize>),
        priced: &[Priced<'_>],
    ) -> Result<()> {
        let variable = &self.problem.variables[primal.variables.start + k];
        let label = format!("slope in {}", variable.name);
        let (structure, shape) = (variable.structure, variable.shape);
        let column = construct::reshape(&mut self.graph, slope, Shape::vector(shape.size()));
        let own = match structure {
            Structure::Full => column,
            Structure::Symmetric | Structure::Diagonal => {
                let free = transposed_picks(structure, shape.rows);
                let free = self.graph.constant(free, None, primal.span);
                construct::times(&mut self.graph, free, column)
            }
        };
        let total = match self.pressure(program, columns, priced) {
            None => own,
            Some(pressure) => {
                let pressure = self.signed(primal.maximum, pressure);
                construct::plus(&mut self.graph, own, pressure)
            }
        };
        self.against_nothing(
            ConstraintName::plain(label),
            total,
            Relation::Equal,
            primal.span,
        )
    }

    /// F'μ - v in some of the program's variables; `None` for none of them.
    fn pressure(
        &mut self,
        program: &ConeProgram,
        columns: Range<usize>,
        priced: &[Priced<'_>],
    ) -> Option<ExprId> {
        if columns.is_empty() {
            return None;
        }
        let mut terms = Vec::new();
        for Priced { group, multiplier } in priced {
            let slopes = group.slopes(columns.clone());
            if slopes.nonzeros() > 0 {
                let size = Shape::vector(slopes.cols);
                let slopes = self.known(Matrix::Sparse(slopes));
                let column = construct::reshape(&mut self.graph, *multiplier, size);
                terms.push(construct::times(&mut self.graph, slopes, column));
            }
        }
        let linear = program.linear[columns].iter().map(|v| -v);
        let linear = self.known(Matrix::vector(linear.collect()));
        terms.push(linear);
        Some(construct::sum(&mut self.graph, &terms))
    }

    /// g'μ - v_0.
    fn constant_part(&mut self, program: &ConeProgram, priced: &[Priced<'_>]) -> ExprId {
        let mut terms = vec![self.graph.number(-program.constant)];
        for Priced { group, multiplier } in priced {
            let constants = group.constants();
            if constants.nonzeros() > 0 {
                let constants = self.known(Matrix::Sparse(constants));
                terms.push(construct::inner_product(
                    &mut self.graph,
                    constants,
                    *multiplier,
                ));
            }
        }
        construct::sum(&mut self.graph, &terms)
    }

    fn known(&mut self, value: Matrix) -> ExprId {
        self.graph.constant(value, None, Span::default())
    }

    /// Variables in the dual cones, one cone a column:
    /// - |tail| <= head,
    /// - rel_entr(u, w) <= u + v for the exponential cone, u with its sign changed,
    /// - |w| <= prod (u_i/a_i)^(a_i) for power cones.
    fn cone_multiplier(
        &mut self,
        primal: &Primal<'_>,
        group: &Group<'_>,
        k: usize,
    ) -> Result<ExprId> {
        let span = primal.span;
        let name = format!("multiplier of {}, cone {}", primal.used, k + 1);
        let Shape { rows, cols } = group.shape;
        let part = |count| Shape::new(count, cols);
        let part_of = |word: &str| format!("{name} ({word})");
        let (parts, excess) = match group.cone {
            Cone::Zero(_) => return Ok(self.multiplier_part(&name, group.shape, None, span)),
            Cone::Nonnegative(_) => {
                return Ok(self.multiplier_part(&name, group.shape, NONNEG, span));
            }
            Cone::PositiveSemidefinite(_) => {
                return Ok(self.multiplier_part(&name, group.shape, Some(Attribute::Psd), span));
            }
            Cone::SecondOrder(_) => {
                let head = self.multiplier_part(&part_of("head"), part(1), NONNEG, span);
                let tail = self.multiplier_part(&part_of("tail"), part(rows - 1), None, span);
                let size = self.by_columns("norm2", tail, &[], span)?;
                let excess = construct::subtract(&mut self.graph, size, head);
                (vec![head, tail], excess)
            }
            Cone::Exponential => {
                let u = self.multiplier_part(&part_of("u"), part(1), NONNEG, span);
                let v = self.multiplier_part(&part_of("v"), part(1), None, span);
                let w = self.multiplier_part(&part_of("w"), part(1), NONNEG, span);
                let entropy = self.entropy((u, w), span)?;
                let both = construct::plus(&mut self.graph, u, v);
                let excess = construct::subtract(&mut self.graph, entropy, both);
                (vec![u, v, w], excess)
            }
            Cone::Power(a) => self.dual_power(&name, group.shape, &[*a, 1.0 - a], span)?,
            Cone::GeneralizedPower(exponents, _) => {
                self.dual_power(&name, group.shape, exponents, span)?
            }
        };
        self.against_nothing(
            ConstraintName::plain(name),
            excess,
            Relation::LessEqual,
            span,
        )?;
        Ok(construct::concatenate(
            &mut self.graph,
            Direction::Vertical,
            &parts,
        ))
    }

    /// A new variable, with a dual sign or definiteness.
    fn multiplier_part(
        &mut self,
        name: &str,
        shape: Shape,
        attribute: Option<Attribute>,
        span: Span,
    ) -> ExprId {
        let position = self.free_variable(name.into(), shape, span);
        let variable = &mut self.problem.variables[position];
        variable.inner = true;
        if attribute == Some(Attribute::Psd) {
            variable.structure = Structure::Symmetric;
            variable.psd = true;
        }
        if let Some(attribute) = attribute {
            self.attribute_constraint(position, &AttributeWord { attribute, span });
        }
        self.problem.variables[position].node
    }

    fn dual_power(
        &mut self,
        name: &str,
        shape: Shape,
        exponents: &[f64],
        span: Span,
    ) -> Result<(Vec<ExprId>, ExprId)> {
        let count = exponents.len();
        let (first, rest) = (Shape::new(count, shape.cols), shape.rows - count);
        let part_of = |word: &str| format!("{name} ({word})");
        let base = self.multiplier_part(&part_of("base"), first, NONNEG, span);
        let tail = self.multiplier_part(&part_of("tail"), Shape::new(rest, shape.cols), None, span);
        let scales: Vec<f64> = exponents.iter().map(|a| 1.0 / a).collect();
        let scales = self.known(Matrix::Sparse(SparseMatrix::diagonal(&scales)));
        let scaled = construct::times(&mut self.graph, scales, base);
        let weights = Arc::new(Matrix::vector(exponents.to_vec()));
        let mean = self.by_columns("geo_mean", scaled, &[weights], span)?;
        let size = self.by_columns("norm2", tail, &[], span)?;
        let excess = construct::subtract(&mut self.graph, size, mean);
        Ok((vec![base, tail], excess))
    }

    fn entropy(&mut self, (x, y): (ExprId, ExprId), span: Span) -> Result<ExprId> {
        let entry = registry::find("rel_entr")
            .ok_or_else(|| ElaborateError::argument("no function `rel_entr`", span))?;
        self.build(entry, &[(x, span), (y, span)], &[], Along::All, span)
    }

    /// A function of each column.
    fn by_columns(
        &mut self,
        name: &str,
        x: ExprId,
        constants: &[Arc<Matrix>],
        span: Span,
    ) -> Result<ExprId> {
        let entry = registry::find(name)
            .ok_or_else(|| ElaborateError::argument(format!("no function `{name}`"), span))?;
        let along = match self.graph.shape(x).cols {
            1 => Along::All,
            _ => Along::Columns,
        };
        self.build(entry, &[(x, span)], constants, along, span)
    }
}

/// Forms in which the objective is linear.
fn plain_forms() -> Options {
    Options {
        quadratic_objective: false,
        shift_to_centres: false,
        expand_pairs: false,
        products: false,
        triangular_least_squares: false,
        split_huber: false,
        boxed_dual: false,
        ..Options::default()
    }
}

/// From all entries of a matrix, down the columns, to the sum of those that share a free entry.
fn transposed_picks(structure: Structure, side: usize) -> Matrix {
    let picks = match structure {
        Structure::Diagonal => AffineMap::pick_diagonal(side, 0),
        Structure::Full | Structure::Symmetric => AffineMap::pick_symmetric(side, 0),
    };
    let entries = 0..picks.rows();
    let triplets: Vec<(usize, usize, f64)> = entries
        .flat_map(|k| picks.row(k).map(move |(free, value)| (free, k, value)))
        .collect();
    let count = triplets
        .iter()
        .map(|(free, ..)| free + 1)
        .max()
        .unwrap_or(0);
    let shape = Shape::new(count, side * side);
    Matrix::Sparse(SparseMatrix::from_triplets(shape, &triplets))
}
