//! The order in which Keras lists the layers of a network and their weights.

use crate::network::{Architecture, WeightSpec};

impl Architecture {
    /// Every weight in the order of Keras's `model.weights`, with its index among [`Self::weights`].
    pub(crate) fn weights_as_in_keras(&self) -> Vec<(usize, &WeightSpec)> {
        let mut weights = Vec::new();
        for index in self.order_of_keras() {
            let layer = &self.layers[index];
            for (at, weight) in layer.weights.iter().enumerate() {
                weights.push((layer.first + at, weight));
            }
        }
        weights
    }

    /// The indices of the layers in the order of Keras's `model.layers`: a layer comes before another one if more layers lie between
    /// it and the output, along the longest way. Of those equally far, the one comes first that is reached first from the output.
    fn order_of_keras(&self) -> Vec<usize> {
        let count = self.layers.len();
        let mut distance = vec![0; count];
        for (index, layer) in self.layers.iter().enumerate().rev() {
            for &input in layer.inputs.iter().flatten() {
                distance[input] = distance[input].max(distance[index] + 1);
            }
        }
        let (mut reached, mut waiting) = (Vec::new(), vec![count - 1]);
        while let Some(index) = waiting.pop() {
            if !reached.contains(&index) {
                reached.push(index);
                waiting.extend(self.layers[index].inputs.iter().flatten().rev());
            }
        }
        // No way is longer than the network. Where a library sorts, the program is larger by more than this takes.
        let mut order = Vec::with_capacity(count);
        for far in (0..count).rev() {
            order.extend(reached.iter().copied().filter(|&index| distance[index] == far));
        }
        order
    }
}
