//! The argument of `create`, `load` and `import` that is a device, or an object of options.

use js_sys::Object;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::device::DeviceKind;
use crate::seed::Seed;
use crate::web::convert::{from_js, thrown};
use crate::web::device_choice::{self, DeviceChoice};
use crate::web::watch::{Watch, own_copy, removed};

/// `CreateOptions` in `types/network.d.ts`, but for what is not plain data.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PlainOptions {
    device: Option<DeviceChoice>,
    seed: Option<f64>,
}

/// The options of a new network.
pub(super) struct CreateOptions {
    device: Option<DeviceChoice>,
    seed: Option<f64>,
    /// Pretrained weights: where they are, or their bytes; undefined if they are to come from where the preset has them.
    pub(super) weights: JsValue,
    /// Hears how many bytes of the weights have come, and may end their coming.
    pub(super) watch: Watch,
}

impl CreateOptions {
    /// Reads a device or an object; `seed` is the fourth argument of `create`.
    ///
    /// # Errors
    ///
    /// `ConfigError` for an unknown device or a misspelt option.
    pub(super) fn from_js(given: JsValue, seed: Option<f64>) -> Result<Self, JsValue> {
        if !given.is_object() {
            let device = if given.is_null() || given.is_undefined() { None } else { Some(from_js("device", given)?) };
            return Ok(Self { device, seed, weights: JsValue::UNDEFINED, watch: Watch::default() });
        }
        let (rest, watch) = Watch::taken_from(&given)?;
        let weights = removed(rest.unchecked_ref::<Object>(), "weights")?.unwrap_or_default();
        let PlainOptions { device, seed: own } = from_js("create", rest)?;
        Ok(Self { device, seed: own.or(seed), weights, watch })
    }

    pub(super) fn seed(&self) -> Result<Seed, JsValue> {
        seed_or_default(self.seed)
    }

    pub(super) async fn device(&mut self) -> Result<DeviceKind, JsValue> {
        device_choice::open(self.device.take().unwrap_or_default()).await
    }
}

/// Reads the second argument of `load` and `import`, and opens the device that it names.
///
/// # Errors
///
/// `ConfigError` for an unknown device or a misspelt option, `DeviceError` when there is no such device; the reason of the signal
/// if it is aborted.
pub(super) async fn of_opening(call: &str, given: JsValue) -> Result<(DeviceKind, Watch), JsValue> {
    let (device, watch) = match given.is_object() {
        true => {
            let options = own_copy(&given);
            let device = removed(&options, "device")?.unwrap_or_default();
            (device, Watch::of(call, &options, "device, signal and onProgress")?)
        }
        false => (given, Watch::default()),
    };
    let kind = device_choice::choose(device).await?;
    watch.pause().await?;
    Ok((kind, watch))
}

pub(super) fn seed_or_default(seed: Option<f64>) -> Result<Seed, JsValue> {
    seed.map_or(Ok(Seed::default()), Seed::try_from).map_err(thrown)
}
