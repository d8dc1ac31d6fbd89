//! Evaluates a network on labelled pictures: metrics, confusion matrix and scores of each class.

pub(crate) mod evaluate;
mod inside;
mod predict;
pub(crate) mod scores;

/// The number of pictures per step if the caller gives none; no result depends on it.
pub const BATCH_SIZE: usize = 32;

pub use inside::{Inside, Tiles};
pub use predict::Prediction;
pub use scores::{ClassScores, Evaluation, Scores};
