//! `create`, `load`, `info`, `compile` and `save`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::description::NetworkArguments;
use super::options::{self, CreateOptions};
use super::pretrained;
use crate::data::WeakDataset;
use crate::device::DeviceInfo;
use crate::error::Error;
use crate::metrics::MetricConfig;
use crate::network::{ModelSummary, Pixels, Preset};
use crate::optimizers::config::by_name_or_config;
use crate::optimizers::{Loss, OptimizerConfig};
use crate::training::history::History;
use crate::training::state::{Checkpoint, Model, Unfinished};
use crate::web::callbacks::Requests;
use crate::web::convert::{from_js, or_default, thrown, to_js};
use crate::web::watch::Watch;

/// A network with its optimizer, classes and history.
#[wasm_bindgen(js_name = Sequential)]
#[derive(Debug)]
pub struct JsSequential {
    pub(super) model: RefCell<Model>,
    /// The checkpoint of a run that was stopped before its end, or of the loaded file.
    pub(super) checkpoint: RefCell<Option<Checkpoint>>,
    /// The validation pictures of the last fit, whether held out or given, as long as their data set is not freed.
    pub(super) last_validation: RefCell<Option<WeakDataset>>,
    pub(super) requests: Rc<Requests>,
    /// That of the network's pictures, which never changes.
    pub(super) image_size: usize,
    busy: Cell<bool>,
}

/// Locks the network for one asynchronous call; it is unlocked on drop, even after an error.
pub(super) struct Turn<'a>(&'a Cell<bool>);

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

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SaveOptions {
    #[serde(default)]
    include_optimizer: bool,
}

/// What the network gets and wants, as `info` shows it.
#[derive(Serialize)]
struct PixelsInfo {
    made: Value,
    told: bool,
    known: Option<Pixels>,
}

/// The optimizer, as `info` shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OptimizerInfo<'a> {
    config: &'a OptimizerConfig,
    learning_rate: f64,
    steps: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelInfo<'a> {
    class_names: &'a [String],
    image_size: usize,
    device: &'a DeviceInfo,
    pixels: PixelsInfo,
    summary: ModelSummary,
    history: Option<&'a History>,
    unfinished: Option<Unfinished>,
    optimizer: OptimizerInfo<'a>,
    temperature: Option<f64>,
    remembers: bool,
    manifest: Option<&'a Value>,
}

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Checks a network, initializes its weights from the seed (default 1) and puts it on a device. A preset
    /// and a list of layers get the picture size of `data`.
    ///
    /// "auto", the default, is WebGPU if the browser has an adapter that is not software and multiplies two
    /// matrices correctly, and the CPU otherwise; `info.device` says which. In place of the device, the third argument may
    /// be an object of options.
    ///
    /// A preset that has learnt before gets its weights from the file beside the package, or from `weights`. Every layer
    /// but the last is then frozen, until `setTrainable`.
    ///
    /// # Errors
    ///
    /// `ConfigError` for layers that do not fit, `DeviceError` when there is no such device, `ModelFileError` when the
    /// pretrained weights cannot be loaded or are those of another network; the reason of `signal` if it is aborted.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "PresetName | LayerConfig[] | ModelConfig")] model: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[] | { imageSize: number; classNames: string[] }")] data: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DeviceChoice | CreateOptions | null")] device: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] seed: Option<f64>,
    ) -> Result<JsSequential, JsValue> {
        let (arguments, mut options) = (NetworkArguments::from_js(data)?, CreateOptions::from_js(device, seed)?);
        options.watch.check()?;
        let pretrained = model.as_string().filter(|name| Preset::named(name).is_ok_and(Preset::is_pretrained));
        let (config, kind) = (arguments.network(model)?, options.device().await?);
        let seed = options.seed()?;
        let given = !(options.weights.is_undefined() || options.weights.is_null());
        let mut model = Model::new(config, arguments.class_names, kind, seed).await.map_err(thrown)?;
        if pretrained.is_some() || given {
            let bytes = pretrained::bytes(&options.weights, pretrained.as_deref(), &options.watch).await?;
            model.load_pretrained(&bytes).await.map_err(thrown)?;
        }
        Ok((model, None).into())
    }

    /// Opens a `.tabfit` file, on the device that [`Self::create`] would choose. In place of the device, the second argument may
    /// be an object of options; `onProgress` counts bytes.
    ///
    /// # Errors
    ///
    /// `ModelFileError` when the file cannot be used, `DeviceError` when there is no such device; the reason of `signal` if it is
    /// aborted.
    pub async fn load(
        bytes: Vec<u8>,
        #[wasm_bindgen(unchecked_optional_param_type = "DeviceChoice | OpenOptions | null")] device: JsValue,
    ) -> Result<JsSequential, JsValue> {
        let (kind, watch) = options::of_opening("load", device).await?;
        let opened = Model::open(&bytes, kind).await.map_err(thrown)?;
        opened_whole(opened.into(), &watch, bytes.len()).await
    }

    /// Classes, picture size, device, layers, history, and how it was trained.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit.
    #[wasm_bindgen(getter, unchecked_return_type = "ModelInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let model = self.model.borrow();
        Ok(to_js(&ModelInfo {
            class_names: model.class_names(),
            image_size: model.image_size(),
            device: model.device_info(),
            pixels: PixelsInfo {
                made: model.architecture().pixels().map_or(json!("own"), |pixels| json!(pixels)),
                told: model.architecture().told_pixels().is_some(),
                known: model.architecture().known_pixels(),
            },
            summary: model.architecture().summary(),
            history: Some(model.history()).filter(|history| !history.epochs.is_empty()),
            unfinished: self.checkpoint.borrow().as_ref().and_then(Checkpoint::unfinished),
            optimizer: OptimizerInfo {
                config: &model.optimizer.config,
                learning_rate: model.optimizer.learning_rate(),
                steps: model.optimizer.steps,
            },
            temperature: model.temperature(),
            remembers: model.remembers(),
            manifest: model.manifest(),
        }))
    }

    /// Sets the optimizer, which starts anew, the loss and the metrics. A stopped run cannot be resumed after
    /// that.
    ///
    /// # Errors
    ///
    /// `ConfigError` names the setting that is out of range or unknown; `BusyError` during a fit.
    pub fn compile(
        &self,
        #[wasm_bindgen(unchecked_param_type = "CompileConfig")] config: JsValue,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        let CompileConfig { optimizer, loss, metrics } = from_js("compile", config)?;
        self.model.borrow_mut().compile(optimizer, loss, &metrics).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }

    /// Loads the weights of a file that `ModelCheckpoint` wrote with `saveWeightsOnly`, or of a `.tabfit` or
    /// `.safetensors` file. The optimizer and the history stay; a stopped run cannot be resumed after that.
    ///
    /// # Errors
    ///
    /// `ModelFileError` when the file is damaged or its weights are those of another network, which changes nothing;
    /// `BusyError` during a fit.
    #[wasm_bindgen(js_name = loadWeights)]
    pub fn load_weights(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow_mut().load_weights(bytes).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }

    /// The network as a `.tabfit` file. With `includeOptimizer` it also keeps the state of the optimizer: a network that is
    /// loaded from it and trained without another `compile` goes on as if it had not been interrupted.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit; `DeviceError` when the device failed before its first epoch ended.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn save(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "SaveOptions | null")] options: JsValue,
    ) -> Result<js_sys::Uint8Array, JsValue> {
        let _turn = self.take_turn()?;
        let SaveOptions { include_optimizer } = or_default("save", options)?;
        let mut model = self.model.borrow_mut();
        let bytes = match include_optimizer {
            true => model.save_with_optimizer().await,
            false => model.save().await,
        }
        .map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(bytes.as_slice()))
    }
}

/// The network that was opened from so many bytes, unless the call is ended.
pub(super) async fn opened_whole(opened: JsSequential, watch: &Watch, bytes: usize) -> Result<JsSequential, JsValue> {
    watch.pause().await?;
    watch.tell(bytes, bytes).map(|()| opened)
}

impl JsSequential {
    pub(super) fn take_turn(&self) -> Result<Turn<'_>, JsValue> {
        if self.busy.replace(true) { Err(thrown(Error::Busy)) } else { Ok(Turn(&self.busy)) }
    }
}

impl From<(Model, Option<Checkpoint>)> for JsSequential {
    fn from((model, checkpoint): (Model, Option<Checkpoint>)) -> Self {
        Self {
            image_size: model.image_size(),
            model: RefCell::new(model),
            checkpoint: RefCell::new(checkpoint),
            last_validation: RefCell::new(None),
            requests: Rc::default(),
            busy: Cell::new(false),
        }
    }
}
