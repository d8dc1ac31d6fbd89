//! The tensors and texts of an HDF5 file.

use half::{bf16, f16};
use hdf5_pure::{AttrValue, DType, Dataset, Error, File, FormatError, Group, Layout};

use crate::Entry;
use crate::bytes::Piece;

/// The most groups and datasets that are listed, and how deep one lies in another. A group may contain itself.
const MOST_OBJECTS: usize = 100_000;
const MOST_DEPTH: usize = 32;
/// The most numbers of a file, 1 GB of them.
const MOST_VALUES: u64 = 1 << 28;
/// No packing makes a file smaller than this share of its numbers: deflate's own limit is 1032.
const MOST_GROWTH: u64 = 1032;
/// What an optimizer remembers is not read, nor a layer's random state.
const UNREAD: [&str; 3] = ["optimizer", "optimizer_weights", "seed_generator"];

/// An open file.
pub(crate) struct Hdf5 {
    file: File,
    /// The tensors of floating-point numbers; the others are counters.
    pub(crate) entries: Vec<Entry>,
}

impl Hdf5 {
    /// Lists what is in the file.
    pub(crate) fn open(piece: Piece) -> Result<Self, String> {
        let length = piece.length();
        let file = File::from_source(piece).map_err(damaged)?;
        let mut hdf5 = Self { file, entries: Vec::new() };
        let (mut objects, mut values) = (0, 0u64);
        hdf5.list(&hdf5.file.root(), "", 0, &mut objects, &mut |dataset, count| {
            values = values.saturating_add(count);
            check_size(dataset, count, values, length)
        })?;
        Ok(hdf5)
    }

    /// Adds the tensors of a group, and of those in it, in the order of their names.
    fn list(
        &mut self,
        group: &Group,
        path: &str,
        depth: usize,
        objects: &mut usize,
        check: &mut dyn FnMut(&Dataset, u64) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut groups: Vec<_> = group.iter_groups().map_err(|error| unlisted(error, path))?.collect();
        let mut datasets: Vec<_> = group.iter_datasets().map_err(damaged)?.collect();
        *objects += groups.len() + datasets.len();
        if *objects > MOST_OBJECTS || depth > MOST_DEPTH {
            return Err("holds groups without end".into());
        }
        groups.sort_by(|(one, _), (other, _)| one.cmp(other));
        datasets.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, dataset) in datasets {
            if !is_read(&dataset)? {
                continue;
            }
            let shape = dataset.shape().map_err(damaged)?;
            let count = shape.iter().try_fold(1u64, |count, &axis| count.checked_mul(axis)).unwrap_or(u64::MAX);
            let name = format!("{path}{name}");
            check(&dataset, count).map_err(|clause| format!("holds {name}, {clause}"))?;
            self.entries.push(Entry { name, shape: shape.into_iter().map(|axis| axis as usize).collect() });
        }
        for (name, inside) in groups {
            if !UNREAD.contains(&name.as_str()) {
                self.list(&inside, &format!("{path}{name}/"), depth + 1, objects, check)?;
            }
        }
        Ok(())
    }

    /// The numbers of a tensor.
    pub(crate) fn values(&self, entry: &Entry) -> Result<Vec<f32>, String> {
        let unread = |error| format!("holds {}, which cannot be read ({error})", entry.name);
        let dataset = self.file.dataset(&entry.name).map_err(unread)?;
        let values = match kind(&dataset)? {
            Some(Kind::Float) => dataset.read_f32().map_err(unread)?,
            Some(Kind::Half) => halves(&dataset.read_raw().map_err(unread)?, |bits| f16::from_bits(bits).to_f32()),
            Some(Kind::Brain) => halves(&dataset.read_raw().map_err(unread)?, |bits| bf16::from_bits(bits).to_f32()),
            None => Vec::new(),
        };
        match values.len() == entry.shape.iter().product::<usize>() {
            true => Ok(values),
            false => Err(format!("holds {}, which is cut off", entry.name)),
        }
    }

    /// A text attribute of the file itself.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, String> {
        let attributes = self.file.root().attrs().map_err(damaged)?;
        Ok(attributes.get(name).and_then(AttrValue::as_str).map(String::from))
    }
}

/// The floating-point numbers that Keras writes.
enum Kind {
    /// Of 32 or 64 bits.
    Float,
    Half,
    /// bfloat16, which HDF5 does not know; Keras notes it beside the numbers.
    Brain,
}

fn kind(dataset: &Dataset) -> Result<Option<Kind>, String> {
    let size = dataset.element_size().map_err(damaged)?;
    let attributes = || dataset.attrs().map_err(damaged);
    Ok(match (dataset.dtype().map_err(damaged)?, size) {
        (DType::F32 | DType::F64, _) => Some(Kind::Float),
        (DType::Other(kind), 2) if matches!(*kind, hdf5_pure::Datatype::FloatingPoint { .. }) => Some(Kind::Half),
        (_, 2) if attributes()?.get("dtype").and_then(AttrValue::as_str) == Some("bfloat16") => Some(Kind::Brain),
        _ => None,
    })
}

/// Whether its numbers are weights.
fn is_read(dataset: &Dataset) -> Result<bool, String> {
    kind(dataset).map(|kind| kind.is_some())
}

/// Compares what a tensor claims to be with the length of the file; the clause completes "holds a, …".
fn check_size(dataset: &Dataset, count: u64, before: u64, length: u64) -> Result<(), String> {
    if count > MOST_VALUES || before > MOST_VALUES {
        return Err("with which it has more than a gigabyte of numbers".into());
    }
    let size = dataset.element_size().map_err(damaged)?;
    let packed = matches!(dataset.layout().map_err(damaged)?, Layout::Chunked { .. });
    match count * size <= length.saturating_mul(if packed { MOST_GROWTH } else { 1 }) {
        true => Ok(()),
        false => Err("which claims more numbers than the file has".into()),
    }
}

/// Why a group cannot be listed. In groups of the older kind, which Keras writes, a soft link is an object that is nowhere.
fn unlisted(error: Error, group: &str) -> String {
    match error {
        Error::Format(FormatError::OffsetOverflow { offset: u64::MAX, .. }) => format!(
            "has a soft link in {}, which leads to something that is not read from there; save the network again with Keras",
            if group.is_empty() { "/" } else { group.trim_end_matches('/') }
        ),
        _ => damaged(error),
    }
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("is cut off or damaged ({error})")
}

fn halves(bytes: &[u8], widened: impl Fn(u16) -> f32) -> Vec<f32> {
    let (halves, _) = bytes.as_chunks::<2>();
    halves.iter().map(|&half| widened(u16::from_le_bytes(half))).collect()
}
