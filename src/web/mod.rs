//! The JavaScript interface: translates the crate's types and functions, and nothing else.
//!
//! `types/` describes the plain data of this interface and becomes part of the built `tabfit.d.ts`. Every
//! error is a JavaScript `Error` with a stable `name` and a sentence.

#[cfg(feature = "webgpu")]
mod adapter;
#[cfg(not(feature = "webgpu"))]
#[path = "no_adapter.rs"]
mod adapter;
mod callbacks;
mod convert;
mod converter;
mod device_choice;
mod formats;
mod helpers;
mod history;
mod late;
mod out_of_memory;
mod pictures;
mod sequential;
mod watch;
mod zip_files;

use std::cell::RefCell;
use std::panic;

use wasm_bindgen::prelude::*;

pub use converter::set_converter;
pub use formats::set_formats;
pub use helpers::{serve, start_workers};
pub use history::history_csv;
pub use pictures::{JsDataset, JsImageFolder, JsZipFolder, set_decoders};
pub use sequential::{JsSequential, join_checkpoint_of, keras_code_of, set_pretrained};
pub use zip_files::zip_files;

use crate::device;
use crate::network::{Architecture, PRESETS, Preset};
use convert::{from_js, thrown, to_js};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = concat!(
    include_str!("types/watch.d.ts"),
    include_str!("types/data.d.ts"),
    include_str!("types/network.d.ts"),
    include_str!("types/compile.d.ts"),
    include_str!("types/fit.d.ts"),
    include_str!("types/results.d.ts"),
);

thread_local! {
    static ON_FATAL: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Logs panics with their stack and passes them to the callback of [`on_fatal`].
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        fatal(&format!("The trainer stopped because of a mistake in it: {info}"));
    }));
}

/// Tells the callback of [`on_fatal`].
fn fatal(sentence: &str) {
    // A panic inside the callback must not become a second panic.
    ON_FATAL.with(|callback| {
        if let Ok(callback) = callback.try_borrow() {
            callback.as_ref().map(|callback| callback.call1(&JsValue::UNDEFINED, &sentence.into()));
        }
    });
}

/// Sets a callback that gets a sentence when the module has panicked, or has no memory left, and cannot be used any more.
#[wasm_bindgen(js_name = onFatal)]
pub fn on_fatal(#[wasm_bindgen(unchecked_param_type = "(message: string) => void")] callback: js_sys::Function) {
    ON_FATAL.set(Some(callback));
}

/// Tells the module that the browser lost the GPU device; every later read from it throws.
#[wasm_bindgen(js_name = reportGpuFault)]
pub fn report_gpu_fault(fault: &str) {
    device::report_fault(fault);
}

/// Every preset, the default first.
#[must_use]
#[wasm_bindgen(unchecked_return_type = "Preset[]")]
pub fn presets() -> JsValue {
    to_js(&PRESETS)
}

/// A preset written out for this picture size and number of classes.
///
/// # Errors
///
/// `ConfigError` for an unknown name.
#[wasm_bindgen(unchecked_return_type = "ModelConfig")]
pub fn preset(
    name: &str,
    #[wasm_bindgen(js_name = imageSize)] image_size: usize,
    classes: usize,
) -> Result<JsValue, JsValue> {
    Ok(to_js(&Preset::named(name).map_err(thrown)?.config(image_size, classes)))
}

/// Checks a network and describes it.
///
/// # Errors
///
/// `ConfigError` names the first layer that does not fit.
#[wasm_bindgen(unchecked_return_type = "ModelSummary")]
pub fn summarize(
    #[wasm_bindgen(unchecked_param_type = "ModelConfig")] model: JsValue,
    classes: usize,
) -> Result<JsValue, JsValue> {
    let architecture = Architecture::new(from_js("layers", model)?, classes).map_err(thrown)?;
    Ok(to_js(&architecture.summary()))
}

/// Opens the GPU, if that has not been done, and describes it.
///
/// # Errors
///
/// `DeviceError` with the reason when there is none.
#[wasm_bindgen(js_name = gpuInfo, unchecked_return_type = "DeviceInfo")]
pub async fn gpu_info() -> Result<JsValue, JsValue> {
    adapter::open().await.map(|info| to_js(&info)).map_err(thrown)
}
