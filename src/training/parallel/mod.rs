//! Computes one training step, on one thread or divided among helper threads.

pub(crate) mod divide;
mod exchange;
pub(crate) mod features;
mod head;
pub(crate) mod helper;
pub(crate) mod helpers;
mod part;
mod partial;
pub(crate) mod step;
pub(crate) mod task;

pub use divide::{thread_count, training_threads};
pub use helper::Helper;
pub use helpers::Helpers;
pub use task::Task;

pub(crate) use head::layers_in_front;
pub(crate) use partial::{Partial, StepResult};
pub(crate) use task::StepKind;
