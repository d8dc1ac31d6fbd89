//! A run that was interrupted, with everything its continuation depends on.
//!
//! All randomness of a run is a function of its seed and of where the run stands, so weights, the
//! optimizer's memory, the callbacks' counters and the place are the whole state: a resumed run gives
//! the numbers of an uninterrupted one to the last bit, on the same device.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    data::dataset::Dataset,
    error::{Error, Result},
    metrics::MetricSums,
    optimizers::optimizer::Optimizer,
    text::lossless::LosslessF64,
    training::{
        callbacks::{CallbackConfig, Callbacks},
        config::FitConfig,
        history::History,
        model::Model,
        plan::FitPlan,
    },
};

/// Where a run stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position<'a> {
    /// The epoch to go on in, from 1.
    pub(crate) epoch: usize,
    /// The steps of it that are done.
    pub(crate) step: usize,
    /// What they summed up.
    pub(crate) sums: Option<&'a MetricSums>,
}

impl Position<'_> {
    pub(crate) fn after_epoch(epoch: usize) -> Self {
        Self { epoch: epoch + 1, step: 0, sums: None }
    }
}

/// An interrupted run. Its tensors share memory with the network's until one of them changes.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoint {
    pub(crate) weights: Vec<Tensor<1>>,
    pub(crate) optimizer: Optimizer,
    pub(crate) history: History,
    pub(crate) callbacks: Callbacks,
    pub(crate) sums: MetricSums,
    pub(crate) place: Place,
}

/// What of a checkpoint is plain data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Place {
    config: FitConfig,
    pub(crate) epoch: usize,
    pub(crate) step: usize,
    /// Pictures in the sums of the unfinished epoch.
    pub(crate) pictures: usize,
    /// [`FitPlan::fingerprint`].
    pictures_fingerprint: [u32; 2],
    pub(crate) learning_rate: LosslessF64,
    pub(crate) optimizer_steps: u64,
    /// What each callback remembers, weights apart.
    pub(crate) callbacks: Vec<Value>,
}

impl Checkpoint {
    pub(crate) fn take(model: &Model, plan: &FitPlan, callbacks: &Callbacks, at: Position<'_>) -> Self {
        let sums = at.sums.cloned().unwrap_or_else(|| MetricSums::new(&model.metrics));
        Self {
            weights: model.network.weights.clone(),
            optimizer: model.optimizer.clone(),
            history: model.history.clone(),
            callbacks: callbacks.clone(),
            place: Place {
                config: plan.config.clone(),
                epoch: at.epoch,
                step: at.step,
                pictures: sums.pictures(),
                pictures_fingerprint: plan.fingerprint(),
                learning_rate: LosslessF64(model.optimizer.constant_rate),
                optimizer_steps: model.optimizer.steps,
                callbacks: callbacks.list.iter().map(CallbackConfig::state).collect(),
            },
            sums,
        }
    }

    /// The callbacks of a place that was read from a file, as they were.
    pub(crate) fn callbacks_of(place: &Place) -> Option<Callbacks> {
        let mut list = place.config.callbacks.clone();
        if list.len() != place.callbacks.len() {
            return None;
        }
        for (callback, state) in list.iter_mut().zip(&place.callbacks) {
            callback.restore(state.clone()).ok()?;
        }
        Some(Callbacks { list })
    }

    /// What the run was to do, with the pictures it was doing it with.
    ///
    /// # Errors
    ///
    /// The pictures are others than those of the run.
    pub(crate) fn plan(&self, training: Dataset, validation: Option<Dataset>) -> Result<FitPlan> {
        let plan = FitPlan::new(self.place.config.clone(), training, validation)?;
        match plan.fingerprint() == self.place.pictures_fingerprint {
            true => Ok(plan),
            false => Err(Error::Dataset(
                "These are not the pictures that the run was trained on; pick the same folder at the same size, or fit anew."
                    .into(),
            )),
        }
    }

    pub(crate) fn epochs(&self) -> usize {
        self.place.config.epochs as usize
    }
}
