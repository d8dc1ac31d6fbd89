//! A look inside a network, for JavaScript.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::evaluation::{Inside, Tiles};
use crate::web::convert::{set, to_js};

/// `Inside` in `types/results.d.ts`.
pub(in crate::web) fn inside_to_js(inside: &Inside) -> JsValue {
    let object = Object::new();
    let filters = inside.filters.as_ref().map_or(JsValue::NULL, tiles);
    let layers: Array = inside.layers.iter().map(tiles).collect();
    set(&object, "filters", &filters);
    set(&object, "layers", &layers);
    object.into()
}

fn tiles(tiles: &Tiles) -> JsValue {
    let object = to_js(tiles);
    set(&object, "pixels", &Uint8Array::from(tiles.pixels.as_slice()));
    object
}
