//! Sizes that are not numbers yet, and which of them are the same.

use std::collections::HashMap;

/// Names for open sizes, in the order in which they are given.
const NAMES: [&str; 10] = ["m", "n", "k", "l", "p", "q", "r", "s", "t", "d"];

/// A number of rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Size {
    Known(usize),
    /// Open; at least 2, for a size of 1 would make a vector a scalar.
    Open(usize),
}

pub const ONE: Size = Size::Known(1);

/// Rows and columns.
pub type Extent = (Size, Size);

pub const SCALAR: Extent = (ONE, ONE);

/// Open sizes in classes of equal ones.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    classes: Vec<Class>,
    by_name: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
struct Class {
    /// The class that it was made equal to.
    same: Size,
    /// Positions up to here are used.
    least: usize,
}

impl Sizes {
    pub fn fresh(&mut self) -> Size {
        let size = Size::Open(self.classes.len());
        self.classes.push(Class {
            same: size,
            least: 0,
        });
        size
    }

    /// The size that the text calls by that name.
    pub fn named(&mut self, name: &str) -> Size {
        if let Some(&class) = self.by_name.get(name) {
            return Size::Open(class);
        }
        self.by_name.insert(name.to_owned(), self.classes.len());
        self.fresh()
    }

    pub fn is_name(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The number, or the class that stands for all equal ones.
    pub fn resolve(&self, size: Size) -> Size {
        let mut size = size;
        while let Size::Open(class) = size {
            let same = self.classes[class].same;
            if same == size {
                break;
            }
            size = same;
        }
        size
    }

    pub fn resolved(&self, (rows, cols): Extent) -> Extent {
        (self.resolve(rows), self.resolve(cols))
    }

    /// Makes two sizes equal; `false` when they cannot be.
    pub fn unify(&mut self, a: Size, b: Size) -> bool {
        let (a, b) = (self.resolve(a), self.resolve(b));
        // The size that came first stands for both.
        let (a, b) = match (a, b) {
            (Size::Open(first), Size::Open(second)) if first < second => (b, a),
            pair => pair,
        };
        match (a, b) {
            _ if a == b => true,
            (Size::Known(_), Size::Known(_)) => false,
            (Size::Open(class), other) | (other, Size::Open(class)) => {
                let least = self.classes[class].least;
                let fits = match other {
                    Size::Known(number) => number > 1 && number >= least,
                    Size::Open(kept) => {
                        let kept = &mut self.classes[kept];
                        kept.least = kept.least.max(least);
                        true
                    }
                };
                if fits {
                    self.classes[class].same = other;
                }
                fits
            }
        }
    }

    /// A position that is used; `false` when it lies outside.
    pub fn reach(&mut self, size: Size, position: usize) -> bool {
        match self.resolve(size) {
            Size::Known(number) => position <= number,
            Size::Open(class) => {
                let class = &mut self.classes[class];
                class.least = class.least.max(position);
                true
            }
        }
    }

    /// Sizes of which single positions are used become the largest of these.
    pub fn settle(&mut self) {
        for k in 0..self.classes.len() {
            let least = self.classes[k].least;
            if self.resolve(Size::Open(k)) == Size::Open(k) && least > 1 {
                self.classes[k].same = Size::Known(least);
            }
        }
    }

    /// The classes that are still open, and their names, which are none of `taken`.
    pub fn open(&self, taken: &dyn Fn(&str) -> bool) -> Vec<(usize, String)> {
        let open: Vec<usize> = (0..self.classes.len())
            .filter(|&k| self.resolve(Size::Open(k)) == Size::Open(k))
            .collect();
        let used = |name: &str| taken(name) || self.is_name(name);
        // A single size is n.
        let order: &[&str] = if open.len() == 1 { &NAMES[1..] } else { &NAMES };
        let mut free = order.iter().filter(|name| !used(name));
        let given = |class: usize| {
            let mut named = self.by_name.iter();
            named.find(|(_, k)| self.resolve(Size::Open(**k)) == Size::Open(class))
        };
        open.into_iter()
            .map(|class| {
                let name = match given(class) {
                    Some((name, _)) => name.clone(),
                    None => free
                        .next()
                        .map_or(format!("n_{class}"), |n| (*n).to_owned()),
                };
                (class, name)
            })
            .collect()
    }

    /// What the text calls sizes.
    pub fn names(&self) -> impl Iterator<Item = (&str, Size)> {
        let names = self.by_name.iter();
        let mut names: Vec<(&str, Size)> = names
            .map(|(name, class)| (name.as_str(), self.resolve(Size::Open(*class))))
            .collect();
        names.sort_by_key(|(name, _)| name.to_owned());
        names.into_iter()
    }
}
