//! Keras's `compile` and `fit`: the loop, what it is told to do, and what watches and steers it.

pub mod callbacks;
pub(crate) mod checkpoint;
pub mod class_weight;
pub mod config;
mod fine_tune;
pub mod fit;
pub mod history;
pub mod model;
pub mod parallel;
pub mod plan;
