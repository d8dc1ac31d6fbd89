//! How a network does on labelled pictures.

pub(crate) mod evaluate;
pub(crate) mod scores;

pub use scores::{ClassScores, Evaluation, Scores};
