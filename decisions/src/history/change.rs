//! What a person changed while a run went on.

use serde::{Deserialize, Serialize};

/// A number of a run that a person changed between two steps. It holds from the next step on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The epoch of the next step, counted from 1.
    pub epoch: usize,
    /// The number of steps that this epoch had before; with 0, the change came before the callbacks of its beginning.
    pub step: usize,
    /// What was changed.
    pub what: Changed,
    /// The layer whose dropout was changed; `None` for the learning rate.
    pub layer: Option<String>,
    /// The number before.
    pub from: f64,
    /// The number from the next step on.
    pub to: f64,
}

/// What can be changed while a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Changed {
    /// The learning rate of the optimizer.
    LearningRate,
    /// The rate of a layer `Dropout` or `SpatialDropout2D`.
    Dropout,
}
