//! Reads and writes Keras's `.keras` and `.h5` files: what they hold, not what it means.
//!
//! A file becomes texts and tensors by name, and `tabfit` makes a network of them. In the page this crate is a part of its own
//! (`parts/formats`), which is loaded once such a file is met, because it weighs as much as a sixth of all that trains.
//!
//! Nobody vouches for such a file. Nothing is allocated beyond a gigabyte of numbers, and nothing that a file claims is
//! believed before it is compared with the file's length. All errors are clauses that complete "This Keras file …".

mod bytes;
mod handover;
mod hdf5;
mod keras;

use std::collections::BTreeMap;

pub use bytes::Bytes;
pub use handover::FILES as HANDOVER;
pub use keras::{KerasFile, write};

/// A tensor without its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the file.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
}

/// A tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its path in the file.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its numbers, the last axis fastest; numbers of 16 and 64 bits become 32-bit ones.
    pub values: Vec<f32>,
}

/// All that is in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    /// JSON, by its name: `config.json` describes the network, `metadata.json` has the version of Keras, `compile_config.json` the
    /// arguments of `compile`, where they are not in the description.
    pub texts: BTreeMap<String, String>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
}

/// Reads a `.keras`, `.h5` or `.weights.h5` file whole.
///
/// # Errors
///
/// A clause that completes "This Keras file …".
pub fn read(bytes: impl Bytes) -> Result<Contents, String> {
    let file = KerasFile::open(bytes)?;
    let tensor = |(index, entry): (usize, &Entry)| {
        Ok(Tensor { name: entry.name.clone(), shape: entry.shape.clone(), values: file.values(index)? })
    };
    let tensors = file.entries().iter().enumerate().map(tensor).collect::<Result<_, String>>()?;
    Ok(Contents { texts: file.texts().clone(), tensors })
}
