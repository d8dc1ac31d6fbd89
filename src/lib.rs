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
//! The pipeline, in the order in which to read it:
//! [`image`] → [`image_folder`] → [`dataset`] → [`dataloader`] (with [`augment`]) → [`layer`] →
//! [`architecture`] → [`sequential`] → [`fit`](mod@fit) (with [`loss`], [`optimizer`], [`schedule`], [`metrics`], [`callbacks`], [`history`]) →
//! [`evaluation`] → [`model_file`]. On the CPU, [`workers`] divide a batch among threads. What interrupted runs are made of is in `checkpoint`. Only `web` knows that there is a browser.

pub mod activation;
pub mod architecture;
pub mod augment;
pub mod callbacks;
mod checkpoint;
mod checkpoint_file;
pub mod class_weight;
pub mod dataloader;
pub mod dataset;
pub mod device;
mod either;
pub mod error;
pub mod evaluation;
mod exact;
pub mod export;
mod fine_tune;
pub mod fit;
pub mod fit_config;
pub mod fit_plan;
mod graph;
pub mod history;
pub mod image;
pub mod image_folder;
mod import;
pub mod initializer;
pub mod kernels;
pub mod layer;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod model_file;
pub mod optimizer;
pub mod optimizer_config;
mod pass;
pub mod presets;
pub mod resident;
pub mod schedule;
pub mod seed;
pub mod sequential;
pub mod shape;
pub mod shard;
mod step;
pub mod summary;
pub mod tensorboard;
pub mod weight;
pub mod window;
pub mod worker;
pub mod workers;
pub mod zip_folder;

#[cfg(target_family = "wasm")]
pub mod web;

pub use activation::Activation;
pub use architecture::Architecture;
pub use augment::Augment;
pub use callbacks::{Callback, CallbackConfig, FileContent, FileWrite, Run};
pub use class_weight::{Balanced, ClassWeight};
pub use dataset::Dataset;
pub use device::{DeviceInfo, DeviceKind};
pub use error::{Error, Result};
pub use evaluation::{ClassScores, Evaluation, Scores};
pub use export::{Format, KerasCode, ModelFile, keras_code};
pub use fit::{Progress, fit, fit_with, resume, resume_with};
pub use fit_config::{FitConfig, SplitRule, ValidationFreq};
pub use fit_plan::FitPlan;
pub use history::{EpochRecord, History, Stopped};
pub use image_folder::{FolderDataset, ImageFolder, Part, SkippedFile};
pub use initializer::Initializer;
pub use layer::{LayerConfig, ModelConfig};
pub use loss::Loss;
pub use metrics::{MetricConfig, MetricPlan, MetricSums, Metrics};
pub use model::{Model, Prediction};
pub use optimizer::Optimizer;
pub use optimizer_config::OptimizerConfig;
pub use presets::{PRESETS, Preset};
pub use schedule::{LearningRate, Schedule};
pub use seed::Seed;
pub use sequential::Sequential;
pub use shard::Rows;
pub use weight::Regularizer;
pub use worker::Worker;
pub use workers::Workers;
