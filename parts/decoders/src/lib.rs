//! The part of tabfit that decodes what a browser cannot. A page loads it when it first meets such a picture.

use wasm_bindgen::prelude::*;

/// [`tabfit_decoders::decode_measured`] for JavaScript: `size` x `size` pixels of RGB8, and after them the bytes of the look.
///
/// # Errors
///
/// A string that completes "… was skipped: it …".
#[wasm_bindgen]
pub fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, JsValue> {
    let (mut rgb, look) = tabfit_decoders::decode_measured(bytes, size)?;
    rgb.extend(look.to_bytes());
    Ok(rgb)
}
