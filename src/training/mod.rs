//! Keras's `fit`: the training loop, its arguments, its callbacks, and how an interrupted run is resumed.

mod class_names;
mod fine_tune;
pub mod fit;
pub(crate) mod frozen;
mod gpu_check;
#[cfg(test)]
mod keras_decisions;
#[cfg(test)]
mod lost_gpu;
pub mod needs;
pub mod pace;
pub mod parallel;
pub mod plan;
mod plan_check;
pub mod resume;
mod run_callbacks;
mod run_hooks;
mod set_pixels;
mod standardize;
pub mod state;
mod steer;
pub mod stored_features;
mod tensor_board;

pub use tabfit_decisions::{callbacks, history};
