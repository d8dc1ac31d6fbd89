//! The state of a run: the model, the position in the run, and a checkpoint of both.

pub mod checkpoint;
pub mod hooks;
pub mod look;
pub(crate) mod manifest;
pub(crate) mod measured;
pub mod model;
mod recovery;
pub mod steering;
pub mod weights;

pub(crate) use checkpoint::{CallbackStates, CheckpointData};
pub use checkpoint::{Checkpoint, Unfinished};
pub(crate) use hooks::Position;
pub use hooks::{Callback, FeatureProgress, Progress, Run, TestProgress};
pub(crate) use look::Seen;
pub use look::{LayerLook, Look, SeenPicture, Spread, StepLook};
pub(crate) use measured::Measured;
pub use model::Model;
#[cfg(test)]
pub(crate) use recovery::{copy_to_host, move_to_cpu};
pub(crate) use recovery::{keep_copy_on_host, leave_a_lost_gpu};
pub use steering::{DropoutRates, Steerable, Steering};
pub use weights::NamedWeight;
