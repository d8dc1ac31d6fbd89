//! Reads what a network has learnt before: the weights of all its layers but the last, which is new for each set of classes.
//!
//! Such a file is a safetensors file in Keras's names and layouts. In its metadata, `pretrained` says in JSON for which
//! network it is, and `crc32` is a checksum as in a `.tabfit` file. `scripts/pretrained/make.py` writes it.

use safetensors::SafeTensors;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::formats::shared::refusal;
use crate::formats::tabfit::container;
use crate::network::{Architecture, WeightSpec};

/// The newest version of such a file that is understood.
const VERSION: u64 = 1;

/// What the file says of itself; the rest of its description is for people.
#[derive(Deserialize)]
struct Description {
    version: u64,
    network: String,
}

fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("file of pretrained weights", clause.as_ref())
}

/// The values of all weights before the last layer that has some, in their order.
///
/// # Errors
///
/// The file is cut off, damaged, newer, of another kind, or for another network.
pub(crate) fn read(bytes: &[u8], architecture: &Architecture) -> Result<Vec<Vec<f32>>> {
    let damaged = |_| refused("is cut off, damaged, or of another kind");
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let entry = |name| header.metadata().as_ref().and_then(|entries| entries.get(name));
    let json = entry("pretrained").ok_or_else(|| {
        refused("does not say which network has learnt them; to open a network that was saved, use load or import")
    })?;
    let Description { version, network } =
        serde_json::from_str(json).map_err(|error| refused(format!("has a damaged entry \"pretrained\" ({error})")))?;
    if version > VERSION {
        return Err(refused(format!(
            "has version {version}, newer than this program understands ({VERSION}); reload the page, or take a newer tabfit"
        )));
    }
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    if entry("crc32") != Some(&container::checksum(json, &tensors)) {
        return Err(refused("is damaged: its checksum does not fit; load it again"));
    }
    let other = |clause: String| refused(format!("belongs to {network} and not to this network: it {clause}"));
    let body = before_the_head(architecture);
    let values: Vec<_> =
        body.iter().map(|weight| container::values(weight, &tensors)).collect::<Result<_, _>>().map_err(other)?;
    match tensors.names().into_iter().find(|&name| body.iter().all(|weight| weight.name != name)) {
        None => Ok(values),
        Some(name) => Err(other(format!("holds {name}, which is no weight of a layer before the last one"))),
    }
}

/// The weights of every layer before the last one that has weights.
fn before_the_head(architecture: &Architecture) -> Vec<&WeightSpec> {
    let with_weights = || architecture.layers.iter().filter(|layer| !layer.weights.is_empty());
    with_weights().take(with_weights().count().saturating_sub(1)).flat_map(|layer| &layer.weights).collect()
}
