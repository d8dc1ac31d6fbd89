//! What is folded into the convolutions of a network, once for all pictures that are computed with the same weights.

use std::collections::HashMap;

use burn::tensor::Tensor;

use crate::network::{Folded, Mode, Node};

/// What is folded into the convolutions, computed when it is first needed; for one mode, and as long as no weight changes.
#[derive(Debug, Default)]
pub(crate) struct Folds(HashMap<usize, Folded>);

impl Folds {
    /// What is folded into the layer with this index.
    pub(super) fn of(&mut self, index: usize, layer: &Node, mode: Mode, weights: &[Tensor<1>]) -> Option<Folded> {
        if let Some(folded) = self.0.get(&index) {
            return Some(folded.clone());
        }
        let folded = layer.folded(mode, weights)?;
        self.0.insert(index, folded.clone());
        Some(folded)
    }
}
