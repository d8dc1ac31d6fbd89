//! What a file of another tool holds, where a library of some size takes it apart.

use std::collections::BTreeMap;

/// A tensor of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileTensor {
    /// Its path in the file.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its numbers, the last axis fastest.
    pub values: Vec<f32>,
}

/// All that is in a file: texts and tensors by name. In the page a part of its own makes this of the file's bytes, and bytes of
/// this, so that what trains need not hold a library for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileContents {
    /// JSON, by its name.
    pub texts: BTreeMap<String, String>,
    /// The tensors.
    pub tensors: Vec<FileTensor>,
}
