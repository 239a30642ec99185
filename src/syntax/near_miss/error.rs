//! The mistakes that come from other languages, each with the text to write instead.

use miette::Diagnostic;
use thiserror::Error;

use super::declaration_error::DeclarationMiss;
use crate::span::Span;

/// What another language would read here, and how it is written in this one.
///
/// `write` is the user's own text, corrected.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq)]
pub enum NearMiss {
    #[error("`{found}` is not a keyword of this language")]
    #[diagnostic(code(bowl::syntax::foreign_keyword), help("write `{write}`"))]
    Keyword {
        found: String,
        #[label("unknown here")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not the heading of the constraints")]
    #[diagnostic(code(bowl::syntax::foreign_heading), help("write `{write}`"))]
    Heading {
        found: String,
        #[label("the heading is `subject to`")]
        span: Span,
        write: String,
    },

    #[error("the heading `subject to` begins a statement of its own")]
    #[diagnostic(
        code(bowl::syntax::inline_heading),
        help("put it on a line of its own, or write `{write}`")
    )]
    InlineHeading {
        #[label("a new line begins here")]
        span: Span,
        write: String,
    },

    #[error("`{keyword}` takes no colon")]
    #[diagnostic(
        code(bowl::syntax::colon_behind_keyword),
        help("write `{write}`; a colon stands behind a label, as in `minimize cost: …`")
    )]
    KeywordColon {
        keyword: String,
        #[label("leave this out")]
        span: Span,
        write: String,
    },

    #[error("`{found}` has no meaning here")]
    #[diagnostic(
        code(bowl::syntax::needless_line),
        help(
            "leave this line out: a file holds declarations, an objective and constraints, nothing else"
        )
    )]
    NeedlessLine {
        found: String,
        #[label("not needed")]
        span: Span,
    },

    #[error("a line cannot begin with `for`")]
    #[diagnostic(
        code(bowl::syntax::loop_line),
        help("a `for` stands behind its constraint, on the same line: `{write}`")
    )]
    Loop {
        #[label("there are no loops")]
        span: Span,
        write: String,
    },

    #[error("a definition needs `param` or `let`")]
    #[diagnostic(code(bowl::syntax::bare_definition), help("write `{write}`"))]
    BareDefinition {
        #[label("no keyword before this name")]
        span: Span,
        write: String,
    },

    #[error("strict inequalities are not constraints: `{found}`")]
    #[diagnostic(
        code(bowl::syntax::strict_relation),
        help("use `{means}`: write `{write}`")
    )]
    StrictRelation {
        found: String,
        means: &'static str,
        #[label("the optimum of a strict inequality need not exist")]
        span: Span,
        write: String,
    },

    #[error("`=` is not a relation")]
    #[diagnostic(code(bowl::syntax::single_equals), help("use `==`: write `{write}`"))]
    SingleEquals {
        #[label("an equality is `==`")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not a relation")]
    #[diagnostic(
        code(bowl::syntax::foreign_relation),
        help("use `{means}`: write `{write}`")
    )]
    Relation {
        found: String,
        means: &'static str,
        #[label("unknown relation")]
        span: Span,
        write: String,
    },

    #[error("`{found}` cannot be a constraint")]
    #[diagnostic(
        code(bowl::syntax::not_equal),
        help("a set with a hole is not convex; use `==`, `<=` or `>=`")
    )]
    NotEqual {
        found: String,
        #[label("`!=` compares positions in a filter, as in `for i in 1..n if i != j`")]
        span: Span,
    },

    #[error("`{found}` does not join constraints")]
    #[diagnostic(
        code(bowl::syntax::joined_constraints),
        help(
            "give each constraint its own line, or write `{write}`; a chain such as `0 <= x <= 1` is one constraint"
        )
    )]
    JoinedConstraints {
        found: String,
        #[label("a second constraint begins behind this")]
        span: Span,
        write: String,
    },

    #[error("a constraint needs a relation")]
    #[diagnostic(
        code(bowl::syntax::no_relation),
        help(
            "write `… == …`, `… <= …` or `… >= …`; if the line above goes on here, end that line with its operator"
        )
    )]
    NoRelation {
        #[label("no relation in this line")]
        span: Span,
    },

    #[error("constraints stand below `subject to`")]
    #[diagnostic(
        code(bowl::syntax::constraint_before_heading),
        help("put a line `subject to` above this one")
    )]
    ConstraintBeforeHeading {
        #[label("a constraint")]
        span: Span,
    },

    #[error("`{found}` is not an operator")]
    #[diagnostic(
        code(bowl::syntax::foreign_operator),
        help("use `{means}`: write `{write}`")
    )]
    Operator {
        found: String,
        means: &'static str,
        #[label("unknown operator")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not an operator")]
    #[diagnostic(code(bowl::syntax::unknown_operator), help("{help}"))]
    UnknownOperator {
        found: String,
        help: &'static str,
        #[label("unknown operator")]
        span: Span,
    },

    #[error("a transpose is written `'`")]
    #[diagnostic(code(bowl::syntax::foreign_transpose), help("write `{write}`"))]
    Transpose {
        #[label("another language's transpose")]
        span: Span,
        write: String,
    },

    #[error("a number or a name has no sign `+` before it")]
    #[diagnostic(code(bowl::syntax::unary_plus), help("write `{write}`"))]
    UnaryPlus {
        #[label("leave this out")]
        span: Span,
        write: String,
    },

    #[error("expressions have no `if`")]
    #[diagnostic(
        code(bowl::syntax::conditional),
        help(
            "a function with kinks is written with `max`, `min`, `abs`, `pos` or `huber`; members of a family are \
             chosen as in `x[i] >= 0 for i in 1..n if i != 2`"
        )
    )]
    Conditional {
        #[label("a formula is the same for all values")]
        span: Span,
    },

    #[error("two factors stand side by side")]
    #[diagnostic(code(bowl::syntax::implicit_product), help("write `{write}`"))]
    ImplicitProduct {
        #[label("a product is written with `*`")]
        span: Span,
        write: String,
    },

    #[error("entries are separated by `,`, and rows by `;`")]
    #[diagnostic(code(bowl::syntax::missing_comma), help("write `{write}`"))]
    MissingComma {
        #[label("`,` or `;` belongs before this")]
        span: Span,
        write: String,
    },

    #[error("`{found}` is not a function")]
    #[diagnostic(code(bowl::syntax::foreign_function), help("write `{write}`"))]
    Function {
        found: String,
        #[label("another language's function")]
        span: Span,
        write: String,
    },

    #[error("bars are not an operator: `{found}`")]
    #[diagnostic(code(bowl::syntax::bars), help("write `{write}`"))]
    Bars {
        found: String,
        #[label("absolute values and norms are functions")]
        span: Span,
        write: String,
    },

    #[error("no statement begins with `{found}`")]
    #[diagnostic(
        code(bowl::syntax::unknown_statement),
        help(
            "a statement begins with `param`, `let`, `var`, `minimize`, `maximize`, `find`, `subject to` or `expect`; below `subject to`, each other line is a constraint"
        )
    )]
    UnknownStatement {
        found: String,
        #[label("unknown word")]
        span: Span,
    },

    #[error("a function stands before its arguments")]
    #[diagnostic(code(bowl::syntax::method_call), help("write `{write}`"))]
    Method {
        #[label("another language's call")]
        span: Span,
        write: String,
    },

    #[error("functions have no prefix")]
    #[diagnostic(code(bowl::syntax::function_prefix), help("write `{write}`"))]
    Prefix {
        #[label("leave this out")]
        span: Span,
        write: String,
    },

    #[error("`{name}` is declared, and an index stands in square brackets")]
    #[diagnostic(code(bowl::syntax::index_brackets), help("write `{write}`"))]
    IndexBrackets {
        name: String,
        #[label("parentheses only call and group")]
        span: Span,
        write: String,
    },

    #[error("the positions of an entry stand in one pair of brackets")]
    #[diagnostic(code(bowl::syntax::chained_index), help("write `{write}`"))]
    ChainedIndex {
        #[label("a second index")]
        span: Span,
        write: String,
    },

    #[error("a range is written `from..to`")]
    #[diagnostic(code(bowl::syntax::colon_range), help("write `{write}`"))]
    ColonRange {
        #[label("another language's range")]
        span: Span,
        write: String,
    },

    #[error("the `for` of a family stands behind its expression")]
    #[diagnostic(code(bowl::syntax::family_first), help("write `{write}`"))]
    FamilyFirst {
        #[label("another language's order")]
        span: Span,
        write: String,
    },

    #[error("braces have no meaning here")]
    #[diagnostic(code(bowl::syntax::braces), help("write `{write}`"))]
    Braces {
        #[label("use `[…]` for shapes and indices, `(…)` to group and call")]
        span: Span,
        write: String,
    },

    #[error("a string stands in straight double quotes")]
    #[diagnostic(code(bowl::syntax::foreign_quotes), help("write `{write}`"))]
    Quotes {
        #[label("other quotes")]
        span: Span,
        write: String,
    },

    #[error("the range of a sum stands behind its body")]
    #[diagnostic(code(bowl::syntax::foreign_sum), help("write `{write}`"))]
    SumForm {
        #[label("another language's sum")]
        span: Span,
        write: String,
    },

    #[error("`{found}` has no place in a condition")]
    #[diagnostic(code(bowl::syntax::condition), help("{help}"))]
    Condition {
        found: String,
        help: &'static str,
        #[label("conditions are comparisons, joined by `and` and `or`")]
        span: Span,
    },

    #[error("a range stands behind `in`, or selects entries")]
    #[diagnostic(
        code(bowl::syntax::range_value),
        help("for a column of these numbers write `[k for k in {range}]`")
    )]
    RangeValue {
        range: String,
        #[label("a range is no value")]
        span: Span,
    },

    #[error("a generator is written `NAME in RANGE`")]
    #[diagnostic(code(bowl::syntax::foreign_generator), help("write `{write}`"))]
    Generator {
        #[label("another language's range")]
        span: Span,
        write: String,
    },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Declaration(#[from] DeclarationMiss),
}
