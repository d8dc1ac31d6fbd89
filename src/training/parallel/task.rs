//! The messages to a helper: the network once, then one task for each step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::step::StepKind;
use crate::data::Shard;
use crate::network::ModelConfig;
use crate::optimizers::Loss;

/// What a helper needs to know about a model before its first task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) network: ModelConfig,
    pub(crate) classes: usize,
    pub(crate) loss: Loss,
}

/// One helper's part of a step, in a form that can be sent to another thread.
#[derive(Debug, Clone)]
pub struct Task {
    /// Everything except pixels and weights, as JSON.
    pub description: String,
    /// RGB8, one picture after another.
    pub pixels: Vec<u8>,
    /// Each weight of the network, in its order; `None` if they are those of the task before.
    pub weights: Option<Arc<Vec<Vec<f32>>>>,
}

/// The description of a [`Task`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Description {
    pub(super) kind: StepKind,
    pub(super) shard: Shard,
}

impl Task {
    pub(crate) fn new(kind: StepKind, mut shard: Shard, weights: Option<Arc<Vec<Vec<f32>>>>) -> Self {
        let pixels = std::mem::take(&mut shard.pixels);
        let description = serde_json::to_string(&Description { kind, shard }).expect("plain data is JSON");
        Self { description, pixels, weights }
    }
}
