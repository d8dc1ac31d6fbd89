//! Evaluates a network on labelled pictures: metrics, confusion matrix and scores of each class.

mod details;
pub(crate) mod evaluate;
mod grad_cam;
mod inside;
mod predict;
pub(crate) mod scores;
mod unlike;

/// The number of pictures per step if the caller gives none; no result depends on it.
pub const BATCH_SIZE: usize = 32;

pub use details::Details;
pub use grad_cam::GradCam;
pub use inside::{Inside, Tiles};
pub use predict::{Answer, Prediction};
pub use scores::{ClassScores, Evaluation, Scores};
