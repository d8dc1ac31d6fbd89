//! `Sequential` for JavaScript: Keras's verbs over a [`Model`].

use std::cell::{Cell, RefCell};

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::{
    architecture::Data,
    convert::{from_js, thrown, to_js},
    dataset::JsDataset,
    gpu, picture,
    workers::Borrowed,
};
use crate::{
    data::{dataset::Dataset, folder::Part},
    device::DeviceInfo,
    error::{Error, Result},
    metrics::MetricConfig,
    network::summary::ModelSummary,
    optimizers::{
        config::{OptimizerConfig, by_name_or_config},
        loss::Loss,
    },
    seed::Seed,
    training::{
        history::History,
        model::{Model, Unfinished},
    },
};

/// Pictures per step when scoring; it changes no number.
const EVALUATION_BATCH: usize = 32;

/// A network with its optimizer, classes and history.
#[wasm_bindgen(js_name = Sequential)]
#[derive(Debug)]
pub struct JsSequential {
    pub(super) model: RefCell<Model>,
    /// The validation pictures of the last fit, held out or given.
    pub(super) held_out: RefCell<Option<Dataset>>,
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
    #[serde(deserialize_with = "by_name_or_config")]
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
    /// Checks a network, draws its weights from the seed (1 where none is given) and puts it on a
    /// device. A preset and a list of layers are made for the picture size of `data`.
    ///
    /// "auto", also where no device is given, takes WebGPU if the browser has an adapter that is no
    /// software and multiplies two matrices rightly, and the CPU otherwise; `info.device` says which.
    ///
    /// # Errors
    ///
    /// `ConfigError` for layers that do not fit, `DeviceError` when there is no such device.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "PresetName | LayerConfig[] | ModelConfig")] model: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[] | { imageSize: number; classNames: string[] }")] data: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DeviceChoice | null")] device: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] seed: Option<f64>,
    ) -> Result<JsSequential, JsValue> {
        let data = Data::from_js(data)?;
        let (config, kind) = (data.network(model)?, gpu::choose(device).await?);
        Model::new(config, data.class_names, kind, seed_of(seed)?).await.map(Self::from).map_err(thrown)
    }

    /// Opens a `.tabfit` file, on the device that [`Self::create`] would choose.
    ///
    /// # Errors
    ///
    /// `ModelFileError` when the file cannot be used, `DeviceError` when there is no such device.
    pub async fn load(
        bytes: Vec<u8>,
        #[wasm_bindgen(unchecked_optional_param_type = "DeviceChoice | null")] device: JsValue,
    ) -> Result<JsSequential, JsValue> {
        let kind = gpu::choose(device).await?;
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

    /// Scores a part. "validation" is the data set's own, or what the last fit held out; without a part
    /// it is the test part, or the validation part where there is none.
    ///
    /// # Errors
    ///
    /// `DatasetError` when there is no such part, or its pictures are not for this network.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub async fn evaluate(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "Part | null")] part: Option<String>,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let unnamed = if dataset.0.test.is_some() { "test" } else { "validation" };
        let part = part.unwrap_or_else(|| unnamed.into());
        let missing = || thrown(Error::Dataset(format!("There are no {part} pictures to score.")));
        let pictures = match Part::of(&part).ok_or_else(missing)? {
            Part::Training => Some(dataset.0.training.clone()),
            Part::Validation => dataset.0.validation.clone().or_else(|| self.held_out.borrow().clone()),
            Part::Test => dataset.0.test.clone(),
        };
        let pictures = pictures.ok_or_else(missing)?;
        let mut model = self.model.borrow_mut();
        let mut workers = Borrowed::by(model.device_info());
        let evaluation = model.evaluate_with(&mut workers, &pictures, EVALUATION_BATCH).await;
        evaluation.map(|evaluation| to_js(&evaluation)).map_err(thrown)
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
        let _turn = Turn::take(&self.busy)?;
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

/// A seed is any whole number that JavaScript can count to; 1 where none is given.
pub(super) fn seed_of(seed: Option<f64>) -> Result<Seed, JsValue> {
    let seed = seed.unwrap_or(1.0);
    match (0.0..=9_007_199_254_740_991.0).contains(&seed) && seed.fract() == 0.0 {
        true => Ok(Seed(seed as u64)),
        false => Err(thrown(Error::config("seed", format!("must be a whole number of 0 or more, not {seed}")))),
    }
}

impl From<Model> for JsSequential {
    fn from(model: Model) -> Self {
        Self { model: RefCell::new(model), held_out: RefCell::new(None), busy: Cell::new(false) }
    }
}
