//! What a run works on: the model, where the run stands, and a checkpoint of both.

pub mod checkpoint;
pub mod hooks;
pub mod model;
