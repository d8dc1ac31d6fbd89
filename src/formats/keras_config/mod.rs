//! Reads a network as Keras describes it in JSON: in `.keras` and `.h5` files, and in TensorFlow.js's `model.json`.
//!
//! Keras 2 and Keras 3 spell the same thing in two ways, and both are read. All errors are clauses that complete "This …
//! file", because the formats that hold such a description call themselves differently.

mod blocks;
mod calls;
mod described;
mod graph;
mod layer;
mod logits;
mod loss;
mod paths;
mod version;

pub(crate) use described::{Described, read};
pub(crate) use paths::numbered;
pub(crate) use version::Version;
