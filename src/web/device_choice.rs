//! The device that a caller names.

use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::adapter;
use crate::device::DeviceKind;
use crate::web::convert::{or_default, thrown};

/// The devices that a caller may name; `DeviceChoice` in `types/data.d.ts`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum DeviceChoice {
    #[default]
    Auto,
    Webgpu,
    Cpu,
}

/// The device that a caller names. "auto", the default, is the GPU if it is not software and computes
/// correctly, and the CPU otherwise.
pub(super) async fn choose(device: JsValue) -> Result<DeviceKind, JsValue> {
    open(or_default("device", device)?).await
}

/// [`choose`], for a choice that has been read.
pub(super) async fn open(choice: DeviceChoice) -> Result<DeviceKind, JsValue> {
    match choice {
        DeviceChoice::Cpu => Ok(DeviceKind::Cpu),
        DeviceChoice::Webgpu => adapter::open().await.map(|info| info.kind).map_err(thrown),
        DeviceChoice::Auto => Ok(adapter::fastest().await),
    }
}
