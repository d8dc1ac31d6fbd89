//! `evaluate` and `predict`: a network's answers for pictures.

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::network::JsSequential;
use crate::data::WeakDataset;
use crate::evaluation::BATCH_SIZE;
use crate::training::plan::pictures_per_step;
use crate::training::state::leave_a_lost_gpu;
use crate::web::callbacks::Observer;
use crate::web::convert::{or_default, thrown, to_js};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::{JsDataset, picture};

/// `EvaluateOptions` in `types/results.d.ts`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EvaluateOptions {
    batch_size: Option<f64>,
}

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Evaluates a part. "validation" is the data set's own, or what the last fit held out of it. The default is the first
    /// that there is of the test, the validation and the training part. `onEvent` hears of the progress and is awaited: a
    /// pending promise pauses it.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a misspelt option, `DatasetError` when there is no such part, or its pictures are not for this
    /// network; the reason of `signal` if it is aborted; and whatever `onEvent` throws.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "Part | null")] part: Option<String>,
        #[wasm_bindgen(unchecked_optional_param_type = "EvaluateOptions | null")] options: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
        #[wasm_bindgen(unchecked_optional_param_type = "AbortSignal | null")] signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let EvaluateOptions { batch_size } = or_default("evaluate", options)?;
        let batch_size = batch_size.map_or(Ok(BATCH_SIZE), |size| pictures_per_step("batchSize", size));
        let batch_size = batch_size.map_err(thrown)?;
        let last_validation = self.last_validation.borrow().as_ref().and_then(WeakDataset::upgrade);
        let pictures = dataset.0.part(part.as_deref(), last_validation.as_ref()).map_err(thrown)?;
        let mut model = self.model.borrow_mut();
        leave_a_lost_gpu(&mut model);
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        let mut observer = Observer::new(on_event, signal, Vec::new(), self.requests.clone());
        let scores = model.evaluate_with(&mut helpers, &pictures, batch_size, &mut observer).await;
        observer.scored(scores)
    }

    /// The probability of each class, the highest first, for a picture file of any size, or for RGB or
    /// RGBA pixels of `imageSize` by `imageSize`.
    ///
    /// # Errors
    ///
    /// `DatasetError` for an unreadable file or pixels of another shape; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "Prediction[]")]
    pub async fn predict(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Blob | Uint8Array | Uint8ClampedArray")] picture: JsValue,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let mut model = self.model.borrow_mut();
        let rgb = picture::rgb(picture, model.image_size()).await?;
        model.predict(&rgb).await.map(|predictions| to_js(&predictions)).map_err(thrown)
    }

    /// [`Self::predict`] for an encoded picture of any size, by the built-in decoders.
    ///
    /// # Errors
    ///
    /// `DatasetError` when the file is not a readable picture; `BusyError` during a fit.
    #[wasm_bindgen(js_name = predictEncoded, unchecked_return_type = "Prediction[]")]
    pub async fn predict_encoded(&self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let predictions = self.model.borrow_mut().predict_encoded(&bytes).await;
        predictions.map(|predictions| to_js(&predictions)).map_err(thrown)
    }
}
