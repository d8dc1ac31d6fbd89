//! The device that a network trains on: opened, probed, read back, and watched for faults.

pub(crate) mod fault;
mod open;
mod probe;
pub(crate) mod readback;

pub use fault::report_fault;
pub use open::{DeviceInfo, DeviceKind, check, largest_tensor, open};
pub use probe::{computes, fastest};
pub(crate) use readback::{read, read_all};
