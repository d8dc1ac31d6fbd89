//! Asks the browser for its GPU, and opens it.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::device::{self, DeviceInfo, DeviceKind};
use crate::error::{Error, Result};
use crate::web::convert::reason;

#[wasm_bindgen(module = "/www/adapter.js")]
extern "C" {
    #[wasm_bindgen(js_name = findAdapter, catch)]
    async fn find_adapter() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = inTime, catch)]
    async fn in_time(promise: Promise, who: &str) -> Result<JsValue, JsValue>;
}

#[cfg(feature = "webgpu")]
#[wasm_bindgen(module = "/src/web/gpu-calls.js")]
extern "C" {
    #[wasm_bindgen(js_name = spareCalls)]
    fn spare_calls();
}

/// Opens the GPU, if that has not been done. The browser is asked first, because it says why there is none.
///
/// # Errors
///
/// There is no GPU, or it does not answer; the sentence says why.
pub(super) async fn open() -> Result<DeviceInfo> {
    find().await?;
    device().await
}

/// The GPU if it is not software and computes correctly, and the CPU otherwise.
pub(super) async fn fastest() -> DeviceKind {
    match find().await {
        Ok(software) if !software && device().await.is_ok() => device::fastest().await,
        _ => DeviceKind::Cpu,
    }
}

/// Whether the adapter is software.
async fn find() -> Result<bool> {
    let adapter = find_adapter().await.map_err(|error| absent(&error))?;
    Ok(Reflect::get(&adapter, &"software".into()).is_ok_and(|software| software.is_truthy()))
}

/// The opened GPU. burn waits for it for ever, and some drivers never answer.
async fn device() -> Result<DeviceInfo> {
    #[cfg(feature = "webgpu")]
    spare_calls();
    let opening = future_to_promise(async {
        let opened = device::open(DeviceKind::Webgpu).await;
        opened.map_or_else(|error| Err(error.to_string().into()), |_| Ok(JsValue::NULL))
    });
    match in_time(opening, "The GPU").await {
        Ok(_) => device::open(DeviceKind::Webgpu).await.map(|(_, info)| info),
        Err(error) => Err(error.as_string().map_or_else(|| absent(&error), Error::Device)),
    }
}

fn absent(why: &JsValue) -> Error {
    Error::Device(format!("{}; train on the CPU.", reason(why)))
}
