//! `steer`: changes to a run that goes on.

use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use crate::web::convert::{from_js, thrown};

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Changes the learning rate or the dropout of the run that goes on, from its next step on, as if one of Keras's callbacks
    /// set them between two batches. A `change` event says when that was; the history and its files keep it, and a resumed
    /// run goes on with it.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run goes on, a number is out of its range, the optimizer follows a schedule, or the network has no
    /// such layer of dropout.
    pub fn steer(&self, #[wasm_bindgen(unchecked_param_type = "Steering")] change: JsValue) -> Result<(), JsValue> {
        self.requests.steer(from_js("steer", change)?).map_err(thrown)
    }
}
