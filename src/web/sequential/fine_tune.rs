//! `setPixels`, `setClassNames`, `setTrainable` and `replaceHead`: what a trained network gets, and its fine-tuning.

use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use super::options::seed_or_default;
use crate::network::Pixels;
use crate::web::convert::{or_default, thrown};

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Tells what pixels the network was trained on, which most files of other tools do not say: a layer in front makes
    /// them, in the place of the one of an earlier call, which `null` takes away. It goes with the network into every file.
    /// The optimizer starts anew; a stopped run cannot be resumed after that.
    ///
    /// # Errors
    ///
    /// `ConfigError` for an unknown word; `BusyError` during a fit.
    #[wasm_bindgen(js_name = setPixels)]
    pub fn set_pixels(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Pixels | null")] pixels: JsValue,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        let pixels: Option<Pixels> = or_default("pixels", pixels)?;
        self.model.borrow_mut().set_pixels(pixels).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }

    /// Gives the classes other names, in the order of the network's outputs: most files of other tools have none, and their
    /// classes are called `class 1`, `class 2`, …. A stopped run cannot be resumed after that.
    ///
    /// # Errors
    ///
    /// `ConfigError` for another number of names than of classes, and nothing is changed then; `BusyError` during a fit.
    #[wasm_bindgen(js_name = setClassNames)]
    pub fn set_class_names(
        &self,
        #[wasm_bindgen(js_name = classNames)] class_names: Vec<String>,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow_mut().set_class_names(class_names).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }

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
