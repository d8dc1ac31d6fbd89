//! The header of a `.tabfit` file: everything in it that is not a tensor, as JSON.

use serde::{Deserialize, Serialize};

use crate::metrics::MetricConfig;
use crate::network::ModelConfig;
use crate::optimizers::{Loss, OptimizerConfig};
use crate::training::history::LosslessHistory;
use crate::training::state::{CheckpointData, Model};

pub(super) const VERSION: u32 = 1;

/// The part of the header that every version has.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: u64,
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
}

impl Header {
    pub(super) fn new(model: &Model, place: Option<CheckpointData>) -> Self {
        let history = &model.history;
        Self {
            version: VERSION,
            model: model.architecture().config().clone(),
            class_names: model.class_names.clone(),
            history: (!history.epochs.is_empty()).then(|| history.into()),
            optimizer: model.optimizer.config.clone(),
            loss: model.loss,
            metrics: model.metrics.configs().to_vec(),
            place,
        }
    }
}
