//! Callbacks that speak to JavaScript: the page's progress, and a person's own hooks.

mod custom;
mod observer;

pub(in crate::web) use custom::CustomCallback;
pub(in crate::web) use observer::{FitEvent, Observer};
