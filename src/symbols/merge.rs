//! Which open sizes a function needs equal: the fewest equalities under which it takes its arguments.

use super::sizes::{Extent, Size};
use crate::shape::Shape;

/// More open sizes in one call are not tried.
const MOST_OPEN: usize = 6;
/// Numbers in place of open sizes, two for each: a size of the result is that of an argument where it
/// is so for both.
const NUMBERS: [[usize; MOST_OPEN]; 2] = [[17, 19, 23, 29, 31, 37], [41, 53, 47, 43, 61, 59]];

/// What a call comes down to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Merged {
    /// Pairs of sizes that must be equal, and the result's extent.
    Fits(Vec<(Size, Size)>, Extent),
    /// The result has a size that is none of the arguments'.
    NewSize(Vec<(Size, Size)>),
    Refused,
}

/// `shape_of` is the rule of the function for numbers.
pub(super) fn merged(arguments: &[Extent], shape_of: impl Fn(&[Shape]) -> Option<Shape>) -> Merged {
    let mut open: Vec<Size> = Vec::new();
    for size in arguments.iter().flat_map(|(rows, cols)| [*rows, *cols]) {
        if matches!(size, Size::Open(_)) && !open.contains(&size) {
            open.push(size);
        }
    }
    if open.len() > MOST_OPEN {
        return Merged::Refused;
    }
    for blocks in partitions(open.len()) {
        let results = NUMBERS.map(|numbers| {
            let number = |size: Size| match size {
                Size::Known(number) => number,
                Size::Open(_) => {
                    let place = open.iter().position(|o| *o == size).unwrap_or(0);
                    numbers[blocks[place]]
                }
            };
            let shapes = arguments
                .iter()
                .map(|(r, c)| Shape::new(number(*r), number(*c)));
            shape_of(&shapes.collect::<Vec<_>>())
        });
        if let [Some(first), Some(second)] = results {
            return result(&open, &blocks, first, second);
        }
    }
    Merged::Refused
}

fn result(open: &[Size], blocks: &[usize], first: Shape, second: Shape) -> Merged {
    let leader = |block: usize| blocks.iter().position(|b| *b == block).unwrap_or(0);
    let equal: Vec<(Size, Size)> = (0..open.len())
        .map(|k| (open[k], open[leader(blocks[k])]))
        .filter(|(a, b)| a != b)
        .collect();
    let size = |a: usize, b: usize| {
        let block = (0..open.len()).find(|&k| {
            let block = blocks[k];
            NUMBERS[0][block] == a && NUMBERS[1][block] == b
        });
        match block {
            Some(k) => Some(open[k]),
            None => (a == b).then_some(Size::Known(a)),
        }
    };
    match (size(first.rows, second.rows), size(first.cols, second.cols)) {
        (Some(rows), Some(cols)) => Merged::Fits(equal, (rows, cols)),
        _ => Merged::NewSize(equal),
    }
}

/// All ways to put `count` things into blocks, those with most blocks first: the block of each thing,
/// numbered in the order of their first things.
fn partitions(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        let longer = |blocks: &Vec<usize>| {
            let fresh = blocks.iter().max().map_or(0, |most| most + 1);
            let blocks = blocks.clone();
            (0..=fresh).map(move |block| [blocks.clone(), vec![block]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.sort_by_key(|blocks| std::cmp::Reverse(blocks.iter().max().copied()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_counted_by_bell_numbers() {
        let counts: Vec<usize> = (0..=MOST_OPEN).map(|n| partitions(n).len()).collect();
        assert_eq!(counts, [1, 1, 2, 5, 15, 52, 203]);
    }

    #[test]
    fn a_square_matrix_is_found_to_be_needed() {
        let (a, b) = (Size::Open(0), Size::Open(1));
        let square = |shapes: &[Shape]| shapes[0].is_square().then_some(Shape::SCALAR);
        let expected = Merged::Fits(vec![(b, a)], (Size::Known(1), Size::Known(1)));
        assert_eq!(merged(&[(a, b)], square), expected);
    }

    #[test]
    fn a_size_that_is_no_arguments_is_told() {
        let a = Size::Open(0);
        let shorter = |shapes: &[Shape]| Some(Shape::vector(shapes[0].rows - 1));
        assert_eq!(
            merged(&[(a, Size::Known(1))], shorter),
            Merged::NewSize(Vec::new())
        );
    }
}
