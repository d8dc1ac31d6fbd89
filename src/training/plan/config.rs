//! The arguments of `fit`.

use serde::{Deserialize, Serialize};

use super::{ClassWeight, ValidationSplit};
use crate::data::Augment;
use crate::training::callbacks::CallbackConfig;

/// Which pictures are held out when a folder has no validation part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SplitRule {
    /// The same share of every class, chosen by the seed: right for folders, which are sorted by class.
    #[default]
    Stratified,
    /// The last pictures before any shuffle: Keras's rule for arrays.
    Last,
}

/// After which epochs the validation pictures are evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "validationFreq must be a whole number of epochs, or a list of epochs counted from 1")]
pub enum ValidationFreq {
    /// After every so many epochs.
    Every(f64),
    /// After these epochs, counted from 1.
    After(Vec<f64>),
}

/// The arguments of `fit`, with Keras's names and defaults. All numbers are `f64`, so that a fraction where a
/// whole number is needed is an error that names the argument, and is not rounded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FitConfig {
    /// The last epoch, at least 1: with `initial_epoch` 0, the number of passes over the pictures.
    pub epochs: f64,
    /// The number of epochs that count as already trained, below `epochs`.
    pub initial_epoch: f64,
    /// Pictures per step, at least 1.
    pub batch_size: f64,
    /// The steps of an epoch, at least 1; `None`: all pictures. As in Keras, the next epoch goes on with the
    /// pictures after them, and an epoch is shorter when there are no more pictures.
    pub steps_per_epoch: Option<f64>,
    /// Whether the training pictures are shuffled anew before each pass over them.
    pub shuffle: bool,
    /// The seed of everything random in the run; the initial weights depend on the seed of the network.
    pub seed: f64,
    /// What is held out of the training pictures: a share of 0 to below 1, or more; ignored if validation data are given, but for
    /// a fold, which then takes their place.
    pub validation_split: ValidationSplit,
    /// How a share that is a mere number is chosen.
    pub split: SplitRule,
    /// After which epochs the validation pictures are evaluated.
    pub validation_freq: ValidationFreq,
    /// Pictures per step when evaluating; `None`: `batch_size`. No metric depends on it.
    pub validation_batch_size: Option<f64>,
    /// Random changes to the training pictures.
    pub augment: Augment,
    /// How much the pictures of a class count in the training loss.
    pub class_weight: Option<ClassWeight>,
    /// How much each training picture counts in the loss, in the order of the data before any split. Pictures that are
    /// held out keep their weights; given validation pictures all count 1. Not together with `class_weight`.
    pub sample_weight: Option<Vec<f64>>,
    /// The callbacks, in the order in which they act.
    pub callbacks: Vec<CallbackConfig>,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            epochs: 1.0,
            initial_epoch: 0.0,
            batch_size: 32.0,
            steps_per_epoch: None,
            shuffle: true,
            seed: 1.0,
            validation_split: ValidationSplit::default(),
            split: SplitRule::Stratified,
            validation_freq: ValidationFreq::Every(1.0),
            validation_batch_size: None,
            augment: Augment::default(),
            class_weight: None,
            sample_weight: None,
            callbacks: Vec::new(),
        }
    }
}
