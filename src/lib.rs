//! Trains convolutional networks inside a browser tab, and natively with the same code.
//!
//! A folder of labelled pictures becomes a [`Dataset`]; a list of layers becomes a [`Model`]; [`fit()`]
//! trains it, epoch by epoch, and returns a [`History`] with Keras's names.
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
//! let Fitted { history, .. } = fit(&mut model, FitPlan::new(config, pictures, None)?, &mut ()).await?;
//! assert_eq!(history.epochs.len(), 3);
//! # Ok::<(), Error>(())
//! # }).unwrap();
//! ```
//!
//! The modules, in the order in which data pass through them:
//!
//! - [`data`] turns files into batches of pictures and classes.
//! - [`network`] builds a network from a list of layers and computes its logits.
//! - [`optimizers`] has the losses, the optimizers and the schedules of the learning rate.
//! - [`metrics`] has Keras's metrics, which are summed on the device over an epoch.
//! - [`training`] has the fit loop, its callbacks, and checkpoints of interrupted runs.
//! - [`evaluation`] scores a trained network on labelled pictures, class by class.
//! - [`formats`] writes and reads models, checkpoints, Keras code and TensorBoard's event files.
//! - [`kernels`] has the operations that take most of the time, for the CPU and for GPUs.
//! - [`device`] opens the GPU or the CPU and reads numbers back from it.
//! - `web` exports all of this to JavaScript; no other module depends on a browser.
//! - `text` has the tools for JSON and CSV that several modules share.
//! - [`seed`] makes every random choice from one seed.
//! - [`mod@error`] has the errors, each of which reads as a sentence.

pub mod data;
pub mod device;
pub mod evaluation;
pub mod formats;
pub mod kernels;
pub mod metrics;
pub mod network;
pub mod optimizers;
pub mod training;

#[cfg(all(target_family = "wasm", feature = "web"))]
pub mod web;

pub use data::{Augment, Dataset, FolderDataset, ImageFolder, Listed, Part, Revision, Rows, SkippedFile};
pub use device::{DeviceInfo, DeviceKind};
pub use error::{Error, Result};
pub use evaluation::{Answer, ClassScores, Details, Evaluation, GradCam, Inside, Prediction, Scores, Tiles};
pub use formats::{FileContents, FileTensor, Format, KerasCode, ModelFile, join_checkpoint, keras_code};
pub use metrics::{MetricConfig, MetricPlan, MetricSums, Metrics};
pub use network::{Activation, Architecture, Initializer, LayerConfig, ModelConfig, PRESETS, Pixels, Preset};
pub use network::{Regularizer, Sequential};
pub use optimizers::{LearningRate, Loss, Optimizer, OptimizerConfig, Schedule};
pub use seed::Seed;
use tabfit_decisions::text;
pub use tabfit_decisions::{error, seed};
pub use training::callbacks::{CallbackConfig, FileContent, FileWrite};
pub use training::fit::{Fitted, fit, fit_with};
pub use training::history::{Change, Changed, EpochRecord, History, Stopped};
pub use training::parallel::{Helper, Helpers};
pub use training::plan::{
    Balanced, ClassWeight, DrawnSplit, FitConfig, FitPlan, FoldSplit, SplitRule, ValidationFreq, ValidationSplit,
};
pub use training::resume::{resume, resume_with};
pub use training::state::{Callback, Checkpoint, Model, NamedWeight, Progress, Run, TestProgress, Unfinished};
pub use training::state::{DropoutRates, Steerable, Steering};
pub use training::state::{LayerLook, Look, SeenPicture, Spread, StepLook};
