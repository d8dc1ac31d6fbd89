//! The order in which Keras lists the layers of a functional model.

/// The positions of the layers in the order of Keras 3's `map_graph`: by their distance from the output, the farthest first,
/// and those of one distance in the order in which a search from the output meets them.
///
/// `inputs` has for each layer the positions of those it reads; the last layer is the output, and all others lead to it.
pub(super) fn of(inputs: &[Vec<usize>]) -> Vec<usize> {
    let mut met = vec![None; inputs.len()];
    let (mut finished, mut count) = (Vec::with_capacity(inputs.len()), 0);
    // Each layer on the way, and how many of its inputs have been gone to.
    let mut way: Vec<(usize, usize)> = Vec::new();
    let mut next = inputs.len().checked_sub(1);
    loop {
        if let Some(layer) = next.take().filter(|&layer| met[layer].is_none()) {
            met[layer] = Some(count);
            count += 1;
            way.push((layer, 0));
        }
        let Some((layer, gone)) = way.last_mut() else { break };
        next = inputs[*layer].get(*gone).copied();
        *gone += 1;
        if next.is_none() {
            finished.push(*layer);
            way.pop();
        }
    }
    let mut distances = vec![0; inputs.len()];
    for &layer in finished.iter().rev() {
        for &input in &inputs[layer] {
            distances[input] = distances[input].max(distances[layer] + 1);
        }
    }
    finished.sort_by_key(|&layer| (std::cmp::Reverse(distances[layer]), met[layer]));
    finished
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keras 3.15 lists the layers of this network so: the branch that is longer comes first.
    #[test]
    fn layers_stand_by_their_distance_from_the_output() {
        // 0 → 1 → 2 → 3 → 5 and 1 → 4 → 5, 5 → 6.
        let inputs = [vec![], vec![0], vec![1], vec![2], vec![1], vec![4, 3], vec![5]];
        assert_eq!(of(&inputs), [0, 1, 2, 4, 3, 5, 6]);
        assert_eq!(of(&[vec![], vec![0]]), [0, 1]);
    }
}
