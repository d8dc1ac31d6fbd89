//! `evaluate` and `remember`: a network's answers for labelled pictures.

use js_sys::{Float32Array, Object, Uint32Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use crate::data::{Dataset, WeakDataset};
use crate::evaluation::{BATCH_SIZE, Details};
use crate::training::plan::pictures_per_step;
use crate::training::state::leave_a_lost_gpu;
use crate::training::state::measured::MOST_VECTORS;
use crate::web::callbacks::Observer;
use crate::web::convert::{or_default, set, thrown, to_js};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::JsDataset;
use crate::web::watch::{SIGNAL_AND_PROGRESS, Watch};

/// `EvaluateOptions` in `types/results.d.ts`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EvaluateOptions {
    batch_size: Option<f64>,
    #[serde(default)]
    details: bool,
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
    /// network; the reason of `signal`, an `AbortError`, if it is aborted; and whatever `onEvent` and `onProgress` throw.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "Part | null")] part: Option<String>,
        #[wasm_bindgen(unchecked_optional_param_type = "EvaluateOptions | null")] options: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let (options, watch) = Watch::taken_from(&options)?;
        let EvaluateOptions { batch_size, details } = or_default("evaluate", options)?;
        let batch_size = batch_size.map_or(Ok(BATCH_SIZE), |size| pictures_per_step("batchSize", size));
        let batch_size = batch_size.map_err(thrown)?;
        let pictures = dataset.0.part(part.as_deref(), self.held_out().as_ref()).map_err(thrown)?;
        let mut model = self.model.borrow_mut();
        leave_a_lost_gpu(&mut model);
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        let mut observer = Observer::new(on_event, watch, Vec::new(), self.requests.clone());
        if !details {
            let scores = model.evaluate_with(&mut helpers, &pictures, batch_size, &mut observer).await;
            return observer.scored(scores.map(|scores| scores.map(|scores| to_js(&scores))));
        }
        let scores = model.evaluate_in_detail(&mut helpers, &pictures, batch_size, &mut observer).await;
        let first = dataset.0.first_id(&pictures) as u32;
        observer.scored(scores.map(|scores| {
            scores.map(|(scores, mut details)| {
                details.pictures.iter_mut().for_each(|id| *id += first);
                let object = to_js(&scores);
                set(&object, "details", &to_js_details(&details));
                object
            })
        }))
    }

    /// The parts that `evaluate` can score now.
    #[must_use]
    #[wasm_bindgen(unchecked_return_type = "Part[]")]
    pub fn parts(&self, dataset: &JsDataset) -> Vec<String> {
        let held_out = self.held_out();
        let there = |part: &&str| dataset.0.part(Some(part), held_out.as_ref()).is_ok();
        ["training", "validation", "test"].into_iter().filter(there).map(str::to_string).collect()
    }

    /// Keeps what the network makes of up to 2,000 training pictures, and the distance within which 95 % of the validation
    /// pictures lie of them: from then on `predict` and `evaluate` say of each picture how unlike it is to them, and the `.tabfit`
    /// file has it. A run begins without it. The validation pictures are the data set's own, or what the last fit held out.
    ///
    /// # Errors
    ///
    /// `DatasetError` when there are no validation pictures, or the pictures are not for this network; the reason of `signal` if
    /// it is aborted, and then the network is as it was; whatever `onEvent`, which hears of `features`, and `onProgress`, which counts
    /// pictures, throw.
    pub async fn remember(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions | null")] options: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        let watch = Watch::of("remember", &options, SIGNAL_AND_PROGRESS)?;
        let validation = dataset.0.part(Some("validation"), self.held_out().as_ref()).map_err(thrown)?;
        let training = dataset.0.training.without(&validation);
        let mut model = self.model.borrow_mut();
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        let mut observer = Observer::new(on_event, watch, Vec::new(), self.requests.clone());
        observer.total = training.len().min(MOST_VECTORS) + validation.len();
        let whole = model.remember_with(&mut helpers, &training, &validation, &mut observer).await;
        observer.scored(whole.map(|whole| whole.then_some(JsValue::UNDEFINED))).map(drop)
    }
}

impl JsSequential {
    /// The validation pictures of the last fit, as long as their data set is not freed.
    fn held_out(&self) -> Option<Dataset> {
        self.last_validation.borrow().as_ref().and_then(WeakDataset::upgrade)
    }
}

/// `Details` in `types/results.d.ts`.
fn to_js_details(details: &Details) -> JsValue {
    let object = Object::new().into();
    set(&object, "pictures", &Uint32Array::from(details.pictures.as_slice()));
    set(&object, "labels", &Uint32Array::from(details.labels.as_slice()));
    set(&object, "probabilities", &Float32Array::from(details.probabilities.as_slice()));
    let unlike = details.unlike.as_ref().map_or(JsValue::NULL, |unlike| Float32Array::from(unlike.as_slice()).into());
    set(&object, "unlike", &unlike);
    object
}
