//! The device that a network is on: opens it, tests it, reads tensors back and notices its faults.

pub(crate) mod fault;
#[cfg(feature = "webgpu")]
mod fault_log;
#[cfg(feature = "webgpu")]
mod gpu;
#[cfg(not(feature = "webgpu"))]
#[path = "no_gpu.rs"]
mod gpu;
mod info;
mod open;
mod probe;
pub(crate) mod readback;

pub use fault::report_fault;
pub use info::{DeviceInfo, DeviceKind};
pub(crate) use open::let_work;
pub use open::{check, largest_tensor, open};
pub use probe::{computes, fastest};
pub(crate) use readback::{in_groups, read, read_all};
