//! Callbacks that call JavaScript: the events of a run, and a person's own callbacks.

mod custom;
mod event;
mod handle;
mod inside;
mod macrotask;
mod observer;
mod requests;

pub(in crate::web) use custom::CustomCallback;
pub(in crate::web) use event::FitEvent;
pub(in crate::web) use inside::inside_to_js;
pub(in crate::web) use macrotask::hear_messages;
pub(in crate::web) use observer::Observer;
pub(in crate::web) use requests::{Open, Requests};
