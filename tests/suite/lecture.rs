//! What `bowl descend` says of a run, read as a student reads it: each sentence is true of the function.

use bowl::solve::descent::lbfgs::norm;
use std::process::Command;

/// What is said on stdout and stderr, and the exit code.
fn told(problem: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("problem.opt");
    std::fs::write(&path, problem).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_bowl"))
        .arg("descend")
        .arg(&path)
        .args(arguments)
        .output()
        .expect("bowl runs");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (stdout + &stderr, output.status.code())
}

/// All of `wanted` is said and none of `wrong`.
fn says(problem: &str, arguments: &[&str], wanted: &[&str], wrong: &[&str]) {
    let (told, _) = told(problem, arguments);
    for phrase in wanted {
        assert!(
            told.contains(phrase),
            "{problem}{arguments:?}: no `{phrase}` in\n{told}"
        );
    }
    for phrase in wrong {
        assert!(
            !told.contains(phrase),
            "{problem}{arguments:?}: `{phrase}` in\n{told}"
        );
    }
}

/// Of two curvatures, so that the momentum is some; with it longer steps converge, and with the gradient ahead shorter
/// ones.
#[test]
fn the_longest_step_with_momentum_is_told() {
    let bowl = "var x[2]\nminimize x[1]^2 + 0.1*x[2]^2 - x[1]\n";
    for (method, converging, diverging, formula) in [
        (
            "heavy-ball",
            "1.45",
            "1.55",
            "with step 1.55 > 2(1 + β)/L = 1.5",
        ),
        (
            "nesterov",
            "0.73",
            "0.77",
            "with step 0.77 > 2(1 + β)/((1 + 2β)L) = 0.75",
        ),
    ] {
        let with = |step: &'static str| ["--method", method, "--momentum", "0.5", "--step", step];
        says(bowl, &with(converging), &["converged"], &["diverg"]);
        says(
            bowl,
            &with(diverging),
            &["diverged", formula],
            &["take a smaller one"],
        );
    }
}

#[test]
fn a_step_out_of_the_domain_is_no_divergence() {
    let barrier = "var x start 5\nminimize x - log(x)\n";
    for arguments in [
        &["--step", "10"][..],
        &["--step", "10", "--method", "nesterov"],
        &["--step", "10", "--method", "heavy-ball"],
        &["--step", "1", "--method", "newton"],
        &["--step", "3", "--method", "adam"],
    ] {
        says(
            barrier,
            arguments,
            &["left the domain"],
            &["diverged", "curvature grows"],
        );
    }
    let raised = "var x start 5\nmaximize log(x) - x\n";
    says(
        raised,
        &["--step", "10"],
        &["left the domain"],
        &["diverged", "unbounded"],
    );
    let square = "var x start 3\nminimize x^2\n";
    says(
        square,
        &["--step", "1e300"],
        &["diverged", "> 2/L = 1"],
        &["domain"],
    );
}

#[test]
fn momentum_stops_where_the_domain_ends() {
    let barrier = "var x start 0.3\nminimize x - log(x)\n";
    let nesterov = ["--method", "nesterov", "--step", "1", "--momentum", "0.9"];
    says(
        barrier,
        &nesterov,
        &["converged", "global minimum", "restarted"],
        &["NaN", "downhill"],
    );
    let ball = [
        "--method",
        "heavy-ball",
        "--momentum",
        "0.9",
        "--start",
        "0.01",
    ];
    says(
        barrier,
        &ball,
        &["converged", "global minimum", "the ball was stopped"],
        &["inf"],
    );
}

/// x1² - 3 x2 falls for ever, whatever the steps do to x1.
#[test]
fn a_slope_without_curvature_has_no_end() {
    let trough = "var x[2] start [1; 1]\nminimize x[1]^2 - 3*x[2]\n";
    let ridge = "var x[2] start [1; 1]\nmaximize 3*x[2] - x[1]^2\n";
    for arguments in [
        &["--step", "0.1"][..],
        &["--step", "1/k"],
        &["--step", "exact"],
        &["--step", "bb"],
        &["--method", "heavy-ball"],
        &["--method", "nesterov"],
        &["--method", "newton"],
        &["--method", "adam"],
    ] {
        let wrong = ["too slow", "diverged", "no longer shrinks", "not converged"];
        says(trough, arguments, &["falls without end: unbounded"], &wrong);
        says(ridge, arguments, &["rises without end: unbounded"], &wrong);
        assert_eq!(told(trough, arguments).1, Some(6), "{arguments:?}");
    }
}

/// Where the steps along both axes are alike, the value stays at 0 up to rounding.
#[test]
fn a_saddle_left_along_its_level_has_no_end() {
    let saddle = "var x[2] start [1; 1]\nminimize x[1]^2 - x[2]^2\n";
    for method in ["lbfgs", "conjugate", "newton", "nesterov"] {
        let wrong = ["no step along the direction", "minimum"];
        says(
            saddle,
            &["--method", method],
            &["falls without end: unbounded"],
            &wrong,
        );
    }
}

/// Curvatures of any size above zero hold a quadratic, and a slope that is rounding is none.
#[test]
fn a_weak_curvature_is_an_end() {
    let weak = "var x[2] start [1; 1]\nminimize 1e12*x[1]^2 + x[2]^2 - 3*x[2]\n";
    let flat = "param A[3, 3] = [1, 2, 3; 2, 4, 6; 1, 0, 1]\nvar x[3]\nminimize sum_squares(A*x - [1; 2; 4])\n";
    for arguments in [
        &["--step", "1e-13"][..],
        &["--iterations", "3"],
        &["--step", "exact"],
    ] {
        for problem in [weak, flat] {
            says(problem, arguments, &[], &["unbounded", "without end"]);
        }
    }
}

#[test]
fn steps_that_begin_too_long_are_said_to_become_short_enough() {
    // L = 20, so that c/k < 2/L = 0.1 from k = 31 and c/√k from k = 901 on.
    let steep = "var x start 1\nminimize 10*x^2\n";
    says(
        steep,
        &["--step", "3/k"],
        &["> 2/L = 0.1", "from step 31 on"],
        &["each step multiplies"],
    );
    says(
        steep,
        &["--step", "3/sqrt(k)"],
        &["from step 901 on"],
        &["each step multiplies"],
    );
    says(
        steep,
        &["--step", "0.11"],
        &["each step multiplies the gradient by 1.2"],
        &["from step"],
    );
}

#[test]
fn numbers_are_told_apart() {
    let square = "var x start 1\nminimize 3*x^2\n";
    let barely = ["--step", "0.33334", "--iterations", "100"];
    let wanted = ["step 0.33334 > 2/L = 0.3333333333333333", "by 1 + 4e-5"];
    says(square, &barely, &wanted, &[]);
    says(
        square,
        &["--step", "0.01", "--iterations", "5"],
        &["almost 33 times larger"],
        &[],
    );
}

#[test]
fn steps_that_diminish_promise_nothing() {
    let endless = "var x start 0\nminimize exp(-x)\n";
    says(
        endless,
        &["--step", "1/k"],
        &["arrive late, if at all"],
        &["always arrive"],
    );
}

/// Rates are told ahead for even steps alone: (1 - 0.02)^k = 1e-8 after 912 steps.
#[test]
fn a_rate_is_carried_on_only_where_it_lasts() {
    let square = "var x[2] start [1; 2]\nminimize sum_squares(x)\n";
    let even = ["--step", "0.01", "--iterations", "412"];
    says(
        square,
        &even,
        &["each step multiplies it by 0.98, so at this rate about 500 more"],
        &[],
    );
    for arguments in [
        &["--method", "adam", "--step", "0.001"][..],
        &["--step", "0.05/sqrt(k)"],
        &[
            "--method",
            "adam",
            "--step",
            "0.1/sqrt(k)",
            "--iterations",
            "50",
        ],
    ] {
        says(square, arguments, &["not converged"], &["more are needed"]);
    }
}

const LOGISTIC: &str = "param X[m, n] = randn(100, 3, seed = 7)\n\
    var w[n]\n\
    let side = 2*step(X[:, 1] + 0.5*X[:, 2] + 0.1) - 1\n\
    minimize mean(logistic(-side .* (X*w))) + 0.1*sum_squares(w)\n";

#[test]
fn a_rate_too_small_is_not_noise() {
    let run = |rate| {
        [
            "--method",
            "stochastic",
            "--step",
            rate,
            "--iterations",
            "100",
        ]
    };
    says(
        LOGISTIC,
        &run("1e-6"),
        &["too slow", "take a larger rate"],
        &["noise"],
    );
    says(
        LOGISTIC,
        &run("0.3"),
        &["the noise of the mini-batches"],
        &["too slow", "more are needed"],
    );
    let raised = LOGISTIC.replace("minimize ", "maximize -(") + ")";
    let raised = raised.replace("\n)", ")");
    says(
        &raised,
        &run("0.3"),
        &["the noise of the mini-batches", "a ball about the maximum"],
        &["minimum"],
    );
    for rate in ["0.02", "0.05", "0.1", "0.3"] {
        let adam = ["--method", "adam", "--step", rate, "--iterations", "300"];
        says(
            LOGISTIC,
            &adam,
            &["the noise of the mini-batches"],
            &["too slow"],
        );
    }
    let adam = ["--method", "adam", "--step", "1e-6", "--iterations", "100"];
    says(
        "var x start 3\nminimize x^2\n",
        &adam,
        &["take a larger rate"],
        &["no longer shrinks"],
    );
}

#[test]
fn slopes_beyond_the_numbers_are_named() {
    let fading = "var x start 0\nminimize exp(-x)\n";
    for arguments in [&["--step", "bb"][..], &["--method", "lbfgs"]] {
        let wrong = ["downhill", "gradient     0", "lowers the value"];
        says(fading, arguments, &["its square counts as 0"], &wrong);
    }
    let steep = "var x[2] start [450; 450]\nminimize sum(exp(x)) + sum(exp(-x))\n";
    says(
        steep,
        &[],
        &["its square exceeds the numbers"],
        &["gradient     inf", "lowers the value"],
    );
}

#[test]
fn lengths_keep_their_size() {
    for size in [1e-200, 3e-170, 1.0, 1e170, 1e300] {
        let length = norm(&[3.0 * size, -4.0 * size, 0.0]);
        assert!((length / size - 5.0).abs() < 1e-14, "{size}: {length}");
    }
    assert_eq!(norm(&[0.0, 0.0]), 0.0);
    assert_eq!(norm(&[1.0, f64::INFINITY]), f64::INFINITY);
    assert!(norm(&[1.0, f64::NAN]).is_nan());
}

#[test]
fn negative_curvature_is_told_in_the_users_sense() {
    let well = "var x start 0.1\nminimize x^4 - 2*x^2\n";
    let hill = "var x start 0.1\nmaximize 2*x^2 - x^4\n";
    let newton = ["--method", "newton"];
    says(
        well,
        &newton,
        &["not positive definite 3 times", "least eigenvalue -3.88"],
        &["indefinite"],
    );
    says(
        hill,
        &newton,
        &["not negative definite 3 times", "largest eigenvalue 3.88"],
        &["indefinite"],
    );
}

/// The infimum log 3 of this convex function is reached nowhere.
#[test]
fn an_infimum_out_of_reach_is_no_minimum() {
    let away = "var x[3] start [1; 2; 3]\n\
        minimize log_sum_exp([x[1] + x[2]; x[3] - x[1]; -x[2] - x[3]; x[1] - x[2]])\n";
    for method in [
        &["--step", "bb"][..],
        &["--method", "newton"],
        &["--method", "lbfgs"],
    ] {
        says(
            away,
            method,
            &["flat along some direction"],
            &["this is a global minimum"],
        );
    }
    let strict = "var x[2] start [1; 2]\nminimize log_sum_exp([x; -x])\n";
    says(
        strict,
        &[],
        &["this is a global minimum"],
        &["flat", "one of many"],
    );
}

#[test]
fn minima_along_a_line_are_many() {
    let line = "var x[2] start [1; 5]\nminimize (x[1] + x[2] - 3)^2\n";
    says(
        line,
        &["--step", "0.1"],
        &["a global minimum, one of many"],
        &[],
    );
    says(
        line,
        &["--starts", "4"],
        &["these values are the global minimum"],
        &["as far as"],
    );
    let point = "var x[2] start [1; 5]\nminimize (x[1] + x[2] - 3)^2 + 1e-6*x[1]^2\n";
    says(
        point,
        &["--method", "newton"],
        &["this is a global minimum"],
        &["one of many"],
    );
}

/// Next to a kink the Hessian jumps: it is definite at the point and not beyond.
#[test]
fn a_hessian_that_jumps_is_said_to() {
    let fit = "var a start 1\nvar b start 0\n\
        minimize sum_squares(relu(a*[0; 0.5; 1; 1.5; 2] + b) - [0; 0; 1; 2; 3])\n";
    let newton = ["--method", "newton"];
    says(
        fit,
        &newton,
        &["all curvatures are positive here, but the least of them fades or jumps close by"],
        &["semidefinite"],
    );
}

#[test]
fn options_without_meaning_are_refused() {
    for (arguments, reason) in [
        (
            &["--compare", "adam,newton", "--step", "0.3"][..],
            "`--step` is the step of `fixed`",
        ),
        (
            &["--compare", "fixed,newton", "--momentum", "0.5"],
            "heavy-ball and nesterov",
        ),
        (
            &["--compare", "fixed,newton", "--batch", "5"],
            "stochastic and adam",
        ),
        (
            &["--compare", "fixed,newton", "--starts", "5"],
            "leave `--starts` out",
        ),
        (&["--trace", "--starts", "5"], "leave `--starts` out"),
        (
            &["--plot", "x.svg", "--starts", "1000"],
            "at most 200 starts",
        ),
    ] {
        let (told, code) = told("var x\nminimize (x - 1)^2\n", arguments);
        assert!(
            told.contains(reason) && code == Some(2),
            "{arguments:?}: {code:?} {told}"
        );
    }
    let heeded = [
        "--compare",
        "fixed,nesterov,adam",
        "--step",
        "0.3",
        "--momentum",
        "0.5",
    ];
    assert_eq!(told("var x\nminimize (x - 1)^2\n", &heeded).1, Some(0));
}

/// What the judging of a run costs is none of its work.
#[test]
fn evaluations_are_those_of_the_method() {
    let square = "var x start 3\nminimize x^2\n";
    for (arguments, evaluations) in [
        (&["--step", "0.1", "--iterations", "7"][..], "8"),
        (
            &["--step", "0.1", "--tolerance", "0.9", "--iterations", "7"],
            "2",
        ),
        (&["--step", "0.5"], "2"),
        (&["--step", "1e300"], "2"),
        (&["--method", "adam", "--iterations", "7"], "8"),
        (
            &["--method", "conjugate"],
            "2, and one product of the Hessian with a direction",
        ),
    ] {
        says(
            square,
            arguments,
            &[&format!("evaluations  {evaluations}\n")],
            &[],
        );
    }
    let barrier = "var x start 5\nminimize x - log(x)\n";
    says(barrier, &["--step", "10"], &["evaluations  2\n"], &[]);
}

#[test]
fn an_inflection_is_no_minimum() {
    let cubic = "var x start 1\nminimize x^3\n";
    for method in ["newton", "lbfgs"] {
        let arguments = ["--method", method];
        says(
            cubic,
            &arguments,
            &["no local minimum", "falls on one side"],
            &["as far as"],
        );
    }
    let raised = "var x[2] start [1; 1]\nmaximize x[1]^3 - x[2]^2\n";
    says(
        raised,
        &["--start", "[0; 1]", "--step", "0.5"],
        &["no local maximum", "rises on one side"],
        &[],
    );
    let flat = "var x[2] start [2; 1]\nminimize x[1]^4*cos(0.1*x[1]) + x[2]^2\n";
    says(
        flat,
        &["--method", "newton"],
        &["as far as second derivatives tell"],
        &["no local minimum"],
    );
    let dead = "var a start -1\nvar b start 0\nminimize sum_squares(relu(a*[1; 2] + b) - [0; 1])\n";
    says(
        dead,
        &[],
        &["as far as second derivatives tell"],
        &["no local minimum"],
    );
}

#[test]
fn starts_that_lead_nowhere_are_told() {
    let plain = "var x[2]\nminimize sum_squares(x - 1)\n";
    let lost = ["--starts", "3", "--iterations", "0"];
    says(
        plain,
        &lost,
        &["2 unknowns", "no place where the gradient is zero"],
        &["curvatures", "0 places"],
    );
}

#[test]
fn pictures_count_in_steps_or_in_passes() {
    for (list, unit) in [
        ("fixed,newton", ">\nstep\n<"),
        ("stochastic", ">\npass over the data\n<"),
        ("stochastic,newton", ">\nstep, or pass over the data\n<"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let picture = folder.path().join("picture.svg");
        let path = picture.to_str().expect("plain");
        told(
            LOGISTIC,
            &["--compare", list, "--iterations", "5", "--plot", path],
        );
        let svg = std::fs::read_to_string(&picture).expect("drawn");
        assert!(svg.contains(unit), "{list}: no {unit:?} in {svg}");
    }
}

/// -|x| has its top at 0, where its slope counts as 0.
#[test]
fn a_kink_is_no_minimum_by_its_slope() {
    says(
        "var x start 0\nminimize -abs(x)\n",
        &[],
        &["no local minimum", "kink of `abs`", "is lower"],
        &["as far as"],
    );
    says(
        "var x start 0\nmaximize x^2*cos(x) + abs(x)\n",
        &[],
        &["no local maximum", "is higher"],
        &["as far as"],
    );
    let low = "var x start 0\nminimize abs(x) - 2*x^2 + x^4\n";
    says(
        low,
        &[],
        &["none of the points tried beside it is lower"],
        &["no local minimum", "definite"],
    );
    says(
        low,
        &["--start", "0.9"],
        &["a local minimum: the Hessian is positive definite"],
        &["lies at a kink"],
    );
    says(
        "var x start 0\nminimize -abs(x)\n",
        &["--starts", "2"],
        &[],
        &["a local minimum"],
    );
    // The slope of 1/2 |x|² grows evenly, however sharp |x| is.
    says(
        "var x[2] start [3; 4]\nminimize norm2(x)\n",
        &["--step", "0.1"],
        &["overshooting"],
        &["1/L", "valley"],
    );
}

/// Power iteration does not reach the least of 400 curvatures.
#[test]
fn many_curvatures_are_estimated_from_inside() {
    let chain = "var x[400] start ones(400)\nminimize sum_squares(x[2..400] - x[1..399]) + 1e-4*sum_squares(x - 3)";
    let run = ["--step", "0.1", "--iterations", "20"];
    says(
        chain,
        &run,
        &["at least 7.9", "at most", "more than"],
        &["the least 0"],
    );
    let many = "var x[400]\nminimize sum_squares(x - 3) - 0.1*sum(cos(x))\n";
    says(
        many,
        &["--method", "lbfgs"],
        &["not examined beyond 300 unknowns"],
        &["definite", "local minimum"],
    );
}

/// With step 2/L the slope turns round for ever: values that agree to rounding are no descent.
#[test]
fn backtracking_comes_down_to_rounding() {
    for problem in [
        "var x start 2\nminimize 1/x + x\n",
        "var x start 2\nminimize 1 + cos(x)\n",
        "var x start 0.9\nminimize exp(x) - x + 1e6\n",
    ] {
        says(problem, &[], &["converged after"], &["not converged"]);
    }
}

#[test]
fn what_has_no_value_is_undefined() {
    let far = "var x[2] start [1e308; 1e308]\nminimize x[1]^2 - x[2]^2 + x[2]^4\n";
    for arguments in [&[][..], &["--trace"], &["--compare", "fixed,adam"]] {
        let told = told(far, arguments).0;
        assert!(!told.contains("NaN"), "{told}");
    }
    let ended = "var X[2, 2] symmetric start [1, 1; 1, 1]\nminimize trace(X) - log_det(X)\n";
    says(ended, &["--trace"], &["gradient     undefined"], &["NaN"]);
}

#[test]
fn a_chosen_momentum_is_named() {
    let square = "var x start 3\nminimize x^2\n";
    let chosen = ["--method", "nesterov", "--step", "0.1", "--momentum", "0.7"];
    says(
        square,
        &chosen,
        &["Nesterov's method, step 0.1, momentum 0.7\n"],
        &[],
    );
    says(
        square,
        &["--method", "nesterov"],
        &["Nesterov's method, backtracking\n"],
        &[],
    );
}

/// A zero Hessian, a kink, a ring of minima and a wave's top: what they are is told alike of one start and of many.
#[test]
fn stationary_points_without_curvature_are_told_apart() {
    for (function, word) in [
        (
            "-x^4",
            "no local minimum: along a direction without curvature the objective falls on both sides",
        ),
        ("x^6 - x^4", "falls on both sides"),
        ("max(x, 0)^2 - x^2", "falls on one side"),
        ("x^3", "falls on one side"),
        ("x^4*cos(x)", "as far as second derivatives tell"),
    ] {
        let text = format!("var x start 0\nminimize {function}\n");
        says(&text, &[], &[word], &[]);
        says(&text, &["--starts", "2"], &[word], &[]);
    }
    let saddle = "var x[2] start [0; 0]\nminimize x[1]^4 - x[2]^4\n";
    says(saddle, &[], &["falls on both sides"], &["as far as"]);
    let kink = "var x start 0\nminimize x^2 - abs(x)\n";
    says(
        kink,
        &["--starts", "12"],
        &["at a kink, and no local minimum: beside it the objective is lower"],
        &["whether these are minima is open"],
    );
    let ring = "var x[2] start [0; 0]\nminimize (x[1]^2 + x[2]^2 - 1)^2\n";
    says(ring, &["--starts", "12"], &["semidefinite"], &["saddle"]);
    for wave in ["minimize sin(x)", "maximize -sin(x)"] {
        let text = format!("var x start 1.5707963267948966\n{wave}\n");
        let word = if wave.starts_with("min") {
            "local maximum"
        } else {
            "local minimum"
        };
        says(
            &text,
            &[],
            &["the gradient is zero at the start already", word],
            &[],
        );
    }
}

/// Values that go on falling towards a limit reach no minimum.
#[test]
fn limits_are_no_minima() {
    let fit = "param t[m] = [0; 1; 2; 3; 4]\nparam y[m] = [5; 3; 2; 1.2; 0.8]\nvar a start 1\nvar k start 0\n\
               minimize sum_squares(a*exp(-k*t) - y)\n";
    says(
        fit,
        &["--step", "0.1"],
        &["`exp` is smaller here than every number"],
        &["local minimum"],
    );
    let text = "var x start 3\nminimize tanh(x)\n";
    says(
        text,
        &[],
        &["`tanh` is so close to its limit here"],
        &["local minimum"],
    );
    let dead = "var x start -3\nminimize relu(x)^2\n";
    says(dead, &[], &[], &["limit"]);
}

/// L counts where the way leads, upwards curvatures alone, and not where a step threw the point.
#[test]
fn the_longest_step_is_read_where_the_way_leads() {
    let well = "var x start 0.1\nminimize x^4 - 2*x^2\n";
    says(
        well,
        &["--step", "0.55"],
        &["diverged", "0.55 > 2/L = 0.25"],
        &[],
    );
    says(
        well,
        &["--step", "0.4"],
        &["overshooting", "longer than 1/L = 0.125"],
        &["diverg"],
    );
    let flank = "var x start -8\nminimize exp(x) - 2*x\n";
    says(
        flank,
        &["--step", "0.01", "--iterations", "20"],
        &["2/L is 1\n"],
        &[],
    );
    let far = "var x start 1e6\nminimize sqrt(1 + x^2)\n";
    says(far, &["--step", "0.01"], &["2/L is 2\n"], &[]);
    let thrown = "var x start 0\nminimize exp(x) - 2*x\n";
    says(
        thrown,
        &["--step", "5"],
        &["the objective is worse than at the start: the step 5 is longer than 2/L = 1\n"],
        &[],
    );
    let hill = "var x\nvar y\nminimize (x^2 + y - 11)^2 + (x + y^2 - 7)^2\n";
    says(
        hill,
        &["--step", "1e-5"],
        &["the way to a minimum is still long", "too slow"],
        &["no end"],
    );
    says(hill, &["--step", "0.03"], &["overshooting"], &["diverging"]);
    let swing = "var x start 0\nminimize (x - 2)^2\n";
    says(
        swing,
        &["--step", "1"],
        &["the step is 2/L = 1, with which the point swings to and fro for ever"],
        &[],
    );
}

/// A row that is fitted so well that its exp(-t) counts as 0 leaves the minimum over the others a minimum.
#[test]
fn what_vanishes_beside_a_slope_hides_no_minimum() {
    let text =
        "var x[2] start [1; 1]\nminimize exp(-900*x[1] - 900) + (x[1] - 2)^2 + (x[2] - x[1])^4\n";
    says(
        text,
        &["--method", "newton"],
        &["global minimum"],
        &["smaller here than every number"],
    );
}

/// Of many solutions the nearest to the start is shown, where the descent leads as well.
#[test]
fn the_analytic_solution_is_the_nearest_to_the_start() {
    let text = "param A[3,2] = [1, 2; 2, 4; 3, 6]\nparam b[3] = [1; 2; 2]\nvar x[2]\nminimize sum_squares(A*x - b)\n";
    says(
        text,
        &[],
        &["one of many", "analytic   [0.157142857, 0.314285714]"],
        &[],
    );
    says(
        text,
        &["--start", "[1; 1]"],
        &["analytic   [0.557142857, 0.114285714]"],
        &[],
    );
}

/// A direction without curvature, which rounding leaves at 1e-10, is no narrow valley.
#[test]
fn a_flat_direction_is_no_narrow_valley() {
    let text = "var x start 0.1\nvar y start 0.1\nminimize (x*y - 1)^2\n";
    says(text, &[], &["semidefinite"], &["narrow valley"]);
}

/// Near kinks the slope tells nothing of the way that is left; the value beside the minimum does.
#[test]
fn runs_at_kinks_are_measured_by_the_minimum() {
    let text = "var x start 3\nminimize abs(x - 1) + 0.1*x^2\n";
    says(
        text,
        &["--step", "1/sqrt(k)", "--iterations", "200"],
        &[
            "the gradient is one subgradient there and need not shrink",
            "the value is 0.0008896 above the minimum, 0.1",
            "objective    0.100889617  (minimum 0.1)",
            "minimum    1",
        ],
        &["0 is one of many"],
    );
    says(
        text,
        &["--step", "exact"],
        &["that of the minimum, 0.1", "0 is one of many subgradients"],
        &["need not shrink", "above the minimum"],
    );
    let highest = "var x[2] start [3; -2]\nmaximize 1 - norm1(x) - sum_squares(x - [0.2; 3])\n";
    says(
        highest,
        &["--step", "0.1", "--iterations", "30"],
        &["below the maximum, -1.79", "(maximum -1.79)"],
        &["minimum"],
    );
    // Not proved convex: what is lowest is not known.
    let open = "var x start 3\nminimize abs(x - 1) + cos(x)\n";
    says(
        open,
        &["--step", "0.9"],
        &["`abs` has a kink"],
        &["minimum,"],
    );
}
