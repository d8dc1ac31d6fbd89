//! What a device is called.

use serde::{Deserialize, Serialize};

/// A kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The GPU, through WebGPU in a browser and the system's graphics API natively.
    Webgpu,
    /// burn's `flex` backend on the processor.
    Cpu,
}

/// A device, described for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// The adapter's own description, or "CPU".
    pub name: String,
    /// Whether the adapter is software, so that the CPU does the GPU's work.
    pub fallback: bool,
}

impl DeviceInfo {
    pub(crate) fn cpu() -> Self {
        Self { kind: DeviceKind::Cpu, name: "CPU".into(), fallback: false }
    }
}
