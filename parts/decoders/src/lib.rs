//! The part of tabfit that decodes what a browser cannot. A page loads it when it first meets such a picture.

use wasm_bindgen::prelude::*;

/// [`tabfit_decoders::decode`] for JavaScript: `size` x `size` pixels of RGB8.
///
/// # Errors
///
/// A string that completes "… was skipped: it …".
#[wasm_bindgen]
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, JsValue> {
    tabfit_decoders::decode(bytes, size).map_err(Into::into)
}
