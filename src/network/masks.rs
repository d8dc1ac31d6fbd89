//! The masks of dropout, where one thread computes several parts of a batch.

use burn::tensor::Tensor;

/// The masks of a step. A mask is drawn for the whole batch, so the first part draws it and the others take it over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Masks {
    /// In the order of the layers, flat.
    drawn: Vec<Tensor<1>>,
    next: usize,
}

impl Masks {
    /// The next part begins.
    pub(crate) fn restart(&mut self) {
        self.next = 0;
    }

    /// The mask of the next layer, drawn if no part before has drawn it.
    pub(crate) fn take_or<const D: usize>(&mut self, shape: [usize; D], draw: impl FnOnce() -> Tensor<D>) -> Tensor<D> {
        let at = self.next;
        self.next += 1;
        if let Some(mask) = self.drawn.get(at) {
            return mask.clone().reshape(shape);
        }
        let mask = draw();
        self.drawn.push(mask.clone().reshape([shape.iter().product::<usize>()]));
        mask
    }
}
