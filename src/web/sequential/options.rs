//! The third argument of `Sequential.create`: a device, or an object of options.

use js_sys::{Function, Object, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use crate::device::DeviceKind;
use crate::error::Error;
use crate::seed::Seed;
use crate::web::convert::{from_js, thrown};
use crate::web::device_choice::{self, DeviceChoice};

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
    /// Hears how many bytes of the weights have come.
    pub(super) on_progress: Option<Function>,
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
            return Ok(Self { device, seed, weights: JsValue::UNDEFINED, on_progress: None });
        }
        let rest = Object::assign(&Object::new(), given.unchecked_ref());
        let taken = |name: &str| -> Result<JsValue, JsValue> {
            let value = Reflect::get(&rest, &name.into())?;
            Reflect::delete_property(&rest, &name.into())?;
            Ok(value)
        };
        let (weights, on_progress) = (taken("weights")?, taken("onProgress")?);
        let on_progress = match on_progress.is_null() || on_progress.is_undefined() {
            true => None,
            false => {
                Some(on_progress.dyn_into().map_err(|_| thrown(Error::config("onProgress", "must be a function")))?)
            }
        };
        let PlainOptions { device, seed: own } = from_js("create", rest.into())?;
        Ok(Self { device, seed: own.or(seed), weights, on_progress })
    }

    pub(super) fn seed(&self) -> Result<Seed, JsValue> {
        seed_or_default(self.seed)
    }

    pub(super) async fn device(&mut self) -> Result<DeviceKind, JsValue> {
        device_choice::open(self.device.take().unwrap_or_default()).await
    }
}

pub(super) fn seed_or_default(seed: Option<f64>) -> Result<Seed, JsValue> {
    seed.map_or(Ok(Seed::default()), Seed::try_from).map_err(thrown)
}
