//! A model: a network with its optimizer, loss, metrics, class names and history.

use std::sync::Arc;

use serde_json::Value;

use crate::data::Dataset;
use crate::device::{self, DeviceInfo, DeviceKind, read_all};
use crate::error::{Error, Result};
use crate::metrics::{MetricConfig, MetricPlan};
use crate::network::{Architecture, ModelConfig, Origins, Sequential};
use crate::optimizers::{Loss, Optimizer, OptimizerConfig};
use crate::seed::Seed;
use crate::training::history::History;
use crate::training::state::Measured;

/// A network that can be trained, evaluated, saved, and used to predict.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) network: Sequential,
    pub(crate) optimizer: Optimizer,
    pub(crate) loss: Loss,
    pub(crate) metrics: Arc<MetricPlan>,
    pub(crate) class_names: Vec<String>,
    pub(crate) history: History,
    pub(crate) device_info: DeviceInfo,
    /// How it was trained; see [`Model::manifest`].
    pub(crate) manifest: Option<Value>,
    pub(crate) measured: Measured,
    /// Where its layers stood in the file of Keras or TensorFlow.js that it was opened from.
    pub(crate) origins: Origins,
    /// Its GPU has computed this network as the processor does.
    pub(crate) gpu_is_right: bool,
}

impl Model {
    /// Checks a network, initializes its weights from the seed and puts it on a device.
    ///
    /// # Errors
    ///
    /// A layer does not fit, there are fewer than two classes, or there is no such device.
    pub async fn new(config: ModelConfig, class_names: Vec<String>, kind: DeviceKind, seed: Seed) -> Result<Self> {
        if class_names.len() < 2 {
            return Err(Error::config("classNames", "must name at least two classes"));
        }
        let architecture = Architecture::new(config, class_names.len())?;
        let (device, info) = device::open(kind).await?;
        Self::on(Sequential::new(architecture, seed, &device), class_names, info)
    }

    pub(crate) fn on(network: Sequential, class_names: Vec<String>, device_info: DeviceInfo) -> Result<Self> {
        let optimizer = Optimizer::new(OptimizerConfig::default(), network.weights.len())?;
        Ok(Self {
            network,
            optimizer,
            loss: Loss::default(),
            metrics: Arc::default(),
            class_names,
            history: History::default(),
            device_info,
            manifest: None,
            measured: Measured::default(),
            origins: Origins::default(),
            gpu_is_right: false,
        })
    }

    /// Sets the optimizer, which starts anew, the loss, and the metrics beside loss and accuracy. Without
    /// `compile`, they are Keras's Adam and cross-entropy.
    ///
    /// # Errors
    ///
    /// A setting is out of its range or unknown; nothing is changed then.
    pub fn compile(&mut self, optimizer: OptimizerConfig, loss: Loss, metrics: &[MetricConfig]) -> Result<()> {
        loss.check()?;
        let metrics = Arc::new(MetricPlan::new(metrics, &self.class_names)?);
        self.optimizer = Optimizer::new(optimizer, self.network.weights.len())?;
        (self.loss, self.metrics) = (loss, metrics);
        Ok(())
    }

    /// The checked layers of the network.
    #[must_use]
    pub fn architecture(&self) -> &Architecture {
        &self.network.architecture
    }

    /// The classes in the order of the network's logits.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The history of the last run.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// How the network was trained, as JSON: the pictures by their hash, the settings, the seed, the version, the device and
    /// the number of threads. Its files carry it. `None` before the first run.
    #[must_use]
    pub fn manifest(&self) -> Option<&Value> {
        self.manifest.as_ref()
    }

    /// What its logits are divided by before the softmax; `None` if nothing.
    #[must_use]
    pub fn temperature(&self) -> Option<f64> {
        self.measured.temperature
    }

    /// Divides the logits by a number before the softmax, so that probabilities say how often they are right (Guo et al. 2017):
    /// in `predict`, in `evaluate`, and as a layer in the files of other tools. No answer changes its place. A run begins
    /// without it.
    ///
    /// # Errors
    ///
    /// It is not from 0.01 to 100.
    pub fn set_temperature(&mut self, temperature: Option<f64>) -> Result<()> {
        self.measured.temperature = temperature.map(Measured::check_temperature).transpose()?;
        Ok(())
    }

    /// Whether it knows how unlike a picture is to those that it was trained on; see `remember`.
    #[must_use]
    pub fn remembers(&self) -> bool {
        self.measured.memory.is_some()
    }

    /// The device that the network is on.
    #[must_use]
    pub fn device_info(&self) -> &DeviceInfo {
        &self.device_info
    }

    /// The height and width of the network's pictures, in pixels.
    #[must_use]
    pub fn image_size(&self) -> usize {
        self.network.architecture.config().image_size
    }

    /// Checks that the pictures have the size and the classes of the network.
    pub(crate) fn check_pictures(&self, dataset: &Dataset) -> Result<()> {
        if dataset.image_size() != self.image_size() {
            return Err(Error::Dataset(format!(
                "The pictures are {0} x {0} pixels but the network takes {1} x {1}; read the folder again at that size.",
                dataset.image_size(),
                self.image_size()
            )));
        }
        if dataset.class_names() != self.class_names {
            return Err(Error::Dataset(format!(
                "The folder's classes ({}) are not the network's ({}); open the folder it was trained on or fit a new network.",
                dataset.class_names().join(", "),
                self.class_names.join(", ")
            )));
        }
        Ok(())
    }

    /// Refuses a callback, named in the sentence, that would set the learning rate.
    ///
    /// # Errors
    ///
    /// The optimizer follows a schedule; Keras raises an error too.
    pub(crate) fn check_rate_is_settable(&self, callback: &str) -> Result<()> {
        match self.optimizer.follows_a_schedule() {
            true => Err(Error::config(
                "learningRate",
                format!("is a schedule, which {callback} cannot change; give a number or leave that callback out"),
            )),
            false => Ok(()),
        }
    }

    /// Reads all weights, in the order and layout of the device.
    pub(crate) async fn read_weights(&self) -> Result<Vec<Vec<f32>>> {
        read_all(&self.network.weights).await
    }
}
