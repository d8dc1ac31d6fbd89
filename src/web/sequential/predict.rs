//! `predict`, `gradCam` and `setTemperature`: a network's answers for pictures without labels.

use js_sys::{Array, Float32Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use crate::evaluation::Answer;
use crate::web::convert::{reason, set, thrown, to_js};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::picture;
use crate::web::watch::{SIGNAL_AND_PROGRESS, Watch};

/// The bytes of decoded pictures that are in memory at once.
const MOST_BYTES: usize = 32 << 20;

/// `Answer` in `types/results.d.ts`.
#[derive(Serialize)]
struct JsAnswer {
    #[serde(flatten)]
    answer: Answer,
    error: Option<String>,
}

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// The probability of each class, the highest first, for a picture. For an array of pictures, an answer for each, computed
    /// together: its predictions, how unlike it is to the training pictures, and a sentence in the place of them where it could
    /// not be read. `types/results.d.ts` has its types.
    ///
    /// # Errors
    ///
    /// `DatasetError` for an unreadable file or pixels of another shape, unless they are in an array; the reason of `signal` if it
    /// is aborted; whatever `onProgress` throws; `BusyError` during a fit.
    #[wasm_bindgen(skip_typescript)]
    pub async fn predict(&self, picture: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let watch = Watch::of("predict", &options, SIGNAL_AND_PROGRESS)?;
        let mut model = self.model.borrow_mut();
        let size = model.image_size();
        if !Array::is_array(&picture) {
            let rgb = watch.unless_aborted(picture::rgb(picture, size)).await??;
            return model.predict(&rgb).await.map(|predictions| to_js(&predictions)).map_err(thrown);
        }
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        let (pictures, answers) = (Array::from(&picture), Array::new());
        let (mut pixels, mut errors) = (Vec::new(), Vec::new());
        for (index, given) in pictures.iter().enumerate() {
            match watch.unless_aborted(picture::rgb(given, size)).await? {
                Ok(rgb) => {
                    pixels.extend(rgb);
                    errors.push(None);
                }
                Err(error) => errors.push(Some(reason(&error))),
            }
            if pixels.len() >= MOST_BYTES || index + 1 == pictures.length() as usize {
                let known = model.predict_many(&mut helpers, std::mem::take(&mut pixels)).await.map_err(thrown)?;
                let mut known = known.into_iter();
                for error in errors.drain(..) {
                    let none = || Answer { predictions: Vec::new(), unlike: None };
                    let answer = if error.is_some() { none() } else { known.next().unwrap_or_else(none) };
                    answers.push(&to_js(&JsAnswer { answer, error }));
                }
                watch.tell(index + 1, pictures.length() as usize)?;
                watch.pause().await?; // the moment in which a person can stop it
            }
        }
        Ok(answers.into())
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

    /// Which places of a picture speak for a class, or for the most probable one: Grad-CAM (Selvaraju et al. 2017) of the last
    /// map of features. The picture is one that `predict` takes.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a class that is none, or a network without such a map; `DatasetError` for an unreadable file or pixels of
    /// another shape; `BusyError` during a fit.
    #[wasm_bindgen(js_name = gradCam, unchecked_return_type = "GradCam")]
    pub async fn grad_cam(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Picture")] picture: JsValue,
        #[wasm_bindgen(js_name = className, unchecked_optional_param_type = "string | null")] class_name: Option<
            String,
        >,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let rgb = picture::rgb(picture, self.image_size).await?;
        let map = self.model.borrow_mut().grad_cam(&rgb, class_name.as_deref()).await.map_err(thrown)?;
        let object = to_js(&map);
        set(&object, "values", &Float32Array::from(map.values.as_slice()));
        Ok(object)
    }

    /// What the logits are divided by before the softmax; null if nothing.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit.
    #[wasm_bindgen(getter, unchecked_return_type = "number | null")]
    pub fn temperature(&self) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        Ok(self.model.borrow().temperature().map_or(JsValue::NULL, JsValue::from))
    }

    /// Divides the logits by a number before the softmax (Guo et al. 2017): in `predict` and `evaluate`, and as a layer in
    /// exports. No answer changes its place. A run begins without it.
    ///
    /// # Errors
    ///
    /// `ConfigError` if it is not from 0.01 to 100; `BusyError` during a fit.
    #[wasm_bindgen(js_name = setTemperature)]
    pub fn set_temperature(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number | null")] value: Option<f64>,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow_mut().set_temperature(value).map_err(thrown)
    }
}
