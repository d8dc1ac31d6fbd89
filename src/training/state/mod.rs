//! The state of a run: the model, the position in the run, and a checkpoint of both.

pub mod checkpoint;
pub mod hooks;
pub mod model;
