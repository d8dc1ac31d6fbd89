//! `setTrainable` and `replaceHead`: fine-tuning of a trained network.

use wasm_bindgen::prelude::*;

use super::network::{JsSequential, seed_or_default};
use crate::web::convert::thrown;

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Freezes layers or makes them trainable again, by name, like Keras's `layer.trainable`. A stopped run
    /// cannot be resumed after that.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a name that no layer has; `BusyError` during a fit.
    #[wasm_bindgen(js_name = setTrainable)]
    pub fn set_trainable(&self, names: Vec<String>, trainable: bool) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow_mut().set_trainable(&names, trainable).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }

    /// Replaces the last Dense layer by a new one for other classes, initialized from the seed; all other
    /// weights stay.
    ///
    /// # Errors
    ///
    /// `ConfigError` for fewer than two classes or a network without such a layer; `BusyError` during a
    /// fit.
    #[wasm_bindgen(js_name = replaceHead)]
    pub fn replace_head(
        &self,
        #[wasm_bindgen(js_name = classNames)] class_names: Vec<String>,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] seed: Option<f64>,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow_mut().replace_head(class_names, seed_or_default(seed)?).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }
}
