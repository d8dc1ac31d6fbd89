//! The state of a run: the model, the position in the run, and a checkpoint of both.

pub mod checkpoint;
pub mod hooks;
pub mod model;

pub(crate) use checkpoint::{CallbackStates, Place};
pub use checkpoint::{Checkpoint, Unfinished};
pub(crate) use hooks::Position;
pub use hooks::{Callback, Progress, Run};
pub use model::{Model, Prediction};
