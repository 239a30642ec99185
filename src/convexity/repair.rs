//! Puts expressions of unknown curvature into a form that the composition rule knows.

use super::dcp::Analysis;
use super::quadratic::{Coordinates, QuadraticProof, collect, is_linear, is_mixed_product};
use super::rewrite::{Found, RULES, Rewriter, Rule, SQUARE, Wish, factors_of, power_of};
use super::signs::{EntryRanges, learn_nonnegative};
use crate::atoms::affine::Divide;
use crate::dcp::Curvature;
use crate::expr::ExprId;
use rustc_hash::{FxHashMap, FxHashSet};

/// What was done to an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Its terms of degree two were collected; `None` when they cancel.
    Quadratic(Option<QuadraticProof>),
    /// It was replaced by an equal expression.
    Rewrite {
        from: ExprId,
        found: Found,
        /// Whether the rule read the user's own expression, not the better form of its parts.
        whole: bool,
    },
}

/// Rewritten expressions are rewritten again at most so often.
const DEEPEST: usize = 3;

/// Rewritten forms of expressions, each found once and shared by all parts.
#[derive(Debug)]
pub(super) struct Repair {
    coordinates: Coordinates,
    images: FxHashMap<ExprId, ExprId>,
    steps: FxHashMap<ExprId, Step>,
    wishes: FxHashMap<ExprId, Vec<Wish>>,
    depth: usize,
    /// Found when a rule first asks for a sign.
    ranges: Option<EntryRanges>,
}

/// Nodes of unknown curvature below a root, with nothing but such nodes in between.
struct Unknowns {
    /// Rising.
    nodes: Vec<ExprId>,
    /// Those that some other node than a sum (or none) uses.
    maximal: FxHashSet<ExprId>,
}

impl Repair {
    pub fn new(analysis: &Analysis<'_>) -> Self {
        Repair {
            coordinates: Coordinates::new(analysis.problem),
            images: FxHashMap::default(),
            steps: FxHashMap::default(),
            wishes: FxHashMap::default(),
            depth: 0,
            ranges: None,
        }
    }

    /// Affine expressions in the entries of the variables.
    pub fn coordinates(&mut self) -> &mut Coordinates {
        &mut self.coordinates
    }

    /// An expression equal to `root` whose curvature is known, or known in more of its parts.
    pub fn expression(&mut self, analysis: &mut Analysis<'_>, root: ExprId) -> ExprId {
        let unknowns = Unknowns::below(analysis, root);
        for &id in &unknowns.nodes {
            if !self.images.contains_key(&id) || (id == root && !self.steps.contains_key(&id)) {
                let maximal = unknowns.maximal.contains(&id);
                let image = self.node(analysis, id, maximal);
                self.images.insert(id, image);
            }
        }
        self.image(root)
    }

    /// The form found for an expression.
    pub fn image(&self, id: ExprId) -> ExprId {
        self.images.get(&id).copied().unwrap_or(id)
    }

    /// The steps that led from `root` to its form.
    pub fn steps(&self, analysis: &Analysis<'_>, root: ExprId) -> Vec<&Step> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::from_iter([root]);
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            if analysis.curvature(id) != Curvature::Unknown {
                continue;
            }
            let step = self.steps.get(&id);
            found.extend(step.map(|step| (id, step)));
            if let Some(Step::Rewrite { whole: true, .. }) = step {
                continue;
            }
            let arguments = analysis.graph().arguments(id).iter().copied();
            pending.extend(arguments.filter(|&a| seen.insert(a)));
        }
        found.sort_unstable_by_key(|(id, _)| *id);
        found.into_iter().map(|(_, step)| step).collect()
    }

    /// Signs that would help with an expression.
    pub fn wishes(&self, id: ExprId) -> &[Wish] {
        self.wishes.get(&id).map_or(&[], Vec::as_slice)
    }

    fn node(&mut self, analysis: &mut Analysis<'_>, id: ExprId, maximal: bool) -> ExprId {
        if let Some(found) = self.by_rules(analysis, id, &[SQUARE]) {
            return self.record(id, id, found);
        }
        let rebuilt = self.rebuilt(analysis, id);
        if analysis.curvature(rebuilt) != Curvature::Unknown {
            return rebuilt;
        }
        let scalar = analysis.graph().shape(id).is_scalar();
        if !maximal && is_mixed_product(analysis, id) {
            return rebuilt;
        }
        if maximal && scalar {
            let image = |id: ExprId| self.images.get(&id).copied().unwrap_or(id);
            if let Some(collected) = collect(analysis, &mut self.coordinates, id, image) {
                self.steps.insert(id, Step::Quadratic(collected.proof));
                return collected.expression;
            }
        }
        if self.learn_signs(analysis, rebuilt) {
            analysis.learn(rebuilt);
            if analysis.curvature(rebuilt) != Curvature::Unknown {
                return rebuilt;
            }
        }
        if let Some(found) = self.by_rules(analysis, id, RULES) {
            return self.record(id, id, found);
        }
        if rebuilt != id
            && let Some(found) = self.by_rules(analysis, rebuilt, RULES)
        {
            return self.record(id, rebuilt, found);
        }
        rebuilt
    }

    /// Whether a factor of what a quotient divides by, or of what is raised to a power, is found to be nonnegative.
    fn learn_signs(&mut self, analysis: &mut Analysis<'_>, id: ExprId) -> bool {
        let graph = analysis.graph();
        let asks = graph.atom_as::<Divide>(id).is_some() || power_of(graph, id).is_some();
        let Some(&base) = graph.arguments(id).last().filter(|_| asks) else {
            return false;
        };
        let factors = factors_of(graph, base);
        let mut has_learnt = false;
        for factor in factors {
            has_learnt |= self.learn_sign(analysis, factor);
        }
        has_learnt
    }

    fn learn_sign(&mut self, analysis: &mut Analysis<'_>, base: ExprId) -> bool {
        let facts = analysis.facts(base);
        if !facts.curvature.is_affine() || facts.range.is_nonnegative() {
            return false;
        }
        let coordinates = &mut self.coordinates;
        let ranges = self
            .ranges
            .get_or_insert_with(|| EntryRanges::of(analysis, coordinates));
        learn_nonnegative(analysis, coordinates, ranges, base)
    }

    fn record(&mut self, id: ExprId, from: ExprId, found: Found) -> ExprId {
        let expression = found.expression;
        let whole = from == id;
        self.steps.insert(id, Step::Rewrite { from, found, whole });
        expression
    }

    /// The first rule whose result is known, or becomes so in turn.
    fn by_rules(
        &mut self,
        analysis: &mut Analysis<'_>,
        id: ExprId,
        rules: &[Rule],
    ) -> Option<Found> {
        for rule in rules {
            let mut rewriter = Rewriter {
                analysis,
                coordinates: &mut self.coordinates,
                wishes: Vec::new(),
            };
            let found = rule(&mut rewriter, id);
            let wishes = rewriter.wishes;
            if !wishes.is_empty() {
                self.wishes.entry(id).or_default().extend(wishes);
            }
            let Some(found) = found.filter(|f| f.expression != id) else {
                continue;
            };
            if analysis.curvature(found.expression) != Curvature::Unknown {
                return Some(found);
            }
            if self.depth < DEEPEST {
                self.depth += 1;
                let expression = self.expression(analysis, found.expression);
                self.depth -= 1;
                if analysis.curvature(expression) != Curvature::Unknown {
                    let domain = found
                        .domain
                        .or_else(|| self.domain(analysis, found.expression));
                    return Some(Found { expression, domain });
                }
            }
        }
        None
    }

    /// Where the forms within an expression are equal to what was read, when that is not everywhere.
    pub fn domain(&self, analysis: &Analysis<'_>, root: ExprId) -> Option<String> {
        let steps = self.steps(analysis, root);
        steps.into_iter().find_map(|step| match step {
            Step::Quadratic(_) => None,
            Step::Rewrite { found, .. } => found.domain.clone(),
        })
    }

    /// The node over the forms of its arguments.
    fn rebuilt(&self, analysis: &mut Analysis<'_>, id: ExprId) -> ExprId {
        let arguments = analysis.graph().arguments(id);
        let images: Vec<ExprId> = arguments.iter().map(|&a| self.image(a)).collect();
        if images == arguments {
            return id;
        }
        match analysis.graph().atom(id).cloned() {
            Some(atom) => analysis.apply(atom, &images).unwrap_or(id),
            None => id,
        }
    }
}

impl Unknowns {
    fn below(analysis: &Analysis<'_>, root: ExprId) -> Self {
        let mut unknowns = Unknowns {
            nodes: Vec::new(),
            maximal: FxHashSet::default(),
        };
        if analysis.curvature(root) != Curvature::Unknown {
            return unknowns;
        }
        let mut seen = FxHashSet::from_iter([root]);
        unknowns.maximal.insert(root);
        let mut pending = vec![root];
        while let Some(id) = pending.pop() {
            unknowns.nodes.push(id);
            let passes = is_linear(analysis.graph(), id);
            for &argument in analysis.graph().arguments(id) {
                if analysis.curvature(argument) != Curvature::Unknown {
                    continue;
                }
                if !passes {
                    unknowns.maximal.insert(argument);
                }
                if seen.insert(argument) {
                    pending.push(argument);
                }
            }
        }
        unknowns.nodes.sort_unstable();
        unknowns
    }
}
