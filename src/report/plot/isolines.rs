//! Lines of equal value on a grid, by marching squares, joined to long lines.

use rustc_hash::FxHashMap;

/// Values at the corners of equal cells, rows from the bottom.
#[derive(Clone, Debug)]
pub struct Grid {
    pub x: (f64, f64),
    pub y: (f64, f64),
    /// Cells to the right and upwards.
    pub cells: (usize, usize),
    /// (cells.0 + 1) * (cells.1 + 1) of them.
    pub values: Vec<f64>,
}

/// An edge of the grid: from the corner (i, j) to the right, or upwards.
type Edge = (usize, usize, bool);

impl Grid {
    pub fn new(
        x: (f64, f64),
        y: (f64, f64),
        cells: (usize, usize),
        mut value: impl FnMut(f64, f64) -> f64,
    ) -> Self {
        let mut grid = Grid {
            x,
            y,
            cells,
            values: Vec::with_capacity((cells.0 + 1) * (cells.1 + 1)),
        };
        for j in 0..=cells.1 {
            for i in 0..=cells.0 {
                let (px, py) = grid.corner(i as f64, j as f64);
                grid.values.push(value(px, py));
            }
        }
        grid
    }

    /// The place of the corner (i, j), fractions included.
    pub fn corner(&self, i: f64, j: f64) -> (f64, f64) {
        let at = |range: (f64, f64), k: f64, n: usize| range.0 + (range.1 - range.0) * k / n as f64;
        (at(self.x, i, self.cells.0), at(self.y, j, self.cells.1))
    }

    pub fn value(&self, i: usize, j: usize) -> f64 {
        self.values[i + j * (self.cells.0 + 1)]
    }

    /// The mean of a cell's corners.
    pub fn middle(&self, i: usize, j: usize) -> f64 {
        let right = self.value(i + 1, j) + self.value(i + 1, j + 1);
        0.25 * (self.value(i, j) + self.value(i, j + 1) + right)
    }

    /// Lines along which the value is `level`.
    pub fn isolines(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        let mut neighbours: FxHashMap<Edge, Vec<Edge>> = FxHashMap::default();
        for j in 0..self.cells.1 {
            for i in 0..self.cells.0 {
                for (a, b) in self.crossings(i, j, level) {
                    neighbours.entry(a).or_default().push(b);
                    neighbours.entry(b).or_default().push(a);
                }
            }
        }
        let mut edges: Vec<Edge> = neighbours.keys().copied().collect();
        // Ends of open lines first, then closed ones; in one order on every machine.
        edges.sort_by_key(|edge| (neighbours[edge].len(), *edge));
        let mut lines = Vec::new();
        for edge in edges {
            let line = self.follow(edge, level, &mut neighbours);
            if line.len() > 1 {
                lines.push(line);
            }
        }
        lines
    }

    /// The line from an edge on, taken out of the map.
    fn follow(
        &self,
        start: Edge,
        level: f64,
        neighbours: &mut FxHashMap<Edge, Vec<Edge>>,
    ) -> Vec<(f64, f64)> {
        let mut line = vec![self.crossing(start, level)];
        let mut edge = start;
        while let Some(next) = neighbours.get_mut(&edge).and_then(Vec::pop) {
            if let Some(back) = neighbours.get_mut(&next)
                && let Some(k) = back.iter().position(|e| *e == edge)
            {
                back.swap_remove(k);
            }
            line.push(self.crossing(next, level));
            edge = next;
        }
        line
    }

    /// Pairs of edges of a cell that the level connects.
    fn crossings(&self, i: usize, j: usize, level: f64) -> Vec<(Edge, Edge)> {
        let above = |i, j| self.value(i, j) > level;
        let corners = [
            above(i, j),
            above(i + 1, j),
            above(i + 1, j + 1),
            above(i, j + 1),
        ];
        let finite = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            .iter()
            .all(|&(i, j)| self.value(i, j).is_finite());
        // Bottom, right, top, left.
        let edges = [
            (i, j, true),
            (i + 1, j, false),
            (i, j + 1, true),
            (i, j, false),
        ];
        let crossed: Vec<Edge> = (0..4)
            .filter(|&k| finite && corners[k] != corners[(k + 1) % 4])
            .map(|k| edges[k])
            .collect();
        match crossed.as_slice() {
            [a, b] => vec![(*a, *b)],
            // A saddle: the middle decides which corners belong together.
            [bottom, right, top, left] if (self.middle(i, j) > level) == corners[0] => {
                vec![(*bottom, *right), (*top, *left)]
            }
            [bottom, right, top, left] => vec![(*left, *bottom), (*right, *top)],
            _ => Vec::new(),
        }
    }

    fn crossing(&self, (i, j, rightwards): Edge, level: f64) -> (f64, f64) {
        let (k, l) = if rightwards { (i + 1, j) } else { (i, j + 1) };
        let (a, b) = (self.value(i, j), self.value(k, l));
        let share = ((level - a) / (b - a)).clamp(0.0, 1.0);
        let (x, y) = (i as f64, j as f64);
        if rightwards {
            self.corner(x + share, y)
        } else {
            self.corner(x, y + share)
        }
    }
}
