//! The header of a `.tabfit` file: everything in it that is not a tensor, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::metrics::MetricConfig;
use crate::network::ModelConfig;
use crate::optimizers::{Loss, OptimizerConfig};
use crate::text::LosslessF64;
use crate::training::history::LosslessHistory;
use crate::training::state::{CheckpointData, Model};

/// The newest version that is read. A file has the first one that can say what is in it: 2 where a network remembers training
/// pictures, else 1.
pub(super) const VERSION: u32 = 2;

/// The part of the header that every version has.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: u64,
}

/// What an optimizer remembers beside its tensors.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OptimizerState {
    /// The rate of the next step, which callbacks may have changed.
    pub(super) learning_rate: LosslessF64,
    pub(super) steps: u64,
}

/// What a network remembers of training pictures, beside their vectors.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemoryNote {
    /// The distance below which 95 % of the validation pictures lie.
    pub(super) threshold: LosslessF64,
}

/// The whole header.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Header {
    version: u32,
    pub(super) model: ModelConfig,
    pub(super) class_names: Vec<String>,
    pub(super) history: Option<LosslessHistory>,
    pub(super) optimizer: OptimizerConfig,
    pub(super) loss: Loss,
    pub(super) metrics: Vec<MetricConfig>,
    /// Present in the file of an interrupted run.
    pub(super) place: Option<CheckpointData>,
    /// Present in a checkpoint without the weights of frozen layers: the checksum of the file that has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) frozen: Option<String>,
    /// Present in the file of a network that was saved with its optimizer.
    pub(super) optimizer_state: Option<OptimizerState>,
    /// What the logits are divided by before the softmax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<LosslessF64>,
    /// Present where the network remembers training pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryNote>,
    /// How the network was trained.
    pub(super) manifest: Option<Value>,
}

impl Header {
    /// The header of a network alone.
    pub(super) fn new(model: &Model) -> Self {
        let history = &model.history;
        Self {
            version: 1,
            model: model.architecture().config().clone(),
            class_names: model.class_names.clone(),
            history: (!(history.epochs.is_empty() && history.changes.is_empty())).then(|| history.into()),
            optimizer: model.optimizer.config.clone(),
            loss: model.loss,
            metrics: model.metrics.configs().to_vec(),
            place: None,
            frozen: None,
            optimizer_state: None,
            temperature: None,
            memory: None,
            manifest: model.manifest.clone(),
        }
    }

    /// Notes that the file has what the network remembers.
    pub(super) fn note_memory(&mut self, memory: MemoryNote) {
        (self.version, self.memory) = (VERSION, Some(memory));
    }

    /// Takes out what it says of that.
    pub(super) fn taken_memory(&mut self) -> Option<MemoryNote> {
        self.memory.take()
    }
}
