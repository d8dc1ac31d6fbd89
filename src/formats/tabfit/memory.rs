//! What a network remembers of its training pictures, in a `.tabfit` file: the tensor `memory/vectors`, and its threshold in
//! the header.

use std::sync::Arc;

use burn::tensor::Tensor;
use safetensors::SafeTensors;

use super::container::Entry;
use super::header::MemoryNote;
use super::numbers;
use crate::text::LosslessF64;
use crate::training::state::Model;
use crate::training::state::measured::{MOST_VECTORS, Memory};

/// The name of the tensor, `[pictures, values]`. No weight has it, because weights are named after what they do.
const VECTORS: &str = "memory/vectors";

/// The note and the tensor of what a network remembers; `None` if it remembers nothing.
pub(super) fn entry(model: &Model) -> Option<(MemoryNote, Entry)> {
    let Memory { vectors, width, threshold } = &**model.measured.memory.as_ref()?;
    let note = MemoryNote { threshold: LosslessF64(f64::from(*threshold)) };
    let values = Tensor::from_floats(vectors.as_slice(), &model.network.device);
    Some((note, Entry { name: VECTORS.into(), shape: vec![vectors.len() / width, *width], values }))
}

/// Gives a network what the file remembers for it; `None` if that is of another network or damaged.
pub(super) fn restore(model: &mut Model, note: &MemoryNote, tensors: &SafeTensors<'_>) -> Option<()> {
    let tensor = tensors.tensor(VECTORS).ok()?;
    let &[count, width] = tensor.shape() else { return None };
    let (vectors, threshold) = (numbers::float32(tensor.data()), note.threshold.0 as f32);
    let sound = (1..=MOST_VECTORS).contains(&count)
        && Some(width) == model.vector_width().ok()
        && vectors.iter().all(|value| value.is_finite())
        && threshold.is_finite()
        && threshold > 0.0;
    model.measured.memory = Some(Arc::new(Memory { vectors, width, threshold })).filter(|_| sound);
    sound.then_some(())
}
