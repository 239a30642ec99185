//! Functions with a notation of their own.

use super::names::escaped;

/// Functions whose name is a command of LaTeX, or another word.
const COMMANDS: [(&str, &str); 22] = [
    ("exp", "\\exp"),
    ("log", "\\log"),
    ("sin", "\\sin"),
    ("cos", "\\cos"),
    ("tan", "\\tan"),
    ("sinh", "\\sinh"),
    ("cosh", "\\cosh"),
    ("tanh", "\\tanh"),
    ("max", "\\max"),
    ("min", "\\min"),
    ("log_det", "\\log\\det"),
    ("trace", "\\operatorname{tr}"),
    ("lambda_max", "\\lambda_{\\max}"),
    ("lambda_min", "\\lambda_{\\min}"),
    ("sigma_max", "\\sigma_{\\max}"),
    ("sigmoid", "\\sigma"),
    ("loggamma", "\\log\\Gamma"),
    ("normcdf", "\\Phi"),
    ("log_normcdf", "\\log\\Phi"),
    ("prod", "\\operatorname{prod}"),
    ("logm", "\\log"),
    ("asinh", "\\operatorname{arsinh}"),
];

/// Functions that stand around their only argument.
const AROUND: [(&str, &str, &str); 9] = [
    ("sqrt", "\\sqrt{", "}"),
    ("abs", "\\left|", "\\right|"),
    ("norm1", "\\left\\|", "\\right\\|_1"),
    ("norm2", "\\left\\|", "\\right\\|_2"),
    ("norm_inf", "\\left\\|", "\\right\\|_\\infty"),
    ("norm_nuc", "\\left\\|", "\\right\\|_*"),
    ("sum_squares", "\\left\\|", "\\right\\|_2^2"),
    ("ceil", "\\left\\lceil", "\\right\\rceil"),
    ("floor", "\\left\\lfloor", "\\right\\rfloor"),
];

/// Matrices of a size.
const FILLED: [(&str, &str); 3] = [
    ("eye", "I"),
    ("ones", "\\mathbf{1}"),
    ("zeros", "\\mathbf{0}"),
];

/// `I_{n}`, `\mathbf{0}_{m \times n}`.
pub(super) fn filled(name: &str, sizes: &[String]) -> Option<String> {
    let (_, sign) = FILLED.iter().find(|(own, _)| *own == name)?;
    Some(format!("{sign}_{{{}}}", sizes.join(" \\times ")))
}

/// The application of a function with a notation around its argument, and whether it is one sign to
/// which an exponent can be put.
pub(super) fn around(name: &str, argument: &str) -> Option<(String, bool)> {
    let (_, left, right) = AROUND.iter().find(|(own, _, _)| *own == name)?;
    let space = if left.ends_with(char::is_alphabetic) {
        " "
    } else {
        ""
    };
    let text = format!("{left}{space}{argument}{right}");
    Some((text, name == "sqrt" || name == "abs"))
}

/// The function's name.
pub(super) fn command(name: &str) -> String {
    let found = COMMANDS.iter().find(|(own, _)| *own == name);
    found.map_or_else(
        || format!("\\operatorname{{{}}}", escaped(name)),
        |(_, command)| (*command).to_owned(),
    )
}
