//! Python scripts for Keras 3: a network that loads its weights, or the settings of a run.

mod augmentation;
mod callback;
mod metric;
pub(crate) mod model_script;
mod network;
mod python;
mod run_script;
mod samplewise;
mod steering;

pub use run_script::{KerasCode, keras_code};
