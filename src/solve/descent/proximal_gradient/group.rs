//! w*|x_G - p|₂ of a group of entries.

#[derive(Clone, Debug)]
pub struct Group {
    pub members: Vec<usize>,
    /// p.
    pub centre: Vec<f64>,
    pub weight: f64,
}

/// Where a group stands at the solution, as far as a point tells.
#[derive(Clone, Debug)]
pub enum GroupBranch {
    /// At its centre.
    Held,
    /// Away from it: the direction u and the distance r. The slope is w*u, the second derivative
    /// w/r*(I - u*u').
    Away { direction: Vec<f64>, distance: f64 },
}

impl Group {
    /// Replaces z by argmin_y w*|y - p| + |y - z|²/(2 step) on the group.
    pub fn prox(&self, z: &mut [f64], step: f64) {
        let distance = self.distance(z);
        let factor = if distance > step * self.weight {
            1.0 - step * self.weight / distance
        } else {
            0.0
        };
        for (&k, p) in self.members.iter().zip(&self.centre) {
            z[k] = p + factor * (z[k] - p);
        }
    }

    pub fn value(&self, x: &[f64]) -> f64 {
        self.weight * self.distance(x)
    }

    fn distance(&self, x: &[f64]) -> f64 {
        let pairs = self.members.iter().zip(&self.centre);
        let squares = pairs.map(|(&k, p)| (x[k] - p).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// The branch at a proximal point y, with direction and distance taken at x where x is away
    /// from the centre.
    pub fn branch(&self, y: &[f64], x: &[f64]) -> GroupBranch {
        if self.distance(y) == 0.0 {
            return GroupBranch::Held;
        }
        let at = if self.distance(x) > 0.0 { x } else { y };
        let distance = self.distance(at);
        let pairs = self.members.iter().zip(&self.centre);
        GroupBranch::Away {
            direction: pairs.map(|(&k, p)| (at[k] - p) / distance).collect(),
            distance,
        }
    }
}
