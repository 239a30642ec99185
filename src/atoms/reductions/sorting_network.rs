//! A sorting network: which wires are compared, whatever stands on them.

/// The exchanges of Batcher's merge exchange on `n` wires, largest to the front, in layers of
/// disjoint pairs: about n*log²(n)/4 in all.
///
/// Source: D. E. Knuth, "The art of computer programming", vol. 3, algorithm 5.2.2M.
pub(super) fn layers(n: usize) -> Vec<Vec<(usize, usize)>> {
    let mut layers = Vec::new();
    if n < 2 {
        return layers;
    }
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            let pairs = (0..n - d.min(n)).filter(|i| i & p == r);
            layers.push(pairs.map(|i| (i, i + d)).collect());
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
    layers
}

/// Where the wires stand behind a layer, if its larger and smaller outputs are stacked below all
/// `n` of them.
pub(super) fn outputs(n: usize, layer: &[(usize, usize)]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..n).collect();
    for (k, &(i, j)) in layer.iter().enumerate() {
        (places[i], places[j]) = (n + k, n + layer.len() + k);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::layers;

    #[test]
    fn zeros_and_ones_are_sorted() {
        // By the 0-1 principle all numbers are, then.
        for n in 0..12 {
            for bits in 0..1u32 << n {
                let mut wires: Vec<u32> = (0..n).map(|k| bits >> k & 1).collect();
                for (i, j) in layers(n as usize).into_iter().flatten() {
                    (wires[i], wires[j]) = (wires[i].max(wires[j]), wires[i].min(wires[j]));
                }
                assert!(wires.is_sorted_by(|a, b| a >= b), "{wires:?}");
            }
        }
    }
}
