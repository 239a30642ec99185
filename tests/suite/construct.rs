//! Derived formulas as they print, and adjoints against differences.

use bowl::atoms::affine::{
    Add, Concatenate, Direction, Divide, ElementMultiply, Index, Multiply, Negate, Transpose,
    operator_specimens,
};
use bowl::atoms::elementwise::{Exp, Power};
use bowl::atoms::reductions::{Norm2, Sum};
use bowl::atoms::{Entrywise, Reduce, Role, Specimen, construct};
use bowl::expr::{Atom, Evaluator, ExprId, Graph, VariableId, print};
use bowl::matrix::Matrix;
use bowl::shape::Shape;
use bowl::span::Span;
use std::sync::Arc;

/// A graph with variables and named constants by name.
#[derive(Default)]
pub struct Paper {
    pub graph: Graph,
    pub names: Vec<&'static str>,
    pub variables: Vec<ExprId>,
}

impl Paper {
    pub fn variable(&mut self, name: &'static str, rows: usize, cols: usize) -> ExprId {
        let id = VariableId(self.names.len() as u32);
        self.names.push(name);
        let node = self
            .graph
            .variable(id, Shape::new(rows, cols), Span::default());
        self.variables.push(node);
        node
    }

    /// A constant with entries that make it neither symmetric nor filled.
    pub fn constant(&mut self, name: &str, rows: usize, cols: usize) -> ExprId {
        let entries = (0..rows * cols).map(|k| 1.0 + k as f64 * 0.7).collect();
        let value = Matrix::from_columns(Shape::new(rows, cols), entries);
        self.graph
            .constant(value, Some(name.into()), Span::default())
    }

    pub fn symmetric(&mut self, name: &str, side: usize) -> ExprId {
        let entry = |k: usize| {
            1.0 + (k % side + k / side) as f64 + f64::from(u8::from(k.is_multiple_of(side + 1)))
        };
        let entries = (0..side * side).map(entry).collect();
        let value = Matrix::from_columns(Shape::new(side, side), entries);
        self.graph
            .constant(value, Some(name.into()), Span::default())
    }

    pub fn number(&mut self, value: f64) -> ExprId {
        self.graph.number(value)
    }

    pub fn apply(&mut self, atom: impl Atom, arguments: &[ExprId]) -> ExprId {
        construct::apply(&mut self.graph, atom, arguments)
    }

    pub fn times(&mut self, x: ExprId, y: ExprId) -> ExprId {
        self.apply(Multiply, &[x, y])
    }

    pub fn minus(&mut self, x: ExprId, y: ExprId) -> ExprId {
        let negated = self.apply(Negate, &[y]);
        self.apply(Add, &[x, negated])
    }

    pub fn transpose(&mut self, x: ExprId) -> ExprId {
        self.apply(Transpose, &[x])
    }

    pub fn sum(&mut self, x: ExprId) -> ExprId {
        self.apply(Reduce::all(Sum), &[x])
    }

    pub fn square(&mut self, x: ExprId) -> ExprId {
        self.apply(Entrywise(Power::new(2.0)), &[x])
    }

    pub fn entry(&mut self, x: ExprId, position: usize) -> ExprId {
        let source = self.graph.shape(x);
        self.apply(Index::new(source, Shape::SCALAR, [position].into()), &[x])
    }

    /// r'*r.
    pub fn squared_length(&mut self, x: ExprId) -> ExprId {
        let transposed = self.transpose(x);
        self.times(transposed, x)
    }

    pub fn text(&self, id: ExprId) -> String {
        print(&self.graph, id, &self.names).text
    }

    /// The gradient of a scalar in one variable, as printed.
    pub fn gradient_text(&mut self, scalar: ExprId, variable: ExprId) -> String {
        let gradient = gradient(&mut self.graph, scalar, variable);
        self.text(gradient)
    }
}

fn gradient(graph: &mut Graph, scalar: ExprId, variable: ExprId) -> ExprId {
    bowl::differentiate::gradient(graph, scalar, &[variable])[0]
}

/// Fixed numbers in (-1, 1), different for each seed.
pub fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The pullback of every varying argument against central differences of w'f, at `point`.
pub fn check_pullbacks(specimen: &Specimen, point: &[Arc<Matrix>], tolerance: f64) {
    let mut graph = Graph::new();
    let mut arguments = Vec::new();
    for (k, (shape, role)) in specimen.arguments.iter().enumerate() {
        arguments.push(match role {
            Role::Variable => graph.variable(VariableId(k as u32), *shape, Span::default()),
            Role::Constant => graph.constant(point[k].clone(), None, Span::default()),
        });
    }
    let value = graph
        .apply(specimen.atom.clone(), &arguments, Span::default())
        .expect("specimens fit");
    let shape = graph.shape(value);
    let weights = Matrix::from_columns(shape, numbers(shape.size(), 5));
    let weights = graph.constant(weights, Some("w".into()), Span::default());
    let weighted = construct::apply(&mut graph, ElementMultiply, &[weights, value]);
    let scalar = construct::apply(&mut graph, Reduce::all(Sum), &[weighted]);
    for (k, (shape, role)) in specimen.arguments.iter().enumerate() {
        if *role == Role::Constant {
            continue;
        }
        let gradient = gradient(&mut graph, scalar, arguments[k]);
        let evaluator = Evaluator::new(&graph, &[scalar, gradient]);
        let slopes = evaluator.evaluate(point)[1].entries().into_owned();
        let at = |e: usize, step: f64| {
            let mut entries = point[k].entries().into_owned();
            entries[e] += step;
            let mut moved = point.to_vec();
            moved[k] = Arc::new(Matrix::from_columns(*shape, entries));
            evaluator.evaluate(&moved)[0].get(0, 0)
        };
        let step = 1e-6;
        for (e, slope) in slopes.iter().enumerate() {
            let difference = (at(e, step) - at(e, -step)) / (2.0 * step);
            let text = print(&graph, gradient, &["x", "y", "z"]).text;
            assert!(
                (difference - slope).abs() <= tolerance * (1.0 + slope.abs()),
                "{:?}: entry {e} of argument {k}: {slope} against {difference} by {text}",
                specimen.atom,
            );
        }
    }
}

fn random_point(specimen: &Specimen) -> Vec<Arc<Matrix>> {
    let shapes = specimen.arguments.iter().enumerate();
    shapes
        .map(|(k, (shape, _))| {
            Arc::new(Matrix::from_columns(
                *shape,
                numbers(shape.size(), k as u64 + 1),
            ))
        })
        .collect()
}

#[test]
fn adjoints_of_affine_functions_match_differences() {
    let named = bowl::atoms::affine::ENTRIES
        .iter()
        .flat_map(|e| (e.specimens)());
    for specimen in operator_specimens().into_iter().chain(named) {
        check_pullbacks(&specimen, &random_point(&specimen), 1e-8);
    }
}

/// The graph form without new variables is the function itself.
#[test]
fn graph_forms_of_linear_functions_are_the_functions() {
    use bowl::cone::{AffineMap, ProgramBuilder};
    use bowl::expr::Operand;
    let named = bowl::atoms::affine::ENTRIES
        .iter()
        .flat_map(|e| (e.specimens)());
    for specimen in operator_specimens().into_iter().chain(named) {
        let point = random_point(&specimen);
        let mut program = ProgramBuilder::new();
        let mut x = Vec::new();
        let mut operands = Vec::new();
        for (value, (shape, role)) in point.iter().zip(&specimen.arguments) {
            match role {
                Role::Constant => operands.push(Operand::Constant(value.clone())),
                Role::Variable => {
                    x.extend_from_slice(&value.entries());
                    operands.push(Operand::Affine(Arc::<AffineMap>::new(
                        program.variable(*shape),
                    )));
                }
            }
        }
        let shapes: Vec<Shape> = specimen.arguments.iter().map(|(s, _)| *s).collect();
        let shape = specimen.atom.shape(&shapes).expect("specimens fit");
        let form = specimen
            .atom
            .graph_form(&operands, shape, &mut program)
            .expect("affine functions have a graph form");
        if program.variable_count() > x.len() {
            continue;
        }
        let arguments: Vec<&Matrix> = point.iter().map(AsRef::as_ref).collect();
        let mut value = vec![f64::NAN; shape.size()];
        specimen.atom.evaluate(&arguments, &mut value);
        let affine = form.evaluate(&x);
        let same = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-14;
        assert!(value.iter().zip(&affine).all(same), "{:?}", specimen.atom);
        // The same, from sparse arguments.
        let sparse: Vec<Matrix> = point
            .iter()
            .map(|m| Matrix::Sparse(bowl::matrix::SparseMatrix::from_dense(&m.to_dense())))
            .collect();
        let sparse: Vec<&Matrix> = sparse.iter().collect();
        if let Some(kept) = specimen.atom.evaluate_sparse(&sparse) {
            let kept = Matrix::Sparse(kept);
            assert_eq!(kept.shape(), shape);
            assert!(
                value.iter().zip(kept.entries().iter()).all(same),
                "{:?}",
                specimen.atom
            );
        }
        if specimen.atom.takes_sparse() {
            specimen.atom.evaluate(&sparse, &mut value);
            assert!(value.iter().zip(&affine).all(same), "{:?}", specimen.atom);
        }
    }
}

#[test]
fn least_squares() {
    let mut p = Paper::default();
    let x = p.variable("x", 2, 1);
    let (a, b) = (p.constant("A", 3, 2), p.constant("b", 3, 1));
    let fit = p.times(a, x);
    let r = p.minus(fit, b);
    let f = p.squared_length(r);
    assert_eq!(p.gradient_text(f, x), "2*A'*(A*x - b)");
    let norm = p.apply(Reduce::all(Norm2), &[r]);
    assert_eq!(p.gradient_text(norm, x), "A'*(A*x - b)/norm2(A*x - b)");
    let squares = p.square(r);
    let sum = p.sum(squares);
    assert_eq!(p.gradient_text(sum, x), "2*A'*(A*x - b)");
    let three = p.number(3.0);
    let mean = p.apply(Divide, &[f, three]);
    assert_eq!(p.gradient_text(mean, x), "2*A'*(A*x - b)/3");
    // Ridge.
    let lambda = p
        .graph
        .constant(Matrix::scalar(0.3), Some("lambda".into()), Span::default());
    let length = p.squared_length(x);
    let penalty = p.times(lambda, length);
    let ridge = p.apply(Add, &[f, penalty]);
    assert_eq!(p.gradient_text(ridge, x), "2*A'*(A*x - b) + 2*lambda*x");
}

#[test]
fn quadratic_forms() {
    let mut p = Paper::default();
    let x = p.variable("x", 3, 1);
    let (symmetric, general) = (p.symmetric("P", 3), p.constant("M", 3, 3));
    let q = p.constant("q", 3, 1);
    let xt = p.transpose(x);
    let left = p.times(xt, symmetric);
    let form = p.times(left, x);
    let qt = p.transpose(q);
    let linear = p.times(qt, x);
    let f = p.apply(Add, &[form, linear]);
    assert_eq!(p.gradient_text(f, x), "2*P*x + q");
    let half = p.number(0.5);
    let halved = p.times(half, form);
    let f = p.apply(Add, &[halved, linear]);
    assert_eq!(p.gradient_text(f, x), "P*x + q");
    let left = p.times(xt, general);
    let form = p.times(left, x);
    assert_eq!(p.gradient_text(form, x), "(M + M')*x");
}

#[test]
fn entries_of_a_short_vector() {
    let mut p = Paper::default();
    let x = p.variable("x", 2, 1);
    let (x1, x2) = (p.entry(x, 0), p.entry(x, 1));
    let (two, six, five) = (p.number(2.0), p.number(6.0), p.number(5.0));
    let square = p.square(x1);
    let first = p.times(two, square);
    let second = p.square(x2);
    let third = p.times(x1, x2);
    let (fourth, fifth) = (p.times(six, x1), p.times(five, x2));
    let (fourth, fifth) = (p.apply(Negate, &[fourth]), p.apply(Negate, &[fifth]));
    let f = p.apply(Add, &[first, second, third, fourth, fifth]);
    assert_eq!(
        p.gradient_text(f, x),
        "[4*x[1] + x[2] - 6; 2*x[2] + x[1] - 5]"
    );
    assert_eq!(p.gradient_text(third, x), "[x[2]; x[1]]");
    assert_eq!(p.gradient_text(first, x), "[4*x[1]; 0]");
}

#[test]
fn sums_and_products() {
    let mut p = Paper::default();
    let x = p.variable("x", 3, 1);
    let big_x = p.variable("X", 3, 2);
    let c = p.constant("c", 3, 1);
    let total = p.sum(x);
    assert_eq!(p.gradient_text(total, x), "ones(3)");
    let ct = p.transpose(c);
    let linear = p.times(ct, x);
    assert_eq!(p.gradient_text(linear, x), "c");
    let exponential = p.apply(Entrywise(Exp), &[linear]);
    assert_eq!(p.gradient_text(exponential, x), "exp(c'*x)*c");
    let squared = p.square(linear);
    assert_eq!(p.gradient_text(squared, x), "2*c'*x*c");
    let (a, b) = (p.constant("A", 2, 3), p.constant("B", 2, 2));
    let inner = p.times(a, big_x);
    let inner = p.times(inner, b);
    let trace = p.apply(
        bowl::atoms::affine::LinearMap(bowl::atoms::affine::Trace),
        &[inner],
    );
    assert_eq!(p.gradient_text(trace, big_x), "A'*B'");
    let w = p.constant("W", 3, 2);
    let masked = p.apply(ElementMultiply, &[w, big_x]);
    let masked = p.sum(masked);
    assert_eq!(p.gradient_text(masked, big_x), "W");
    let product = p.times(inner, b);
    let squares = p.square(product);
    let f = p.sum(squares);
    assert_eq!(p.gradient_text(f, big_x), "2*A'*A*X*B*B*B'*B'");
}

#[test]
fn stacks_and_quotients() {
    let mut p = Paper::default();
    let x = p.variable("x", 3, 1);
    let (f, d) = (p.constant("F", 3, 2), p.constant("d", 3, 1));
    let ft = p.transpose(f);
    let factors = p.times(ft, x);
    let own = p.apply(ElementMultiply, &[d, x]);
    let direction = Direction::Vertical;
    let stack = p.apply(Concatenate { direction }, &[factors, own]);
    let norm = p.apply(Reduce::all(Norm2), &[stack]);
    assert_eq!(
        p.gradient_text(norm, x),
        "(F*F'*x + d.^2 .* x)/norm2([F'*x; d .* x])"
    );
    let quotient = p.apply(Divide, &[x, d]);
    let f = p.sum(quotient);
    assert_eq!(p.gradient_text(f, x), "1 ./ d");
    let difference = p.apply(
        bowl::atoms::affine::LinearMap(bowl::atoms::affine::Diff {
            order: 1,
            along_rows: false,
        }),
        &[x],
    );
    let f = p.squared_length(difference);
    assert_eq!(p.gradient_text(f, x), "-2*diff([0; diff(x); 0])");
}

#[test]
fn matrix_functions() {
    use bowl::atoms::affine::{LinearMap, Trace};
    use bowl::atoms::quadratic::{MatrixFraction, QuadraticForm, QuadraticOverLinear};
    use bowl::atoms::spectral::{EigenvalueSum, End, LogDeterminant, NuclearNorm, TraceInverse};
    let mut p = Paper::default();
    let (x, y) = (p.variable("x", 2, 1), p.variable("y", 1, 1));
    let big_x = p.variable("X", 3, 3);
    p.graph.set_symmetric(VariableId(2));
    let (s, q) = (p.symmetric("S", 3), p.symmetric("P", 2));
    let log_det = p.apply(LogDeterminant, &[big_x]);
    let product = p.times(s, big_x);
    let trace = p.apply(LinearMap(Trace), &[product]);
    let likelihood = p.minus(trace, log_det);
    assert_eq!(p.gradient_text(likelihood, big_x), "S - inv(X)");
    let largest = p.apply(EigenvalueSum::new(1.0, End::Largest), &[big_x]);
    assert_eq!(p.gradient_text(largest, big_x), "top_eigenprojection(X)");
    let nuclear = p.apply(NuclearNorm, &[big_x]);
    assert_eq!(p.gradient_text(nuclear, big_x), "orthogonal_factor(X)");
    let inverse = p.apply(TraceInverse, &[big_x]);
    assert_eq!(p.gradient_text(inverse, big_x), "-inv(X)*inv(X)");
    let form = p.apply(QuadraticForm, &[x, q]);
    assert_eq!(p.gradient_text(form, x), "2*P*x");
    let over = p.apply(QuadraticOverLinear, &[x, y]);
    assert_eq!(p.gradient_text(over, x), "2*x/y");
    assert_eq!(p.gradient_text(over, y), "-quad_over_lin(x, y)/y");
    let (a, b) = (p.constant("A", 2, 2), p.constant("b", 2, 1));
    let ax = p.times(a, x);
    let residual = p.minus(ax, b);
    let fraction = p.apply(MatrixFraction, &[residual, q]);
    assert_eq!(p.gradient_text(fraction, x), "2*A'*inv(P)*(A*x - b)");
}

/// The lecture's network without its bias: the chain rule through a matrix of weights.
#[test]
fn matrix_weights() {
    let mut p = Paper::default();
    let (w, v) = (p.variable("W", 2, 3), p.variable("v", 2, 1));
    let (x, y) = (p.constant("X", 4, 3), p.constant("y", 4, 1));
    let wt = p.transpose(w);
    let inner = p.times(x, wt);
    let hidden = p.apply(Entrywise(Exp), &[inner]);
    let output = p.times(hidden, v);
    let r = p.minus(output, y);
    let f = p.squared_length(r);
    assert_eq!(
        p.gradient_text(f, w),
        "2*((exp(X*W')*v - y)*v' .* exp(X*W'))'*X"
    );
    assert_eq!(p.gradient_text(f, v), "2*exp(X*W')'*(exp(X*W')*v - y)");
}

/// Columns of a matrix one by one, as in a control problem, and entries of a table.
#[test]
fn picks_out_of_a_matrix() {
    let mut p = Paper::default();
    let x = p.variable("X", 2, 20);
    let terms: Vec<ExprId> = (1..20)
        .map(|t| {
            let source = Shape::new(2, 20);
            let positions = [2 * t, 2 * t + 1];
            let column = Index::new(source, Shape::vector(2), positions.into());
            let column = p.apply(column, &[x]);
            p.squared_length(column)
        })
        .collect();
    let f = p.apply(Add, &terms);
    assert_eq!(
        p.gradient_text(f, x),
        "[zeros(2), 2*X[:, 2], 2*X[:, 3], 2*X[:, 4], 2*X[:, 5], 2*X[:, 6], …, 2*X[:, 20]]"
    );
    let table = p.variable("T", 2, 2);
    let (a, b) = (p.entry(table, 1), p.entry(table, 2));
    let f = p.times(a, b);
    assert_eq!(p.gradient_text(f, table), "[0, T[2, 1]; T[1, 2], 0]");
}

#[test]
fn scalars_move_through_linear_functions() {
    use bowl::atoms::affine::{Diff, LinearMap};
    let mut p = Paper::default();
    let x = p.variable("x", 4, 1);
    let scalar = Matrix::scalar(0.3);
    let lambda = p
        .graph
        .constant(scalar, Some("lambda".into()), Span::default());
    let slopes = p.apply(
        LinearMap(Diff {
            order: 1,
            along_rows: false,
        }),
        &[x],
    );
    let growth = p.apply(Entrywise(Exp), &[slopes]);
    let sum = p.sum(growth);
    let f = p.times(lambda, sum);
    assert_eq!(p.gradient_text(f, x), "-lambda*diff([0; exp(diff(x)); 0])");
    let sigma = p.constant("sigma", 4, 1);
    let scaled = p.apply(Divide, &[x, sigma]);
    let f = p.squared_length(scaled);
    assert_eq!(p.gradient_text(f, x), "2*x ./ sigma.^2");
    let root = p.apply(Entrywise(Power::new(0.5)), &[x]);
    let half = p.sum(root);
    assert_eq!(p.gradient_text(half, x), "0.5*x.^(-0.5)");
}

/// 30,000 scalar picks, each with its own square, in time linear in their number.
#[test]
fn thousands_of_picks() {
    let count = 30_000;
    let mut p = Paper::default();
    let x = p.variable("x", count, 1);
    let squares: Vec<ExprId> = (0..count)
        .map(|k| {
            let entry = p.entry(x, k);
            p.square(entry)
        })
        .collect();
    let f = p.apply(Add, &squares);
    let start = std::time::Instant::now();
    let gradient = gradient(&mut p.graph, f, x);
    assert!(p.graph.shape(gradient) == Shape::vector(count));
    let point = Arc::new(Matrix::vector(numbers(count, 2)));
    let value = Evaluator::new(&p.graph, &[gradient]).evaluate(std::slice::from_ref(&point));
    assert_eq!(value[0].get(5, 0), 2.0 * point.get(5, 0));
    assert!(p.text(gradient).len() < 4000);
    assert!(start.elapsed().as_secs_f64() < 2.0, "{:?}", start.elapsed());
}

/// Sums that are known without adding up agree with those added up.
#[test]
fn known_sums_are_the_sums() {
    use bowl::atoms::Along;
    use bowl::atoms::reductions::Mean;
    let mut paper = Paper::default();
    let x = paper.variable("x", 4, 1);
    let (function, along) = (Mean, Along::All);
    let mean = paper.apply(Reduce { function, along }, &[x]);
    let centred = construct::subtract(&mut paper.graph, x, mean);
    let row = construct::transpose(&mut paper.graph, x);
    let outer = construct::times(&mut paper.graph, centred, row);
    let other = construct::times(&mut paper.graph, x, row);
    let identity = construct::identity(&mut paper.graph, 4);
    let both = construct::plus(&mut paper.graph, identity, outer);
    let point = [Arc::new(Matrix::from_columns(
        Shape::vector(4),
        vec![1.0, -2.0, 0.5, 3.0],
    ))];
    for matrix in [centred, outer, other, identity, both] {
        for along in [Along::All, Along::Rows, Along::Columns] {
            let known = construct::sum_along(&mut paper.graph, matrix, along);
            let added = paper.apply(
                Reduce {
                    function: Sum,
                    along,
                },
                &[matrix],
            );
            let values = Evaluator::new(&paper.graph, &[known, added]).evaluate(&point);
            let pairs = values[0]
                .entries()
                .into_owned()
                .into_iter()
                .zip(values[1].entries().into_owned());
            assert_eq!(values[0].shape(), values[1].shape());
            for (known, added) in pairs {
                assert!((known - added).abs() <= 1e-14, "{along:?}: {known} {added}");
            }
        }
    }
}
