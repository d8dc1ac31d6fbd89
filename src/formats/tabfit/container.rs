//! The container of a `.tabfit` file: safetensors, with a header and a checksum in its metadata.

use std::collections::HashMap;
use std::fmt;

use crc32fast::Hasher;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::header::{Header, VERSION, Version};
use crate::error::{Error, Result};
use crate::network::{Architecture, WeightSpec};

pub(crate) struct Entry {
    pub(crate) name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        Self { name, shape, bytes: values.iter().copied().flat_map(f32::to_le_bytes).collect() }
    }

    pub(crate) fn weight(weight: &WeightSpec, values: &[f32]) -> Self {
        Self::new(weight.name.clone(), weight.shape.clone(), values)
    }
}

/// The error for a file that cannot be used.
pub(crate) fn broken(what: impl fmt::Display) -> Error {
    Error::ModelFile(format!("This model file {what}; save it again from the page that trained it."))
}

/// Writes a file of these tensors; `header` is `None` in a file of weights only.
pub(super) fn write(header: Option<&Header>, entries: &[Entry]) -> Result<Vec<u8>> {
    let metadata = header.map(|header| {
        let header = serde_json::to_string(header).expect("plain data always serialises");
        let sum =
            checksum(&header, entries.iter().map(|entry| (entry.name.as_str(), &entry.shape[..], &entry.bytes[..])));
        HashMap::from([("tabfit".to_string(), header), ("crc32".to_string(), format!("{sum:08x}"))])
    });
    serialize(metadata, entries)
}

pub(crate) fn serialize(metadata: Option<HashMap<String, String>>, entries: &[Entry]) -> Result<Vec<u8>> {
    let views = entries.iter().map(|Entry { name, shape, bytes }| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a weight fills its shape"))
    });
    safetensors::serialize(views, metadata)
        .map_err(|error| Error::ModelFile(format!("The network could not be written ({error}).")))
}

/// Whether the header of a safetensors file holds an entry.
pub(crate) fn has(bytes: &[u8], entry: &str) -> bool {
    let metadata = SafeTensors::read_metadata(bytes).ok().and_then(|(_, header)| header.metadata().clone());
    metadata.is_some_and(|metadata| metadata.contains_key(entry))
}

/// Opens a file and checks its checksum.
pub(super) fn open(bytes: &[u8]) -> Result<(Header, SafeTensors<'_>)> {
    let (_, metadata) =
        SafeTensors::read_metadata(bytes).map_err(|_| broken("is cut off, damaged, or not a model file"))?;
    let entry = |name| metadata.metadata().as_ref().and_then(|entries| entries.get(name));
    let json = entry("tabfit").ok_or_else(|| broken("was not made by tabfit"))?;
    // The version is read first, because the rest of the header may differ in a newer version.
    if let Ok(Version { version }) = serde_json::from_str(json)
        && version > u64::from(VERSION)
    {
        return Err(Error::ModelFile(format!(
            "This model file has version {version}, newer than this page understands ({VERSION}); reload the page."
        )));
    }
    let tensors = SafeTensors::deserialize(bytes).map_err(|_| broken("is cut off or damaged"))?;
    let views = tensors.tensors();
    let sum = checksum(json, views.iter().map(|(name, view)| (name.as_str(), view.shape(), view.data())));
    if entry("crc32") != Some(&format!("{sum:08x}")) || views.iter().any(|(_, view)| view.dtype() != Dtype::F32) {
        return Err(broken("is damaged: its checksum does not fit"));
    }
    let header = serde_json::from_str(json).map_err(|error| broken(format!("has a damaged description ({error})")))?;
    Ok((header, tensors))
}

/// The CRC-32 of the header and of all tensors, in the order of their names.
pub(crate) fn checksum<'a>(header: &str, tensors: impl Iterator<Item = (&'a str, &'a [usize], &'a [u8])>) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(header.as_bytes());
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_unstable_by_key(|(name, ..)| *name);
    for (name, shape, bytes) in tensors {
        hasher.update(name.as_bytes());
        for &length in shape {
            hasher.update(&(length as u64).to_le_bytes());
        }
        hasher.update(bytes);
    }
    hasher.finalize()
}

/// The weights of a network in the layout of the device; an error is a clause about the file.
pub(crate) fn weights(architecture: &Architecture, tensors: &SafeTensors<'_>) -> Result<Vec<Vec<f32>>, String> {
    let weight = |weight: &WeightSpec| {
        let tensor = tensors.tensor(&weight.name).map_err(|_| format!("lacks the weight {}", weight.name))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != weight.shape {
            return Err(format!("holds {} in another shape than its layer needs", weight.name));
        }
        Ok(floats(tensor.data()))
    };
    architecture.weights().map(weight).collect()
}

pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("chunks of four bytes"))).collect()
}
