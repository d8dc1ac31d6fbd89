//! `steer`, `lookAt` and `inside`: what can be asked of a network while it trains.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::network::JsSequential;
use crate::web::callbacks::inside_to_js;
use crate::web::convert::{from_js, thrown};
use crate::web::pictures::picture;

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
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

    /// Asks to see what a step does, by a `step` event: "next" is the next step of the run that goes on; "epochs" is the last
    /// step of each epoch, also in later runs, without its pictures; "none" ends that. No number of the run depends on it.
    ///
    /// # Errors
    ///
    /// `ConfigError` for another word.
    #[wasm_bindgen(js_name = lookAt)]
    pub fn look_at(
        &self,
        #[wasm_bindgen(unchecked_param_type = "'next' | 'epochs' | 'none'")] steps: JsValue,
    ) -> Result<(), JsValue> {
        self.requests.look_at(from_js("lookAt", steps)?);
        Ok(())
    }

    /// The filters of the first layer that has some, and what each layer makes of a picture. While a run goes on, it answers between
    /// two steps, also those of its validation, or while `onEvent` keeps it waiting. No number of the run depends on it.
    ///
    /// # Errors
    ///
    /// `DatasetError` for an unreadable file or pixels of another shape; `ConfigError` if the run ends before it has answered;
    /// `BusyError` during an evaluation.
    #[wasm_bindgen(unchecked_return_type = "Inside")]
    pub async fn inside(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "Picture | null")] picture: JsValue,
    ) -> Result<JsValue, JsValue> {
        let rgb = match picture.is_null() || picture.is_undefined() {
            true => None,
            false => Some(picture::rgb(picture, self.image_size).await?),
        };
        if self.requests.is_open() {
            return JsFuture::from(self.requests.ask_inside(rgb)).await;
        }
        let _turn = self.take_turn()?;
        let inside = self.model.borrow_mut().inside(rgb.as_deref()).await;
        inside.map(|inside| inside_to_js(&inside)).map_err(thrown)
    }
}
