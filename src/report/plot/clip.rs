//! The parts of a path that lie in a window.

/// Ranges of both coordinates.
pub type Window = ((f64, f64), (f64, f64));

type Point = (f64, f64);

pub fn is_inside(point: Point, (x, y): Window) -> bool {
    (x.0..=x.1).contains(&point.0) && (y.0..=y.1).contains(&point.1)
}

/// The path as it is seen through the window; it is cut where it leaves, and at points that are
/// not finite.
pub fn pieces(path: &[Point], window: Window) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for pair in path.windows(2) {
        let Some((from, to)) = visible(pair[0], pair[1], window) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            Some(_) | None => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of the way from one point to another inside the window (Y.-D. Liang and B. Barsky, 1984).
fn visible(from: Point, to: Point, (x, y): Window) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if !(dx.is_finite() && dy.is_finite()) {
        return None;
    }
    let mut shares = (0.0f64, 1.0f64);
    for (place, way, range) in [(from.0, dx, x), (from.1, dy, y)] {
        if way == 0.0 {
            if !(range.0..=range.1).contains(&place) {
                return None;
            }
            continue;
        }
        let (a, b) = ((range.0 - place) / way, (range.1 - place) / way);
        shares = (shares.0.max(a.min(b)), shares.1.min(a.max(b)));
    }
    let at = |t: f64| match t {
        0.0 => from,
        1.0 => to,
        t => (from.0 + t * dx, from.1 + t * dy),
    };
    (shares.0 <= shares.1).then(|| (at(shares.0), at(shares.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Window = ((0.0, 1.0), (0.0, 1.0));

    #[test]
    fn a_path_that_leaves_is_cut_at_the_edge() {
        let path = [(0.5, 0.5), (0.5, 0.75), (0.5, 2.75), (9.0, 9.0)];
        assert_eq!(
            pieces(&path, UNIT),
            [vec![(0.5, 0.5), (0.5, 0.75), (0.5, 1.0)]]
        );
    }

    #[test]
    fn a_path_that_comes_back_is_seen_again() {
        let path = [(0.5, 0.5), (2.5, 0.5), (0.5, 0.25)];
        let seen = pieces(&path, UNIT);
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0], [(0.5, 0.5), (1.0, 0.5)]);
        assert_eq!(seen[1].last(), Some(&(0.5, 0.25)));
    }

    #[test]
    fn a_path_that_crosses_is_seen_between_the_edges() {
        assert_eq!(
            pieces(&[(-1.0, 0.5), (3.0, 0.5)], UNIT),
            [vec![(0.0, 0.5), (1.0, 0.5)]]
        );
        assert!(pieces(&[(-1.0, 0.5), (0.5, 3.0)], UNIT).is_empty());
        assert!(pieces(&[(0.5, 0.5), (f64::NAN, 0.5)], UNIT).is_empty());
        assert!(pieces(&[(0.5, 0.5), (0.5, f64::INFINITY)], UNIT).is_empty());
    }
}
