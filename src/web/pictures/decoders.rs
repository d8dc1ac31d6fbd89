//! Decodes what the browser cannot, with decoders that are built in or, without the feature `decoders`, loaded when they
//! are first needed.

use std::cell::RefCell;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::data::{Reason, image};
use crate::web::convert::reason;
use crate::web::late::{Late, call};

thread_local! {
    static LATE: Late = const { RefCell::new(None) };
}

/// Sets the function that decodes pictures where no decoders are built in: `(bytes: Uint8Array, size: number) =>
/// Promise<Uint8Array>`. It rejects with a string that completes "… was skipped: it …", or with an `Error` if it cannot
/// load the decoders. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setDecoders, skip_typescript)]
pub fn set_decoders(decode: Function) {
    LATE.set(Some(decode));
}

/// The picture as `[size, size, 3]`.
pub(super) async fn decode(bytes: &[u8], size: usize) -> Result<Vec<u8>, Reason> {
    if cfg!(feature = "decoders") {
        return image::decode(bytes, size);
    }
    image::inspect(bytes)?;
    let arguments = Array::of2(&Uint8Array::from(bytes), &size.into());
    let decoded = call(&LATE, "cannot be decoded by this browser", arguments).await;
    match decoded.and_then(JsCast::dyn_into::<Uint8Array>) {
        Ok(rgb) => Ok(rgb.to_vec()),
        Err(clause) if clause.is_string() => Err(clause.as_string().unwrap_or_default()),
        Err(error) => Err(format!(
            "cannot be decoded by this browser, and our own decoders could not be loaded ({}); read the pictures again to try once more",
            reason(&error)
        )),
    }
}
