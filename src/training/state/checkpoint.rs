//! A checkpoint: everything that is needed to resume an interrupted run.
//!
//! All random choices of a run depend only on its seed and on its position, so the model, the states of the
//! callbacks and the position are the whole state. On the same device and number of threads, a resumed run
//! gives the numbers of an uninterrupted one to the last bit.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{hooks::Position, model::Model};
use crate::data::Dataset;
use crate::device;
use crate::error::{Error, Result};
use crate::formats::tensorboard::TensorBoardLog;
use crate::metrics::MetricSums;
use crate::text::LosslessF64;
use crate::training::callbacks::CallbackConfig;
use crate::training::plan::{FitConfig, FitPlan};

/// An interrupted run. Its tensors share memory with the network's until one of them changes.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The model when the run was interrupted.
    pub(crate) model: Box<Model>,
    pub(crate) callbacks: CallbackStates,
    pub(crate) sums: MetricSums,
    pub(crate) place: CheckpointData,
}

/// The callbacks of a run with their states.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallbackStates {
    pub(crate) list: Vec<CallbackConfig>,
    /// For each callback, the weights that it may restore later.
    pub(crate) kept_weights: Vec<Option<Vec<Tensor<1>>>>,
    /// For each callback, the event files that it has begun. A file of a checkpoint does not hold them.
    pub(crate) logs: Vec<Option<TensorBoardLog>>,
}

impl CallbackStates {
    pub(crate) fn new(list: Vec<CallbackConfig>) -> Self {
        let (kept_weights, logs) = (vec![None; list.len()], vec![None; list.len()]);
        Self { list, kept_weights, logs }
    }
}

/// Where a stopped run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The epoch to go on in, from 1.
    pub epoch: usize,
    /// The number of steps done in this epoch.
    pub step: usize,
    /// The last epoch of the run.
    pub epochs: usize,
}

/// The part of a checkpoint that is plain data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CheckpointData {
    config: FitConfig,
    pub(crate) epoch: usize,
    pub(crate) step: usize,
    /// The number of pictures that the sums of the unfinished epoch count.
    pub(crate) pictures: usize,
    /// [`FitPlan::fingerprint`]; `None` if an earlier version wrote the file.
    fingerprint: Option<[u32; 2]>,
    /// [`FitPlan::pixel_fingerprint`], by which earlier versions knew the pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pictures_fingerprint: Option<[u32; 2]>,
    pub(crate) learning_rate: LosslessF64,
    pub(crate) optimizer_steps: u64,
    /// The state of each callback, without the kept weights.
    pub(crate) callbacks: Vec<Value>,
}

impl CheckpointData {
    /// The callbacks with their states; `None` if a file holds states of other callbacks.
    pub(crate) fn restored_callbacks(&self) -> Option<CallbackStates> {
        let mut list = self.config.callbacks.clone();
        if list.len() != self.callbacks.len() {
            return None;
        }
        for (callback, state) in list.iter_mut().zip(&self.callbacks) {
            callback.restore(state.clone()).ok()?;
        }
        Some(CallbackStates::new(list))
    }

    /// Checks that a plan is for the pictures of this run.
    fn check(&self, plan: &FitPlan) -> Result<()> {
        let refused = |sentence: &str| Err(Error::Dataset(sentence.into()));
        match (self.fingerprint, self.pictures_fingerprint) {
            (Some(files), _) if files == plan.fingerprint() => Ok(()),
            (None, Some(pixels)) if pixels == plan.pixel_fingerprint() => Ok(()),
            (None, _) => refused(
                "An earlier version of tabfit stored this run and knew its pictures by their pixels, and these are not the same; pick the same folder at the same size in the same browser, or fit anew.",
            ),
            (Some(_), _) => refused(
                "These are not the pictures that the run was trained on; pick the same folder at the same size, or fit anew.",
            ),
        }
    }
}

impl Checkpoint {
    pub(crate) fn take(model: &Model, plan: &FitPlan, callbacks: &CallbackStates, at: Position<'_>) -> Self {
        let sums = at.sums.cloned().unwrap_or_else(|| MetricSums::new(&model.metrics));
        Self {
            model: Box::new(model.clone()),
            callbacks: callbacks.clone(),
            place: CheckpointData {
                config: plan.config.clone(),
                epoch: at.epoch,
                step: at.step,
                pictures: sums.pictures(),
                fingerprint: Some(plan.fingerprint()),
                pictures_fingerprint: None,
                learning_rate: LosslessF64(model.optimizer.constant_rate),
                optimizer_steps: model.optimizer.steps,
                callbacks: callbacks.list.iter().map(CallbackConfig::state).collect(),
            },
            sums,
        }
    }

    /// Where the run stands; `None` if the GPU that held the checkpoint's tensors has failed.
    #[must_use]
    pub fn unfinished(&self) -> Option<Unfinished> {
        let CheckpointData { epoch, step, ref config, .. } = self.place;
        device::check(&self.model.network.device).ok()?;
        Some(Unfinished { epoch, step, epochs: config.epochs as usize })
    }

    /// The plan of the run, for the pictures that it was trained on.
    ///
    /// # Errors
    ///
    /// The pictures are not those of the run.
    pub(crate) fn plan(&self, training: Dataset, validation: Option<Dataset>) -> Result<FitPlan> {
        let plan = FitPlan::new(self.place.config.clone(), training, validation)?;
        self.place.check(&plan)?;
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures(first: u8) -> Dataset {
        let names = ["a", "b"].map(String::from).to_vec();
        Dataset::from_arrays(vec![first, 0, 0, 9, 9, 9], vec![0, 1], names, 1).unwrap()
    }

    fn plan(first: u8) -> FitPlan {
        FitPlan::new(FitConfig::default(), pictures(first), None).unwrap()
    }

    #[test]
    fn a_run_that_an_earlier_version_stored_goes_on_with_the_same_pixels_or_says_why_not() {
        let stored = |fingerprint: &str| -> CheckpointData {
            let json = format!(
                r#"{{"config":{{}},"epoch":1,"step":0,"pictures":0,{fingerprint},"learningRate":0.001,"optimizerSteps":0,"callbacks":[]}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        let [training, validation] = plan(7).pixel_fingerprint();
        let earlier = stored(&format!(r#""picturesFingerprint":[{training},{validation}]"#));
        assert_eq!(earlier.check(&plan(7)), Ok(()));
        assert!(
            earlier
                .check(&plan(8))
                .unwrap_err()
                .to_string()
                .starts_with("An earlier version of tabfit stored this run")
        );
        let [training, validation] = plan(7).fingerprint();
        let now = stored(&format!(r#""fingerprint":[{training},{validation}]"#));
        assert_eq!(now.check(&plan(7)), Ok(()));
        assert!(now.check(&plan(8)).unwrap_err().to_string().starts_with("These are not the pictures"));
    }
}
