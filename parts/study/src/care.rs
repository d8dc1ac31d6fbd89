//! Looks after the pictures of a folder.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::{Deserialize, Serialize};
use tabfit_care::{Folder, Look, Part};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("care.d.ts");

/// What is short of the pictures of a folder.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    class_names: Vec<String>,
}

/// What is wrong with a folder: duplicates, leaks between its parts, weak pictures, and more. `features` are what a network makes
/// of every picture by its id, one after another; without them, nothing is said of outliers.
///
/// # Errors
///
/// `ConfigError` where the lists do not fit each other.
#[wasm_bindgen(unchecked_return_type = "CareReport")]
pub fn care(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] looks: &[u8],
    #[wasm_bindgen(unchecked_param_type = "CarePictures")] pictures: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Float32Array | null")] features: Option<Float32Array>,
) -> Result<JsValue, JsValue> {
    let looks =
        Look::all_from_bytes(looks).map_err(|_| refused("looks are not those of a data set of this version"))?;
    let list = |name: &str| Reflect::get(&pictures, &name.into());
    let parts = list("parts")?.dyn_into::<Uint8Array>().map_err(|_| refused("pictures.parts must be a Uint8Array"))?;
    let parts: Vec<Option<Part>> = parts.to_vec().into_iter().map(Part::of_number).collect();
    let labels =
        list("labels")?.dyn_into::<Uint32Array>().map_err(|_| refused("pictures.labels must be a Uint32Array"))?;
    let labels = labels.to_vec();
    let Names { class_names } = serde_wasm_bindgen::from_value(pictures)?;
    let folder = Folder::new(&looks, &parts, &labels, &class_names).map_err(|error| refused(&error.to_string()))?;
    let report = tabfit_care::care(&folder, &features.map(|features| features.to_vec()).unwrap_or_default());
    let answer = report.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?;
    Reflect::set(&answer, &"groups".into(), &Uint32Array::from(&report.groups[..]))?;
    Ok(answer)
}

/// Puts paths together by a pattern: `*` stands for any characters, `?` for one, `{group}` for the name of the group and
/// `{number}` for one that consists of digits. It is compared with the name of each file, or with as many folders before it as
/// the pattern has.
///
/// # Errors
///
/// `ConfigError` with a sentence about the pattern.
#[wasm_bindgen(js_name = groupsByName, unchecked_return_type = "NamedGroups")]
pub fn groups_by_name(paths: Vec<String>, pattern: &str) -> Result<JsValue, JsValue> {
    let found = tabfit_care::groups_by_name(&paths, pattern).map_err(|sentence| named("ConfigError", &sentence))?;
    let names: Array = found.names.into_iter().map(JsValue::from).collect();
    let answer = Object::new();
    Reflect::set(&answer, &"groups".into(), &Uint32Array::from(&found.groups[..]))?;
    Reflect::set(&answer, &"names".into(), &names)?;
    Reflect::set(&answer, &"matched".into(), &(found.matched as f64).into())?;
    Ok(answer.into())
}

fn refused(clause: &str) -> JsValue {
    named("ConfigError", &format!("{clause}."))
}

/// An error with a stable name, as those of the other parts.
pub(crate) fn named(name: &str, sentence: &str) -> JsValue {
    let error = js_sys::Error::new(sentence);
    error.set_name(name);
    error.into()
}
