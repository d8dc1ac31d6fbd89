//! The history of a run as a file, for JavaScript.

use wasm_bindgen::prelude::*;

use super::convert::from_js;
use crate::training::history::{EpochRecord, History};

/// The epochs of a history as CSV: `epoch` from 0, then the metrics in the order of their names.
///
/// # Errors
///
/// `ConfigError` for what is no list of epochs.
#[wasm_bindgen(js_name = historyCsv)]
pub fn history_csv(
    #[wasm_bindgen(unchecked_param_type = "readonly EpochRecord[]")] epochs: JsValue,
) -> Result<String, JsValue> {
    let epochs: Vec<EpochRecord> = from_js("epochs", epochs)?;
    Ok(History { epochs, ..History::default() }.csv())
}
