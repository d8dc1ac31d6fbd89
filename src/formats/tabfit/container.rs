//! The container of a `.tabfit` file: safetensors, with a header and a checksum in its metadata.

use std::collections::HashMap;
use std::fmt;

use burn::tensor::Tensor;
use crc32fast::Hasher;
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::header::{Header, VERSION, Version};
use super::numbers;
use crate::device::{in_groups, read_all};
use crate::error::{Error, Result};
use crate::network::{Architecture, WeightSpec};
use crate::training::state::Model;

/// A tensor of a file that is written. It is read from its device only when its turn comes.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Tensor<1>,
}

impl Entry {
    /// The weights of a model.
    pub(super) fn weights(model: &Model) -> Vec<Self> {
        let weights = model.architecture().weights().zip(&model.network.weights);
        let entry = |(weight, values): (&WeightSpec, &Tensor<1>)| Self {
            name: weight.name.clone(),
            shape: weight.shape.clone(),
            values: values.clone(),
        };
        weights.map(entry).collect()
    }

    pub(super) fn flat(name: String, values: Tensor<1>) -> Self {
        Self { name, shape: values.dims().to_vec(), values }
    }
}

/// The error for a file that cannot be used.
pub(crate) fn broken(what: impl fmt::Display) -> Error {
    Error::ModelFile(format!("This model file {what}; save it again from the page that trained it."))
}

/// Stands in the place of the checksum until that is known.
const NO_SUM: &str = "00000000";

/// Writes a file of these tensors; `header` is `None` in a file of weights only. Beside the file, no more than what is
/// read at once is in memory.
pub(super) async fn write(header: Option<&Header>, mut entries: Vec<Entry>) -> Result<Vec<u8>> {
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let header = header.map(|header| serde_json::to_string(header).expect("plain data always serialises"));
    let metadata = header
        .clone()
        .map(|header| HashMap::from([("tabfit".to_string(), header), ("crc32".to_string(), NO_SUM.to_string())]));
    let mut end = 0;
    let tensors = entries.iter().map(|Entry { name, shape, values }| {
        let start = end;
        end += bytes_of(values);
        (name.clone(), TensorInfo { dtype: Dtype::F32, shape: shape.clone(), data_offsets: (start, end) })
    });
    let tensors = tensors.collect();
    let mut table = Metadata::new(metadata, tensors)
        .and_then(|table| serde_json::to_string(&table).map_err(SafeTensorError::InvalidHeaderDeserialization))
        .map_err(|error| not_written(&error))?;
    table.extend(std::iter::repeat_n(' ', table.len().next_multiple_of(8) - table.len()));

    let mut file = Vec::with_capacity(8 + table.len() + end);
    file.extend((table.len() as u64).to_le_bytes());
    file.extend(table.as_bytes());
    let mut checksum = Checksum::new(header.as_deref().unwrap_or_default());
    for group in in_groups(&entries, |entry| bytes_of(&entry.values)) {
        let tensors: Vec<_> = group.iter().map(|entry| entry.values.clone()).collect();
        for (Entry { name, shape, .. }, values) in group.iter().zip(read_all(&tensors).await?) {
            let start = file.len();
            file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            checksum.add(name, shape, &file[start..]);
        }
    }
    // In the header, which is a string in this table, quotation marks have backslashes before them.
    let entry = format!("\"crc32\":\"{NO_SUM}\"");
    if let Some(at) = table.find(&entry) {
        let at = 8 + at + entry.len() - 1 - NO_SUM.len();
        file[at..at + NO_SUM.len()].copy_from_slice(checksum.text().as_bytes());
    }
    Ok(file)
}

fn bytes_of(values: &Tensor<1>) -> usize {
    values.dims()[0] * size_of::<f32>()
}

pub(crate) fn not_written(error: &SafeTensorError) -> Error {
    Error::ModelFile(format!("The network could not be written ({error})."))
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
    if entry("crc32") != Some(&checksum(json, &tensors)) || tensors.iter().any(|(_, view)| view.dtype() != Dtype::F32) {
        return Err(broken("is damaged: its checksum does not fit"));
    }
    let header = serde_json::from_str(json).map_err(|error| broken(format!("has a damaged description ({error})")))?;
    Ok((header, tensors))
}

/// The checksum that a file with this header and these tensors should have.
pub(crate) fn checksum(header: &str, tensors: &SafeTensors<'_>) -> String {
    let mut views = tensors.tensors();
    views.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    let mut checksum = Checksum::new(header);
    for (name, view) in &views {
        checksum.add(name, view.shape(), view.data());
    }
    checksum.text()
}

/// The CRC-32 of the header and of all tensors, in the order of their names.
struct Checksum(Hasher);

impl Checksum {
    fn new(header: &str) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(header.as_bytes());
        Self(hasher)
    }

    fn add(&mut self, name: &str, shape: &[usize], bytes: &[u8]) {
        self.0.update(name.as_bytes());
        for &length in shape {
            self.0.update(&(length as u64).to_le_bytes());
        }
        self.0.update(bytes);
    }

    fn text(self) -> String {
        format!("{:08x}", self.0.finalize())
    }
}

/// The weights of a network in the layout of the device; an error is a clause about the file.
pub(crate) fn weights(architecture: &Architecture, tensors: &SafeTensors<'_>) -> Result<Vec<Vec<f32>>, String> {
    architecture.weights().map(|weight| values(weight, tensors)).collect()
}

/// The values of one weight, narrow ones widened; an error is a clause about the file.
pub(crate) fn values(weight: &WeightSpec, tensors: &SafeTensors<'_>) -> Result<Vec<f32>, String> {
    let tensor = tensors.tensor(&weight.name).map_err(|_| format!("lacks the weight {}", weight.name))?;
    if tensor.shape() != weight.shape {
        return Err(format!("holds {} in another shape than its layer needs", weight.name));
    }
    match tensor.dtype() {
        Dtype::F32 => Ok(numbers::float32(tensor.data())),
        Dtype::F16 => Ok(numbers::float16(tensor.data())),
        Dtype::BF16 => Ok(numbers::bfloat16(tensor.data())),
        other => Err(format!("holds {} as {other:?}; F32, F16 and BF16 are read", weight.name)),
    }
}
