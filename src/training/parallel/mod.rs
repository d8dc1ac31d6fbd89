//! Computes one training step, on one thread or divided among helper threads.

pub(crate) mod divide;
pub(crate) mod features;
pub(crate) mod helper;
pub(crate) mod step;
pub(crate) mod task;

pub use divide::{Helpers, thread_count, training_threads};
pub use helper::Helper;
pub use task::Task;

pub(crate) use step::{Partial, StepKind};
