//! The `.tabfit` file: a safetensors file whose metadata say what the weights mean.
//!
//! Weights carry Keras's names and Keras's layouts (`[rows, columns, in, out]` for a convolution), so
//! that any reader of safetensors can use them. The metadata entry `tabfit` holds the layers, the
//! class names in order and the history as JSON; preprocessing is a layer.

use std::{collections::HashMap, fmt};

use crc32fast::Hasher;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::{
    device::{self, DeviceKind},
    error::{Error, Result},
    metrics::MetricConfig,
    network::{architecture::Architecture, layers::ModelConfig, sequential::Sequential, weight::WeightSpec},
    optimizers::{config::OptimizerConfig, loss::Loss},
    training::{
        checkpoint::{Checkpoint, Place},
        history::{ExactHistory, History},
        model::Model,
    },
};

const VERSION: u32 = 1;

/// What is read of a file of any version.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Everything in the file that is no tensor.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Header {
    version: u32,
    pub(crate) model: ModelConfig,
    pub(crate) class_names: Vec<String>,
    pub(crate) history: Option<ExactHistory>,
    pub(crate) optimizer: OptimizerConfig,
    pub(crate) loss: Loss,
    pub(crate) metrics: Vec<MetricConfig>,
    /// Present in the file of an interrupted run.
    pub(crate) place: Option<Place>,
}

impl Header {
    pub(crate) fn new(model: &Model, history: &History, place: Option<Place>) -> Self {
        Self {
            version: VERSION,
            model: model.architecture().config().clone(),
            class_names: model.class_names.clone(),
            history: (!history.epochs.is_empty()).then(|| history.into()),
            optimizer: model.optimizer.config.clone(),
            loss: model.loss,
            metrics: model.metrics.configs().to_vec(),
            place,
        }
    }
}

/// A tensor on its way into a file.
pub(crate) struct Entry {
    pub(crate) name: String,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Entry {
    pub(crate) fn new(name: String, shape: Vec<usize>, values: &[f32]) -> Self {
        Self { name, shape, bytes: values.iter().copied().flat_map(f32::to_le_bytes).collect() }
    }

    pub(crate) fn weight(weight: &WeightSpec, values: &[f32]) -> Self {
        Self::new(weight.name.clone(), weight.shape.clone(), values)
    }
}

/// A sentence about a file that cannot be used.
pub(crate) fn broken(what: impl fmt::Display) -> Error {
    Error::ModelFile(format!("This model file {what}; save it again from the page that trained it."))
}

/// The file of these tensors; `header` is absent where only weights are kept.
pub(crate) fn write(header: Option<&Header>, entries: &[Entry]) -> Result<Vec<u8>> {
    let metadata = header.map(|header| {
        let header = serde_json::to_string(header).expect("plain data always serialises");
        let sum =
            checksum(&header, entries.iter().map(|entry| (entry.name.as_str(), &entry.shape[..], &entry.bytes[..])));
        HashMap::from([("tabfit".to_string(), header), ("crc32".to_string(), format!("{sum:08x}"))])
    });
    serialize(metadata, entries)
}

/// The safetensors file of these tensors.
pub(crate) fn serialize(metadata: Option<HashMap<String, String>>, entries: &[Entry]) -> Result<Vec<u8>> {
    let views = entries.iter().map(|Entry { name, shape, bytes }| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a weight fills its shape"))
    });
    safetensors::serialize(views, metadata)
        .map_err(|error| Error::ModelFile(format!("The network could not be written ({error}).")))
}

/// Opens a file and makes sure that not a bit of it has changed.
pub(crate) fn open(bytes: &[u8]) -> Result<(Header, SafeTensors<'_>)> {
    let (_, metadata) =
        SafeTensors::read_metadata(bytes).map_err(|_| broken("is cut off, damaged, or not a model file"))?;
    let entry = |name| metadata.metadata().as_ref().and_then(|entries| entries.get(name));
    let json = entry("tabfit").ok_or_else(|| broken("was not made by tabfit"))?;
    // The version is looked at first: a newer one may lay out everything else in another way.
    if let Ok(Version { version }) = serde_json::from_str(json)
        && version > u64::from(VERSION)
    {
        return Err(Error::ModelFile(format!(
            "This model file has version {version}, newer than this page understands ({VERSION}); reload the page."
        )));
    }
    let tensors = SafeTensors::deserialize(bytes).map_err(|_| broken("is cut off or damaged"))?;
    let views = tensors.tensors();
    let sum = checksum(json, views.iter().map(|(name, view)| (name.as_str(), view.shape(), view.data())));
    if entry("crc32") != Some(&format!("{sum:08x}")) || views.iter().any(|(_, view)| view.dtype() != Dtype::F32) {
        return Err(broken("is damaged: its checksum does not fit"));
    }
    let header = serde_json::from_str(json).map_err(|error| broken(format!("has a damaged description ({error})")))?;
    Ok((header, tensors))
}

/// CRC-32 of all that matters, in the order of the names.
fn checksum<'a>(header: &str, tensors: impl Iterator<Item = (&'a str, &'a [usize], &'a [u8])>) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(header.as_bytes());
    let mut tensors: Vec<_> = tensors.collect();
    tensors.sort_unstable_by_key(|(name, ..)| *name);
    for (name, shape, bytes) in tensors {
        hasher.update(name.as_bytes());
        for &length in shape {
            hasher.update(&(length as u64).to_le_bytes());
        }
        hasher.update(bytes);
    }
    hasher.finalize()
}

/// The weights of a network in the layout of the device.
pub(crate) fn weights(architecture: &Architecture, tensors: &SafeTensors<'_>) -> Result<Vec<Vec<f32>>> {
    let weight = |weight: &WeightSpec| {
        let tensor = tensors.tensor(&weight.name).map_err(|_| broken(format!("lacks the weight {}", weight.name)))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != weight.shape {
            return Err(broken(format!("holds {} in another shape than its layer needs", weight.name)));
        }
        Ok(floats(tensor.data()))
    };
    architecture.weights().map(weight).collect()
}

/// The numbers of a tensor.
pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("chunks of four bytes"))).collect()
}

impl Model {
    /// The network as a `.tabfit` file.
    ///
    /// # Errors
    ///
    /// The device failed and no epoch was finished on it.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        self.leave_a_lost_gpu();
        let entries = self.entries().await?;
        write(Some(&Header::new(self, &self.history, None)), &entries)
    }

    /// The weights alone, as a plain safetensors file in Keras's names and layouts.
    ///
    /// # Errors
    ///
    /// The device failed and no epoch was finished on it.
    pub async fn save_weights(&mut self) -> Result<Vec<u8>> {
        self.leave_a_lost_gpu();
        write(None, &self.entries().await?)
    }

    /// Takes over the weights of a safetensors file, plain or `.tabfit`, by name; Keras's `load_weights`.
    ///
    /// # Errors
    ///
    /// The file is damaged or lacks a weight of this network; the network is then as before.
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<()> {
        let tensors =
            SafeTensors::deserialize(bytes).map_err(|_| broken("is cut off, damaged, or not a safetensors file"))?;
        let values = weights(self.architecture(), &tensors)?;
        self.network = Sequential::from_values(self.network.architecture.clone(), values, &self.network.device);
        Ok(())
    }

    async fn entries(&self) -> Result<Vec<Entry>> {
        let values = self.read_weights().await?;
        Ok(self.architecture().weights().zip(&values).map(|(weight, value)| Entry::weight(weight, value)).collect())
    }

    /// Opens a `.tabfit` file on a device, also that of an interrupted run.
    ///
    /// # Errors
    ///
    /// The file is not one, is cut off or damaged, comes from a newer version, or holds other weights
    /// than its layers need; or there is no such device. Nothing is allocated beyond the size of the
    /// file.
    pub async fn load(bytes: &[u8], kind: DeviceKind) -> Result<Self> {
        let (header, tensors) = open(bytes)?;
        if header.class_names.len() < 2 {
            return Err(broken("names fewer than two classes"));
        }
        let architecture = Architecture::new(header.model, header.class_names.len())
            .map_err(|error| broken(format!("describes a network that cannot be: {error}")))?;
        let values = weights(&architecture, &tensors)?;
        if header.place.is_none() && tensors.len() != values.len() {
            return Err(broken("holds weights that no layer uses"));
        }
        let (device, info) = device::open(kind).await?;
        let mut model = Self::on(Sequential::from_values(architecture, values, &device), header.class_names, info)?;
        let damaged = |error| broken(format!("has settings that cannot be: {error}"));
        model.compile(header.optimizer, header.loss, &header.metrics).map_err(damaged)?;
        model.history = header.history.map(History::from).unwrap_or_default();
        if let Some(place) = header.place {
            model.unfinished = Some(Box::new(Checkpoint::open(&model, place, &tensors)?));
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        Callback, Dataset, FitPlan, Progress, Run, Stopped,
        network::presets::Preset,
        seed::Seed,
        training::fit::{fit, resume},
    };

    async fn model() -> Model {
        let config = Preset::named("tutorial4").unwrap().config(16, 2);
        Model::new(config, vec!["a \"quoted\" 🧠".into(), "<script>".into()], DeviceKind::Cpu, Seed(3)).await.unwrap()
    }

    #[pollster::test]
    async fn a_network_comes_back_with_its_weights_classes_and_answers() {
        let mut model = model().await;
        let bytes = model.save().await.unwrap();
        let mut back = Model::load(&bytes, DeviceKind::Cpu).await.unwrap();
        assert_eq!(back.class_names(), model.class_names());
        assert_eq!(back.read_weights().await.unwrap(), model.read_weights().await.unwrap());
        let picture: Vec<u8> = (0..16 * 16 * 3).map(|i| (i * 31 % 256) as u8).collect();
        assert_eq!(back.predict(&picture).await.unwrap(), model.predict(&picture).await.unwrap());
        let kernel = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(kernel.tensor("conv2d/kernel").unwrap().shape(), [3, 3, 3, 32]);
    }

    #[pollster::test]
    async fn a_file_cut_anywhere_is_refused() {
        let bytes = model().await.save().await.unwrap();
        for length in (0..bytes.len()).step_by(bytes.len() / 50) {
            let error = Model::load(&bytes[..length], DeviceKind::Cpu).await.unwrap_err();
            assert_eq!(error.name(), "ModelFileError", "at {length}: {error}");
        }
    }

    /// The file with another description, its checksum set right.
    fn described(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
        let mut description = serde_json::from_str(&metadata.metadata().clone().unwrap()["tabfit"]).unwrap();
        change(&mut description);
        let (description, tensors) = (description.to_string(), SafeTensors::deserialize(bytes).unwrap());
        let views = tensors.tensors();
        let sum = checksum(&description, views.iter().map(|(name, view)| (name.as_str(), view.shape(), view.data())));
        let metadata = [("tabfit", description), ("crc32", format!("{sum:08x}"))];
        let metadata = metadata.map(|(name, text)| (name.to_string(), text)).into();
        safetensors::serialize(tensors.tensors(), Some(metadata)).unwrap()
    }

    #[pollster::test]
    async fn a_hostile_description_behind_a_right_checksum_is_refused_in_words() {
        type Change = fn(&mut Value);
        let bytes = model().await.save().await.unwrap();
        assert!(Model::load(&described(&bytes, |_| ()), DeviceKind::Cpu).await.is_ok());
        let changes: [(&str, Change); 4] = [
            ("version 2, newer", |header| *header = json!({"version": 2, "layers": {}})),
            ("nonzero", |header| {
                header["history"] = json!({"epochs": [[0, {}]], "stopped": "completed", "notes": [], "reading": ""});
            }),
            ("more numbers than memory", |header| {
                let metric = |n: u32| json!({"type": "AUC", "numThresholds": 2 + n % 9999, "name": n.to_string()});
                header["metrics"] = (0..5000).map(metric).collect();
            }),
            ("over 1 GB", |header| {
                let wide = json!({"type": "Conv2D", "filters": 4096, "kernelSize": 1});
                (header["model"]["imageSize"], header["model"]["layers"][0]) = (json!(512), wide);
            }),
        ];
        for (part, change) in changes {
            let error = Model::load(&described(&bytes, change), DeviceKind::Cpu).await.unwrap_err();
            let sentence = error.to_string();
            assert!(error.name() == "ModelFileError" && sentence.contains(part), "{part} is not in: {sentence}");
        }
    }

    struct Stop;

    impl Callback for Stop {
        async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
            run.stop = Some(Stopped::Aborted);
            Ok(())
        }
    }

    #[pollster::test]
    async fn a_run_that_counts_beyond_every_number_is_refused_or_goes_on() {
        let (mut model, names) = (model().await, model().await.class_names);
        let pictures = Dataset::from_arrays(vec![7; 2 * 16 * 16 * 3], vec![0, 1], names, 16).unwrap();
        let config = json!({"epochs": 2, "batchSize": 1, "callbacks": [
            {"type": "EarlyStopping", "monitor": "loss", "patience": 9},
            {"type": "ReduceLROnPlateau", "monitor": "loss", "minDelta": 1e6},
            {"type": "BackupAndRestore", "saveFreq": 9},
        ]});
        let plan = FitPlan::new(serde_json::from_value(config).unwrap(), pictures.clone(), None).unwrap();
        fit(&mut model, plan, &mut Stop).await.unwrap();
        let bytes = model.checkpoint().await.unwrap();
        for counter in ["epoch", "step", "pictures", "optimizerSteps"] {
            let file = described(&bytes, |header| header["place"][counter] = json!(u64::MAX));
            let sentence = Model::load(&file, DeviceKind::Cpu).await.unwrap_err().to_string();
            assert!(sentence.contains("cannot be gone on with"), "{counter}: {sentence}");
        }
        let file = described(&bytes, |header| {
            let state = json!({"best": 0.0, "best_epoch": 1, "wait": u64::MAX, "cooling": 0});
            header["place"]["callbacks"] = json!([state, state, u64::MAX]);
        });
        let mut model = Model::load(&file, DeviceKind::Cpu).await.unwrap();
        assert!(resume(&mut model, pictures, None, &mut ()).await.is_ok());
    }

    #[pollster::test]
    async fn a_plain_safetensors_file_is_refused_in_words() {
        let data = [0u8; 4];
        let view = TensorView::new(Dtype::F32, vec![1], &data).unwrap();
        let bytes = safetensors::serialize([("w", view)], None).unwrap();
        let error = Model::load(&bytes, DeviceKind::Cpu).await.unwrap_err();
        assert!(error.to_string().contains("was not made by tabfit"), "{error}");
    }
}
