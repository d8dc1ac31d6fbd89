//! The history of a run as a file, for JavaScript.

use wasm_bindgen::prelude::*;

use super::convert::thrown;
use crate::error::Error;
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
    // A metric that is null in every epoch has a column too, so nulls are not left out as those of options are.
    let epochs: Vec<EpochRecord> = serde_wasm_bindgen::from_value(epochs)
        .map_err(|error| thrown(Error::config("epochs", format!("is not understood: {error}"))))?;
    Ok(History { epochs, ..History::default() }.csv())
}
