//! The weights of networks that have learnt before: their bytes, from the caller or from where the page has them.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Function, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::error::Error;
use crate::web::convert::{reason, set, thrown};
use crate::web::late::{Late, call};
use crate::web::watch::Watch;

thread_local! {
    static LOADER: Late = const { RefCell::new(None) };
}

/// Sets the function that fetches pretrained weights: `(preset: string | undefined, source: string | URL | undefined,
/// onProgress?: (loaded: number, total: number | null) => void, options?: { signal?: AbortSignal }) => Promise<Uint8Array>`. Without
/// a source it fetches those that lie beside the program. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setPretrained, skip_typescript)]
pub fn set_pretrained(load: Function) {
    LOADER.set(Some(load));
}

/// The bytes of the weights that a caller names or gives; those of the preset if it does neither.
///
/// # Errors
///
/// `ModelFileError` if they cannot be loaded; the reason of the signal if it is aborted.
pub(super) async fn bytes(weights: &JsValue, preset: Option<&str>, watch: &Watch) -> Result<Vec<u8>, JsValue> {
    watch.check()?;
    if let Some(buffer) = weights.dyn_ref::<ArrayBuffer>() {
        return Ok(Uint8Array::new(buffer).to_vec());
    }
    if let Some(bytes) = weights.dyn_ref::<Uint8Array>() {
        return Ok(bytes.to_vec());
    }
    let loaded = match weights.dyn_ref::<Blob>() {
        Some(blob) => JsFuture::from(blob.array_buffer()).await.map(|buffer| Uint8Array::new(&buffer)),
        None => fetched(weights, preset, watch).await,
    };
    watch.check()?;
    loaded.map(|bytes| bytes.to_vec()).map_err(|error| {
        let of = preset.map_or(String::new(), |preset| format!(" of {preset}"));
        thrown(Error::ModelFile(format!(
            "The pretrained weights{of} could not be loaded ({}); try again, or start from another network.",
            reason(&error)
        )))
    })
}

async fn fetched(source: &JsValue, preset: Option<&str>, watch: &Watch) -> Result<Uint8Array, JsValue> {
    let [preset, on_progress] =
        [preset.map(JsValue::from), watch.on_progress.as_ref().map(JsValue::from)].map(Option::unwrap_or_default);
    let options = Object::new().into();
    set(&options, "signal", &watch.signal());
    let missing = "give their bytes, because nothing here fetches files";
    call(&LOADER, missing, Array::of4(&preset, source, &on_progress, &options)).await?.dyn_into()
}
