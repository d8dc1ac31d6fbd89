//! TensorFlow Lite, which Google now calls LiteRT: one file for phones and small computers.

mod activations;
mod graph;
mod layers;
mod operator;
mod schema;
pub(crate) mod write;
