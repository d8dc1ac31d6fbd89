//! A batch divided among threads: what each computes, and how it travels.

pub mod divide;
pub mod helper;
pub(crate) mod step;
