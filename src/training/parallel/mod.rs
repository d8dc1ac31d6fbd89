//! A training step, whole or divided among helper threads: what each computes, and how it is sent.

pub(crate) mod divide;
pub(crate) mod helper;
pub(crate) mod step;
pub(crate) mod task;

pub use divide::{Helpers, thread_count, training_threads};
pub use helper::Helper;
pub use task::Task;
