//! The weights of frozen layers in a file of their own, so that the checkpoints of a run do not repeat what it never changes.

use burn::tensor::{Device, Tensor};
use safetensors::SafeTensors;

use super::container::{self, Entry};
use super::numbers::float32;
use crate::error::{Error, Result};
use crate::training::state::Model;

/// The weights that no run of this model changes, as a safetensors file.
pub(crate) async fn save_frozen(model: &Model) -> Result<Vec<u8>> {
    container::write(None, weights(model, false)).await
}

/// The weights that a run can change, or those that stay.
pub(super) fn weights(model: &Model, moving: bool) -> Vec<Entry> {
    let all = Entry::weights(model).into_iter().zip(model.architecture().moving());
    all.filter(|(_, moves)| *moves == moving).map(|(entry, _)| entry).collect()
}

/// By which a checkpoint knows the file of its frozen weights.
pub(crate) fn checksum(frozen: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(frozen))
}

/// A whole `.tabfit` file, from a checkpoint and the file with the weights of its frozen layers. A checkpoint that has all
/// weights is returned as it is.
///
/// # Errors
///
/// One of them is damaged, or the frozen weights are those of another run.
pub(crate) async fn join(checkpoint: &[u8], frozen: &[u8]) -> Result<Vec<u8>> {
    let (mut header, moving) = container::open(checkpoint)?;
    let Some(expected) = header.frozen.take() else { return Ok(checkpoint.to_vec()) };
    let fits = checksum(frozen) == expected;
    let is_apart = |fixed: &SafeTensors<'_>| fixed.names().into_iter().all(|name| moving.tensor(name).is_err());
    let fixed = SafeTensors::deserialize(frozen).ok().filter(|fixed| fits && is_apart(fixed)).ok_or_else(|| {
        let sentence = "The weights of the frozen layers, which the run keeps in a file of their own, are cut off, damaged or of another run; fit anew.";
        Error::ModelFile(sentence.into())
    })?;
    let entry = |(name, view): (String, safetensors::tensor::TensorView<'_>)| Entry {
        name,
        shape: view.shape().to_vec(),
        values: Tensor::from_floats(float32(view.data()).as_slice(), &Device::flex()),
    };
    let entries = moving.tensors().into_iter().chain(fixed.tensors()).map(entry).collect();
    container::write(Some(&header), entries).await
}
