#[path = "../tests/suite/model.rs"]
mod model;
use bowl::canonicalize::*;
use bowl::solve::conic::*;
use bowl::solve::*;
use model::*;
use std::time::Instant;
fn rnd(n: usize, seed: u64) -> Vec<f64> {
    let mut s = seed
        .wrapping_mul(6364136223846793005)
        .wrapping_add(1442695040888963407);
    (0..n)
        .map(|_| {
            let mut t = 0.0;
            for _ in 0..6 {
                s = s
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                t += ((s >> 11) as f64) / (1u64 << 53) as f64;
            }
            (t - 3.0) * 1.414
        })
        .collect()
}
fn run(name: &str, m: &Model, o: &Options) {
    let t = Instant::now();
    let (p, r) = m.lower_with(o);
    let low = t.elapsed().as_secs_f64();
    let s = solve_lowered(&p, &r, &Settings::default());
    let rows: usize = p.blocks.iter().map(|b| b.map.rows()).sum();
    let nnz: usize = p.blocks.iter().map(|b| b.map.nonzeros()).sum();
    println!(
        "{name:30} lower {low:.4} solve {:.4} it {} vars {} rows {} nnz {} P {} status {:?} {:?} obj {:.12e}",
        s.work.seconds,
        s.work.iterations,
        p.variables,
        rows,
        nnz,
        p.quadratic.nonzeros(),
        match &s.status {
            Status::Solved => "solved".to_string(),
            o => format!("{o:?}").chars().take(80).collect(),
        },
        s.notes,
        if s.variables.is_empty() {
            f64::NAN
        } else {
            m.value(&s)
        }
    );
}
fn nnls(rows: usize, cols: usize, nonneg: bool, noise: f64) -> Model {
    let mut m = Model::default();
    let x = m.vector(cols);
    let av = rnd(rows * cols, 1);
    let xs = rnd(cols, 2);
    let e = rnd(rows, 3);
    let b: Vec<f64> = (0..rows)
        .map(|i| (0..cols).map(|j| av[i + j * rows] * xs[j]).sum::<f64>() + noise * e[i])
        .collect();
    let a = m.table(rows, cols, &av);
    let bb = m.numbers(&b);
    let p = m.times(a, x);
    let r = m.minus(p, bb);
    let o = m.squares(r);
    m.minimize(o);
    if nonneg {
        m.at_least_number(x, 0.0);
    }
    m
}
fn lasso(rows: usize, cols: usize) -> Model {
    let mut m = nnls(rows, cols, false, 1.0);
    let x = m.problem.variables[0].node;
    let a = m.abs(x);
    let s = m.sum(a);
    let s = m.scaled(20.0, s);
    let o = m.problem.objective.expression.expect("o");
    let o = m.plus(o, s);
    m.minimize(o);
    m
}
fn control(t: usize) -> Model {
    let mut m = Model::default();
    use bowl::shape::Shape;
    let (nx, nu) = (4, 2);
    let x = m.variable(Shape::new(nx, t + 1));
    let u = m.variable(Shape::new(nu, t));
    let av: Vec<f64> = rnd(16, 5)
        .iter()
        .enumerate()
        .map(|(k, v)| 0.1 * v + if k % 5 == 0 { 1.0 } else { 0.0 })
        .collect();
    let a = m.table(nx, nx, &av);
    let bv = rnd(nx * nu, 6);
    let b = m.table(nx, nu, &bv);
    let mut terms = vec![];
    let x0 = m.numbers(&rnd(nx, 7));
    let first = m.entries(x, 0..nx);
    m.equal(first, x0);
    for k in 0..t {
        let xk = m.entries(x, k * nx..(k + 1) * nx);
        let xn = m.entries(x, (k + 1) * nx..(k + 2) * nx);
        let uk = m.entries(u, k * nu..(k + 1) * nu);
        let q = m.squares(xk);
        let r = m.squares(uk);
        let r = m.scaled(0.1, r);
        terms.push(q);
        terms.push(r);
        let ax = m.times(a, xk);
        let bu = m.times(b, uk);
        let s = m.plus(ax, bu);
        m.equal(xn, s);
    }
    let o = m.apply(bowl::atoms::affine::Add, &terms);
    m.minimize(o);
    let au = m.abs(u);
    m.at_most_number(au, 1.0);
    m
}
fn tv(n: usize, by_entries: bool) -> Model {
    let mut m = Model::default();
    let x = m.vector(n);
    let yv: Vec<f64> = rnd(n, 9)
        .iter()
        .enumerate()
        .map(|(k, v)| 0.3 * v + if (k / 1000) % 2 == 0 { 1.0 } else { 0.0 })
        .collect();
    if !by_entries {
        let y = m.numbers(&yv);
        let r = m.minus(x, y);
        let q = m.squares(r);
        let q = m.scaled(0.5, q);
        let (a, b) = (m.entries(x, 1..n), m.entries(x, 0..n - 1));
        let d = m.minus(a, b);
        let d = m.abs(d);
        let d = m.sum(d);
        let o = m.plus(q, d);
        m.minimize(o);
    } else {
        let es: Vec<_> = (0..n).map(|k| m.entry(x, k)).collect();
        let mut terms = vec![];
        for k in 0..n {
            let y = m.number(yv[k]);
            let r = m.minus(es[k], y);
            let q = m.power(r, 2.0);
            terms.push(m.scaled(0.5, q));
        }
        for w in es.windows(2) {
            let d = m.minus(w[1], w[0]);
            terms.push(m.abs(d));
        }
        let o = m.apply(bowl::atoms::affine::Add, &terms);
        m.minimize(o);
    }
    m
}
fn main() {
    let which = std::env::args().nth(1).unwrap_or_default();
    let d = Options::default();
    let no = Options {
        triangular_least_squares: false,
        products: false,
        ..d
    };
    let tr = Options {
        products: false,
        ..d
    };
    match which.as_str() {
        "ls" => {
            for (r, c) in [(1000, 100), (5000, 200), (5000, 500), (20000, 500)] {
                for noise in [1.0, 1e-5] {
                    let m = nnls(r, c, true, noise);
                    run(&format!("nnls {r}x{c} {noise} prod"), &m, &d);
                    run(&format!("nnls {r}x{c} {noise} tri"), &m, &tr);
                    if r < 5000 {
                        run(&format!("nnls {r}x{c} {noise} res"), &m, &no);
                    }
                }
            }
        }
        "lasso" => {
            for (r, c) in [(500, 200), (1000, 400), (2000, 1000)] {
                let m = lasso(r, c);
                run(&format!("lasso {r}x{c}"), &m, &d);
                if r > 2 * c {
                    run("  res", &m, &no);
                }
            }
        }
        "control" => {
            for t in [100, 500, 2000] {
                let m = control(t);
                run(&format!("control {t}"), &m, &d);
            }
        }
        "tv" => {
            for n in [1000, 10000, 100000] {
                run(&format!("tv {n}"), &tv(n, false), &d);
                run(&format!("tv entries {n}"), &tv(n, true), &d);
            }
        }
        "low" => {
            let m = tv(100000, true);
            for _ in 0..20 {
                let t = Instant::now();
                let x = m.lower();
                println!("{}", t.elapsed().as_secs_f64());
                drop(x);
            }
        }
        _ => {}
    }
}
