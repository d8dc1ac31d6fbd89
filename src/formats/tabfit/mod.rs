//! The `.tabfit` file: a network, or a run that was interrupted.

pub(crate) mod checkpoint;
pub mod file;
