//! Callbacks that call JavaScript: the events of a run, and a person's own callbacks.

mod custom;
mod observer;

pub(in crate::web) use custom::CustomCallback;
pub(in crate::web) use observer::{FitEvent, Observer};
