//! What the targets share: a network small enough for thousands of runs a second, what it exports, and
//! containers around what the fuzzer writes.

mod mutators;

use std::{collections::HashMap, fs, path::Path};

use crc32fast::Hasher;
use safetensors::SafeTensors;
use serde_json::{Value, json};
use tabfit::{
    Callback, Checkpoint, Dataset, DeviceKind, FitConfig, FitPlan, Loss, Model, ModelConfig, Progress, Result, Run,
    Seed, Stopped, fit,
};

pub use mutators::{archive, json_value, kept_if_json, mutate, paths, pieces, protobuf, tags, tensors, words};
pub use pollster::block_on as now;

/// Writes what the fuzzer starts from into its default corpus, `corpus/<target>`.
pub fn seed(target: &str, seeds: &[impl AsRef<[u8]>]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder).expect("the checkout can be written to");
    for (index, bytes) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{index}")), bytes).expect("the checkout can be written to");
    }
}

pub fn names() -> Vec<String> {
    ["cat", "dog"].map(String::from).to_vec()
}

/// A network of every layer, or one that is as small as can be.
pub fn network(all: bool) -> ModelConfig {
    let body = json!([
        {"type": "Rescaling", "scale": 0.004, "offset": 0.1},
        {"type": "ZeroPadding2D", "padding": [[1, 0], [0, 1]]},
        {"type": "Conv2D", "filters": 4, "kernelSize": [3, 2], "strides": 2, "padding": "same", "name": "first"},
        {"type": "BatchNormalization", "momentum": 0.9},
        {"type": "ReLU", "maxValue": 6, "negativeSlope": 0.1, "threshold": 0.5},
        {"type": "Residual", "layers": [
            {"type": "DepthwiseConv2D", "kernelSize": 3, "padding": "same", "depthMultiplier": 2, "dilationRate": 2},
            {"type": "Conv2D", "filters": 4, "kernelSize": 1, "kernelRegularizer": {"l1": 0.01, "l2": 0.02}}
        ], "shortcut": [{"type": "SeparableConv2D", "filters": 4, "kernelSize": 1, "useBias": false}], "name": "sum"},
        {"type": "Concatenate", "branches": [[{"type": "Conv2D", "filters": 2, "kernelSize": 1}], []], "name": "joined"},
        {"type": "LeakyReLU", "negativeSlope": 0.2},
        {"type": "SpatialDropout2D", "rate": 0.2},
        {"type": "AveragePooling2D", "poolSize": 2, "strides": 1, "padding": "same"},
        {"type": "MaxPooling2D"},
        {"type": "Activation", "activation": "hard_silu"},
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.5},
        {"type": "Dense", "units": 3, "kernelInitializer": "he_normal", "trainable": false, "activation": "silu"},
    ]);
    let start = if all { body } else { json!([{"type": "GlobalAveragePooling2D"}]) };
    let head = json!({"type": "Dense", "units": 2, "activation": "softmax"});
    let layers: Vec<Value> = start.as_array().into_iter().flatten().cloned().chain([head]).collect();
    serde_json::from_value(json!({"imageSize": 8, "layers": layers})).expect("the layers are spelt right")
}

/// A network whose first layers are frozen.
pub fn frozen_network() -> ModelConfig {
    let layers = json!([
        {"type": "Conv2D", "filters": 2, "kernelSize": 3, "strides": 2, "trainable": false},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 2, "activation": "softmax"},
    ]);
    serde_json::from_value(json!({"imageSize": 8, "layers": layers})).expect("the layers are spelt right")
}

pub fn model(config: ModelConfig) -> Result<Model> {
    now(Model::new(config, names(), DeviceKind::Cpu, Seed(1)))
}

pub fn small_model() -> Model {
    model(network(false)).expect("the network fits")
}

/// Four pictures of two classes.
pub fn pictures() -> Dataset {
    let pixels = (0..4 * 8 * 8 * 3).map(|index| (index * 37 % 256) as u8).collect();
    Dataset::from_arrays(pixels, vec![0, 1, 0, 1], names(), 8).expect("the pixels fill the shape")
}

/// Every setting there is, in the JSON that `kerasCode` takes.
pub fn settings() -> Value {
    json!({
        "model": network(false), "classNames": names(),
        "compile": {
            "optimizer": {"type": "adam", "learningRate": 0.01, "amsgrad": true, "clipnorm": 1, "weightDecay": 0.01},
            "loss": {"type": "CategoricalFocalCrossentropy", "alpha": 0.3, "gamma": 1.5, "labelSmoothing": 0.1},
            "metrics": ["accuracy", {"type": "AUC", "numThresholds": 9, "multiLabel": true},
                {"type": "F1Score"}, {"type": "Recall", "className": "dog", "topK": 1, "name": "found"}],
        },
        "fit": {
            "epochs": 2, "batchSize": 1, "seed": 3, "validationSplit": 0.5, "validationFreq": [1, 2],
            "stepsPerEpoch": 2, "classWeight": {"cat": 2}, "validationBatchSize": 2,
            "augment": {"horizontalFlip": true, "rotationRange": 10, "zoomRange": 0.1, "brightnessRange": [0.8, 1.2]},
            "callbacks": [
                {"type": "EarlyStopping", "monitor": "loss", "patience": 3, "restoreBestWeights": true},
                {"type": "ReduceLROnPlateau", "factor": 0.5, "minDelta": 0.1, "cooldown": 1},
                {"type": "ModelCheckpoint", "filepath": "{epoch:02d}-{val_loss:.2f}.tabfit", "saveBestOnly": true},
                {"type": "CSVLogger", "filename": "log.csv", "separator": ";"},
                {"type": "TensorBoard", "updateFreq": 2, "imageFreq": 0},
                {"type": "BackupAndRestore", "saveFreq": 1},
                {"type": "TerminateOnNaN"},
            ],
        },
    })
}

/// Stops a run after so many steps.
pub struct StopAfter(pub usize);

impl Callback for StopAfter {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        self.0 = self.0.saturating_sub(1);
        if self.0 == 0 {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }
}

/// The files of a network and of a run that stopped in its second epoch.
pub fn files() -> [Vec<u8>; 2] {
    let mut model = small_model();
    let settings = settings();
    let read = |name: &str| settings["compile"][name].clone();
    let metrics: Vec<_> = serde_json::from_value(read("metrics")).expect("spelt right");
    model
        .compile(serde_json::from_value(read("optimizer")).expect("spelt right"), Loss::default(), &metrics)
        .expect("in range");
    let config: FitConfig = serde_json::from_value(settings["fit"].clone()).expect("spelt right");
    let plan = FitPlan::new(config, pictures(), None).expect("in range");
    now(async {
        let checkpoint = fit(&mut model, plan, &mut StopAfter(3)).await?.checkpoint.expect("it was stopped");
        Ok::<_, tabfit::Error>([model.save().await?, checkpoint.save().await?])
    })
    .expect("the CPU does not fail")
}

/// The entries of a file's header.
pub fn metadata(file: &[u8]) -> HashMap<String, String> {
    let header = SafeTensors::read_metadata(file).ok().and_then(|(_, header)| header.metadata().clone());
    header.unwrap_or_default()
}

/// The same tensors under another header.
pub fn with_metadata(file: &[u8], metadata: HashMap<String, String>) -> Vec<u8> {
    let tensors = SafeTensors::deserialize(file).expect("one of our own files");
    safetensors::serialize(tensors.tensors(), Some(metadata)).expect("its tensors are whole")
}

/// The `.tabfit` file of these tensors and this description, whatever it says; its checksum fits.
pub fn described(file: &[u8], description: &str) -> Vec<u8> {
    let tensors = SafeTensors::deserialize(file).expect("one of our own files");
    let sum = checksum(description, &tensors);
    with_metadata(file, HashMap::from([("tabfit".into(), description.into()), ("crc32".into(), sum)]))
}

/// What the network of every layer has learnt, without its last layer.
pub fn pretrained() -> Vec<u8> {
    let weights = now(model(network(true)).expect("the network fits").save_weights()).expect("the CPU does not fail");
    let tensors = SafeTensors::deserialize(&weights).expect("one of our own files");
    let body = tensors.tensors().into_iter().filter(|(name, _)| !name.starts_with("dense_1/"));
    let description = json!({"version": 1, "network": "every layer"}).to_string();
    let file = safetensors::serialize(body, Some(HashMap::from([("pretrained".into(), description)])));
    resealed(&file.expect("its tensors are whole")).expect("it has a description")
}

/// The same file with the checksum that its content has, if it is a file at all.
pub fn resealed(file: &[u8]) -> Option<Vec<u8>> {
    let tensors = SafeTensors::deserialize(file).ok()?;
    let mut metadata = metadata(file);
    let description = metadata.get("tabfit").or(metadata.get("pretrained"))?;
    metadata.insert("crc32".into(), checksum(description, &tensors));
    safetensors::serialize(tensors.tensors(), Some(metadata)).ok()
}

/// As src/formats/tabfit/container.rs has it.
fn checksum(description: &str, tensors: &SafeTensors<'_>) -> String {
    let mut hasher = Hasher::new();
    hasher.update(description.as_bytes());
    let mut tensors = tensors.tensors();
    tensors.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    for (name, tensor) in tensors {
        hasher.update(name.as_bytes());
        tensor.shape().iter().for_each(|&length| hasher.update(&(length as u64).to_le_bytes()));
        hasher.update(tensor.data());
    }
    format!("{:08x}", hasher.finalize())
}

/// A network that was opened can be looked at, asked, kept and opened again.
pub fn use_it(mut model: Model, checkpoint: Option<&Checkpoint>) {
    let _ = (model.history().reading(), model.history().csv(), model.history().columns());
    let _ = (model.architecture().summary(), checkpoint.map(Checkpoint::unfinished));
    let size = model.image_size();
    now(async {
        let file = model.save().await.expect("the CPU does not fail");
        Model::load(&file, DeviceKind::Cpu).await.expect("what was saved can be opened");
        if let Some(checkpoint) = checkpoint {
            let file = checkpoint.save().await.expect("the CPU does not fail");
            Model::load(&file, DeviceKind::Cpu).await.expect("a run that was kept can be opened");
        }
        if is_small(&model) {
            let scores = model.predict(&vec![100; size * size * 3]).await.expect("the CPU does not fail");
            assert_eq!(scores.len(), model.class_names().len());
        }
    });
}

/// Whether a step takes less than the blink of an eye.
pub fn is_small(model: &Model) -> bool {
    model.architecture().largest_tensor(1) <= 16 << 10
}
