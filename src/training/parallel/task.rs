//! The messages to a helper: the network once, with the weights that stay, then one task for each step.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::Shard;
use crate::network::ModelConfig;
use crate::optimizers::Loss;

/// Whether a step trains or evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StepKind {
    /// Computes gradients, with dropout masks from this seed.
    Train { dropout: u64 },
    /// Computes only loss and logits, in inference mode.
    Evaluate,
}

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
    /// Everything except pictures and weights, as JSON.
    pub description: String,
    /// The pictures, or their features; see `Shard::bytes`. Or the numbers that a step waits for.
    pub bytes: Vec<u8>,
    /// Each weight that a run can change, in the order of the network, up to the last layer that the task computes; `None` if
    /// they are those of the task before.
    pub weights: Option<Arc<Vec<Vec<f32>>>>,
}

/// What a helper is to compute.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Work {
    /// Its part of a step by the first `layers` layers, as far as it goes without numbers from other threads.
    Step { kind: StepKind, layers: usize },
    /// The same step, from where it waits on.
    GoOn,
    /// What the first `layers` layers make of its pictures.
    Features { layers: usize },
}

impl Work {
    /// How many of the first layers it takes.
    pub(super) fn layers(self) -> usize {
        match self {
            Self::Step { layers, .. } | Self::Features { layers } => layers,
            Self::GoOn => 0,
        }
    }
}

/// The description of a [`Task`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Description {
    pub(super) work: Work,
    /// `None` for a step that goes on.
    pub(super) shard: Option<Shard>,
}

impl Task {
    pub(super) fn new(work: Work, mut shard: Shard, weights: Option<Arc<Vec<Vec<f32>>>>) -> Self {
        let bytes = std::mem::take(&mut shard.bytes);
        Self { description: described(work, Some(shard)), bytes, weights }
    }

    /// Has a helper go on with its part of a step.
    pub(super) fn go_on(whole: &[f32]) -> Self {
        Self { description: described(Work::GoOn, None), bytes: bytemuck::cast_slice(whole).to_vec(), weights: None }
    }
}

fn described(work: Work, shard: Option<Shard>) -> String {
    serde_json::to_string(&Description { work, shard }).expect("plain data is JSON")
}
