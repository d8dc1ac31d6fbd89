//! Decodes what the browser cannot, with decoders that are built in or, without the feature `decoders`, loaded when they
//! are first needed.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect, Uint8Array};
use tabfit_care::{LOOK_BYTES, Look};
use wasm_bindgen::prelude::*;

use crate::data::Reason;
use crate::data::clinic::Reading;
use crate::data::image::{self, Decoded};
use crate::web::convert::reason;
use crate::web::late::{Late, call};

thread_local! {
    static LATE: Late = const { RefCell::new(None) };
    static CLINIC: Late = const { RefCell::new(None) };
}

const MISSING: &str = "cannot be decoded by this browser";

/// Sets the function that decodes pictures where no decoders are built in: `(bytes: Uint8Array, size: number) =>
/// Promise<Uint8Array>`: the picture, and after it what was measured of it. It rejects with a string that completes "… was
/// skipped: it …", or with an `Error` if it cannot load the decoders. The other one is for pictures of clinic and laboratory:
/// `(bytes: Uint8Array) => Promise<{ pixels: Uint8Array, width: number, spread: boolean, dicom: boolean }>`, RGB at the picture's
/// own size. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setDecoders, skip_typescript)]
pub fn set_decoders(decode: Function, clinic: Function) {
    LATE.set(Some(decode));
    CLINIC.set(Some(clinic));
}

/// The picture at the network's size, with what was measured of it before.
pub(super) async fn decode(bytes: &[u8], size: usize) -> Result<Decoded, Reason> {
    let is_clinical = tabfit_clinic::recognised(bytes);
    if (is_clinical && cfg!(feature = "clinic")) || (!is_clinical && cfg!(feature = "decoders")) {
        return image::decode_measured(bytes, size);
    }
    image::inspect(bytes)?;
    let bytes = Uint8Array::from(bytes);
    if !is_clinical {
        let answer =
            call(&LATE, MISSING, Array::of2(&bytes, &size.into())).await.and_then(JsCast::dyn_into::<Uint8Array>);
        let mut rgb = answer.map_err(refused)?.to_vec();
        let look = rgb.split_off(rgb.len().min(size * size * 3));
        let look = look.as_array::<LOOK_BYTES>().map(Look::from_bytes);
        let look = look.ok_or_else(|| Reason::from("was decoded by another version of the program"))?;
        return Ok(Decoded { rgb, look, reading: None });
    }
    let picture = call(&CLINIC, MISSING, Array::of1(&bytes)).await.map_err(refused)?;
    let field = |name: &str| Reflect::get(&picture, &name.into()).unwrap_or_default();
    let rgb = Uint8Array::new(&field("pixels")).to_vec();
    let width = field("width").as_f64().unwrap_or_default() as usize;
    let own = (width, (rgb.len() / 3).checked_div(width).unwrap_or_default());
    let reading = Reading { size: own, spread: field("spread").is_truthy(), dicom: field("dicom").is_truthy() };
    Ok(Decoded::of_clinic(&rgb, reading, size))
}

/// What a person reads where a picture was not decoded: a clause says it, an error only that the decoders are not there.
fn refused(error: JsValue) -> Reason {
    error.as_string().unwrap_or_else(|| {
        format!(
            "{MISSING}, and our own decoders could not be loaded ({}); read the pictures again to try once more",
            reason(&error)
        )
    })
}
