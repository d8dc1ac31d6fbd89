//! `Sequential` for JavaScript: Keras's verbs over a [`Model`].

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::{
    convert::{from_js, thrown, to_js},
    custom_callback::CustomCallback,
    folder::{JsDataset, opaque},
    observer::{FitEvent, Observer},
};
use crate::{
    dataset::Dataset,
    device::{DeviceInfo, DeviceKind},
    error::{Error, Result},
    fit::{fit, resume},
    fit_config::FitConfig,
    fit_plan::FitPlan,
    history::History,
    image_folder::Part,
    loss::Loss,
    metrics::MetricConfig,
    model::{Model, Unfinished},
    optimizer::OptimizerConfig,
    seed::Seed,
    summary::ModelSummary,
};

/// Pictures per step when scoring; it changes no number.
const EVALUATION_BATCH: usize = 32;

/// A network with its optimizer, classes and history.
#[wasm_bindgen(js_name = Sequential)]
#[derive(Debug)]
pub struct JsSequential {
    pub(super) model: RefCell<Model>,
    /// The validation pictures of the last fit, held out or given.
    held_out: RefCell<Option<Dataset>>,
    pub(super) busy: Cell<bool>,
}

/// Held for the length of one asynchronous call; dropping it frees the network, error or not.
pub(super) struct Turn<'a>(&'a Cell<bool>);

impl<'a> Turn<'a> {
    pub(super) fn take(busy: &'a Cell<bool>) -> Result<Self, JsValue> {
        if busy.replace(true) { Err(thrown(Error::Busy)) } else { Ok(Self(busy)) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompileConfig {
    optimizer: OptimizerConfig,
    #[serde(default)]
    loss: Loss,
    #[serde(default)]
    metrics: Vec<MetricConfig>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelInfo<'a> {
    class_names: &'a [String],
    image_size: usize,
    device: &'a DeviceInfo,
    summary: ModelSummary,
    history: Option<&'a History>,
    unfinished: Option<Unfinished>,
}

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Checks a network and draws its weights from the seed.
    ///
    /// # Errors
    ///
    /// `ConfigError` for layers that do not fit, `DeviceError` when there is no such device.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "ModelConfig")] model: JsValue,
        #[wasm_bindgen(js_name = classNames)] class_names: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "DeviceKind")] device: JsValue,
        seed: f64,
    ) -> Result<JsSequential, JsValue> {
        let (config, kind) = (from_js("layers", model)?, from_js("device", device)?);
        if !(0.0..=9_007_199_254_740_991.0).contains(&seed) || seed.fract() != 0.0 {
            return Err(thrown(Error::config("seed", format!("must be a whole number of 0 or more, not {seed}"))));
        }
        Model::new(config, class_names, kind, Seed(seed as u64)).await.map(Self::from).map_err(thrown)
    }

    /// Opens a `.tabfit` file.
    ///
    /// # Errors
    ///
    /// `ModelFileError` when the file cannot be used, `DeviceError` when there is no such device.
    pub async fn load(
        bytes: Vec<u8>,
        #[wasm_bindgen(unchecked_param_type = "DeviceKind")] device: JsValue,
    ) -> Result<JsSequential, JsValue> {
        let kind: DeviceKind = from_js("device", device)?;
        Model::load(&bytes, kind).await.map(Self::from).map_err(thrown)
    }

    /// Classes, picture size, device, layers and history.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit.
    #[wasm_bindgen(getter, unchecked_return_type = "ModelInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let model = self.model.borrow();
        Ok(to_js(&ModelInfo {
            class_names: model.class_names(),
            image_size: model.image_size(),
            device: model.device_info(),
            summary: model.architecture().summary(),
            history: Some(model.history()).filter(|history| !history.epochs.is_empty()),
            unfinished: model.unfinished(),
        }))
    }

    /// Chooses the optimizer, forgetting what the old one remembered, the loss and the metrics.
    ///
    /// # Errors
    ///
    /// `ConfigError` names what is out of range or unknown; `BusyError` during a fit.
    pub fn compile(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CompileConfig")] config: JsValue,
    ) -> Result<(), JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let CompileConfig { optimizer, loss, metrics } = from_js("compile", config)?;
        self.model.borrow_mut().compile(optimizer, loss, &metrics).map_err(thrown)
    }

    /// Trains on the folder's training part and resolves to the history; aborting `signal` ends the
    /// run early and is not an error. `onEvent` is awaited: a pending promise pauses the run.
    ///
    /// # Errors
    ///
    /// `ConfigError`, `DatasetError` or `DeviceError` with a sentence; `BusyError` during another
    /// fit; and whatever `onEvent` throws.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn fit(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_param_type = "FitConfig")] config: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "(event: FitEvent) => unknown")]
        on_event: Option<js_sys::Function>,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let (config, custom) = CustomCallback::taken_from(&config)?;
        let config: FitConfig = from_js("fit", config)?;
        let plan = FitPlan::new(config, dataset.0.training.clone(), dataset.0.validation.clone()).map_err(thrown)?;
        let mut model = self.model.borrow_mut();
        plan.check(&model).map_err(thrown)?;
        let mut observer = Observer::new(on_event, signal, custom);
        self.begin(&plan, &model, &mut observer).await;
        observer.ended(fit(&mut model, plan, &mut observer).await)
    }

    /// Goes on with the run that was stopped, or that the opened file held, as if it had not been
    /// interrupted. `dataset` holds the pictures of that run. `callbacks` are those of the run that hold
    /// functions, which no file keeps.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped, `DatasetError` for other pictures, and what `fit` throws.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn resume(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "(event: FitEvent) => unknown")]
        on_event: Option<js_sys::Function>,
        signal: Option<AbortSignal>,
        #[wasm_bindgen(unchecked_optional_param_type = "CustomCallback[]")] callbacks: JsValue,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let custom = CustomCallback::all_of(&callbacks)?;
        let (training, validation) = (dataset.0.training.clone(), dataset.0.validation.clone());
        let mut model = self.model.borrow_mut();
        let plan = model.unfinished_plan(training.clone(), validation.clone()).map_err(thrown)?;
        let mut observer = Observer::new(on_event, signal, custom);
        self.begin(&plan, &model, &mut observer).await;
        observer.ended(resume(&mut model, training, validation, &mut observer).await)
    }

    async fn begin(&self, plan: &FitPlan, model: &Model, observer: &mut Observer) {
        self.held_out.replace(plan.validation.clone());
        let start = FitEvent::Start {
            epochs: plan.epochs(),
            steps: plan.steps(),
            training_images: plan.training.len(),
            validation_images: plan.validation.as_ref().map_or(0, Dataset::len),
            device: model.device_info(),
        };
        observer.emit(start).await;
    }

    /// The run that was stopped, as a `.tabfit` file that `load` opens and `resume` goes on with.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn checkpoint(&self) -> Result<js_sys::Uint8Array, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let bytes = self.model.borrow().checkpoint().await.map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(bytes.as_slice()))
    }

    /// Scores a part of a folder. "validation" is the folder's own, or what the last fit held out.
    ///
    /// # Errors
    ///
    /// `DatasetError` when there is no such part, or its pictures are not for this network.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_param_type = "Part")] part: String,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let missing = || thrown(Error::Dataset(format!("There are no {part} pictures to score.")));
        let pictures = match Part::of(&part).ok_or_else(missing)? {
            Part::Training => Some(dataset.0.training.clone()),
            Part::Validation => dataset.0.validation.clone().or_else(|| self.held_out.borrow().clone()),
            Part::Test => dataset.0.test.clone(),
        };
        let pictures = pictures.ok_or_else(missing)?;
        let evaluation = self.model.borrow_mut().evaluate(&pictures, EVALUATION_BATCH).await;
        evaluation.map(|evaluation| to_js(&evaluation)).map_err(thrown)
    }

    /// The probability of each class, the highest first, for opaque RGBA8 pixels of `imageSize` by
    /// `imageSize`.
    ///
    /// # Errors
    ///
    /// `DatasetError` for pixels of another shape; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "Prediction[]")]
    pub async fn predict(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] rgba: js_sys::Uint8Array,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let rgb = opaque(&rgba).map_err(thrown)?;
        self.model.borrow_mut().predict(&rgb).await.map(|predictions| to_js(&predictions)).map_err(thrown)
    }

    /// [`Self::predict`] for an encoded picture of any size, by the built-in decoders.
    ///
    /// # Errors
    ///
    /// `DatasetError` when the file is not a readable picture; `BusyError` during a fit.
    #[wasm_bindgen(js_name = predictEncoded, unchecked_return_type = "Prediction[]")]
    pub async fn predict_encoded(&self, bytes: Vec<u8>) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let predictions = self.model.borrow_mut().predict_encoded(&bytes).await;
        predictions.map(|predictions| to_js(&predictions)).map_err(thrown)
    }

    /// The network as a `.tabfit` file.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit; `DeviceError` when the device failed before its first epoch ended.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn save(&self) -> Result<js_sys::Uint8Array, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let bytes = self.model.borrow_mut().save().await.map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(bytes.as_slice()))
    }
}

impl From<Model> for JsSequential {
    fn from(model: Model) -> Self {
        Self { model: RefCell::new(model), held_out: RefCell::new(None), busy: Cell::new(false) }
    }
}
