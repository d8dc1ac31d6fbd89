//! How a network does on labelled pictures.

pub(crate) mod evaluate;
pub(crate) mod scores;

/// Pictures per step where nobody chooses another number; it changes no result.
pub const BATCH_SIZE: usize = 32;

pub use scores::{ClassScores, Evaluation, Scores};
