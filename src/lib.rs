//! Trains convolutional networks inside a browser tab, and natively with the same code.
//!
//! A folder of labelled pictures becomes a [`Dataset`]; a list of layers becomes a [`Model`]; [`fit()`]
//! moves its weights, epoch by epoch, and returns a [`History`] in Keras's words.
//!
//! ```
//! # use tabfit::*;
//! # pollster::block_on(async {
//! let pixels = (0..8).flat_map(|picture| vec![(picture % 2) * 200; 8 * 8 * 3]).collect();
//! let labels = (0..8).map(|picture| picture % 2).collect();
//! let names = vec!["dark".to_string(), "light".to_string()];
//! let pictures = Dataset::from_arrays(pixels, labels, names.clone(), 8)?;
//!
//! let network = Preset::named("small")?.config(8, 2);
//! let mut model = Model::new(network, names, DeviceKind::Cpu, Seed(1)).await?;
//! model.compile(OptimizerConfig::default(), Loss::default(), &[])?;
//! let config = FitConfig { epochs: 3.0, batch_size: 4.0, ..FitConfig::default() };
//! let history = fit(&mut model, FitPlan::new(config, pictures, None)?, &mut ()).await?;
//! assert_eq!(history.epochs.len(), 3);
//! # Ok::<(), Error>(())
//! # }).unwrap();
//! ```
//!
//! Only `web` knows that there is a browser.

pub mod data;
pub mod device;
pub mod error;
pub mod evaluation;
pub mod formats;
pub mod kernels;
pub mod metrics;
pub mod network;
pub mod optimizers;
pub mod seed;
mod text;
pub mod training;

#[cfg(target_family = "wasm")]
pub mod web;

pub use data::{
    augment::Augment,
    dataset::Dataset,
    folder::{FolderDataset, ImageFolder, Part, SkippedFile},
    shard::Rows,
};
pub use device::{DeviceInfo, DeviceKind};
pub use error::{Error, Result};
pub use evaluation::evaluate::{ClassScores, Evaluation, Scores};
pub use formats::{Format, KerasCode, ModelFile, keras_code};
pub use metrics::{MetricConfig, MetricPlan, MetricSums, Metrics};
pub use network::{
    activation::Activation,
    architecture::Architecture,
    initializer::Initializer,
    layers::{LayerConfig, ModelConfig},
    presets::{PRESETS, Preset},
    sequential::Sequential,
    weight::Regularizer,
};
pub use optimizers::{
    config::OptimizerConfig,
    loss::Loss,
    optimizer::Optimizer,
    schedule::{LearningRate, Schedule},
};
pub use seed::Seed;
pub use training::{
    callbacks::{Callback, CallbackConfig, FileContent, FileWrite, Run},
    class_weight::{Balanced, ClassWeight},
    config::{FitConfig, SplitRule, ValidationFreq},
    fit::{Progress, fit, fit_with, resume, resume_with},
    history::{EpochRecord, History, Stopped},
    model::{Model, Prediction},
    parallel::{divide::Workers, helper::Worker},
    plan::FitPlan,
};
