//! Metrics against those of Keras, which `tests/keras/metrics.py` recorded.

use std::{collections::BTreeMap, sync::Arc};

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::{Dtype, tensor::TensorView};
use serde::Deserialize;
use serde_json::{Value, json};
use tabfit::{
    Callback, ClassWeight, Dataset, EpochRecord, FitConfig, FitPlan, Loss, MetricConfig, MetricPlan, MetricSums, Model,
    OptimizerConfig, Preset, Progress, Result, Run, Seed, Stopped, data::batch::Targets, device, fit,
};

use crate::{
    common::{DEVICE, shapes},
    portable_test,
};

const TOLERANCE: f64 = 1e-5;

#[derive(Deserialize)]
struct Golden {
    counted: CountCase,
    fitted: FitCase,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountCase {
    class_names: Vec<String>,
    metrics: BTreeMap<String, Value>,
    batches: Vec<Scores>,
    values: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Scores {
    logits: Vec<Vec<f32>>,
    labels: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FitCase {
    class_names: Vec<String>,
    metrics: Vec<MetricConfig>,
    class_weight: ClassWeight,
    kernel: Vec<f32>,
    bias: Vec<f32>,
    colours: Vec<[u8; 3]>,
    labels: Vec<u32>,
    /// The number of pictures for training; the others are for validation.
    training: usize,
    history: BTreeMap<String, Vec<f64>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../keras/metrics.json")).unwrap()
}

impl Scores {
    fn add_to(&self, sums: &mut MetricSums, device: &Device) {
        let (pictures, classes) = (self.logits.len(), self.logits[0].len());
        let truth = Targets::new(&self.labels, classes, None, device);
        let logits = Tensor::from_data(TensorData::new(self.logits.concat(), [pictures, classes]), device);
        sums.add(Tensor::from_data(TensorData::new(vec![1.0f32], [1]), device), logits, &truth);
    }
}

fn assert_close(what: &str, actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= TOLERANCE * (1.0 + expected.abs()), "{what}: {actual} is not {expected}");
}

/// The data have ties, a class that never occurs, one that is never predicted, and uneven batches.
#[portable_test]
async fn every_metric_is_keras_over_three_batches() {
    let CountCase { class_names, metrics, batches, values } = golden().counted;
    let configs: Vec<MetricConfig> = metrics
        .into_iter()
        .map(|(name, mut config)| {
            config["name"] = name.into();
            serde_json::from_value(config).unwrap()
        })
        .collect();
    let (device, _) = device::open(DEVICE).await.expect("a missing adapter fails the test");
    let plan = Arc::new(MetricPlan::new(&configs, &class_names).unwrap());
    let mut sums = MetricSums::new(&plan);
    for batch in &batches {
        batch.add_to(&mut sums, &device);
    }
    let results: BTreeMap<String, f64> = sums.results().await.unwrap().into_iter().collect();
    assert!(values.len() > 60);
    for (name, expected) in &values {
        assert_close(name, results[name], *expected);
    }
    assert_eq!(results.len(), values.len() + 2, "and loss and accuracy");
    assert_close("loss", results["loss"], 1.0);
    assert_close("accuracy", results["accuracy"], values["categorical_accuracy"]);
}

fn plan(metrics: Value, class_names: &[String]) -> Arc<MetricPlan> {
    let configs: Vec<MetricConfig> = serde_json::from_value(metrics).unwrap();
    Arc::new(MetricPlan::new(&configs, class_names).unwrap())
}

/// The sums written and read again as in a checkpoint, and their values.
async fn reopened(sums: &MetricSums, plan: &Arc<MetricPlan>, device: &Device) -> (Result<MetricSums>, Vec<f32>) {
    let mut values: Vec<f32> = Vec::new();
    if let Some(state) = sums.state() {
        values = state.clone().into_data_async().await.unwrap().iter().collect();
    }
    let data = TensorData::new(values.clone(), [values.len()]);
    let state = sums.state().map(|_| Tensor::from_data(data, device));
    (MetricSums::from_state(plan, state, sums.pictures()), values)
}

#[portable_test]
async fn a_state_inside_an_epoch_goes_on_to_the_bit() {
    let CountCase { class_names, batches, .. } = golden().counted;
    let (device, _) = device::open(DEVICE).await.expect("a missing adapter fails the test");
    // Loss and number of correct pictures; beside them for 5 classes: 2 · 5 · 200 counts for auc, 2 · 5 each for f1 and precision, 5 of support.
    for (metrics, length) in [(json!(["accuracy"]), 2), (json!(["auc", "f1", "precision", "recall"]), 2027)] {
        let plan_of_both = plan(metrics, &class_names);
        let mut sums = MetricSums::new(&plan_of_both);
        let mut resumed = reopened(&sums, &plan_of_both, &device).await.0.unwrap();
        for batch in &batches {
            batch.add_to(&mut sums, &device);
            batch.add_to(&mut resumed, &device);
            let (again, values) = reopened(&resumed, &plan_of_both, &device).await;
            assert_eq!(values.len(), length);
            assert_eq!(values, reopened(&sums, &plan_of_both, &device).await.1);
            resumed = again.unwrap();
        }
        assert_eq!(resumed.results().await.unwrap(), sums.results().await.unwrap());
        assert_eq!(resumed.pictures(), 29);
        let error = reopened(&sums, &plan(json!(["recall"]), &class_names), &device).await.0.unwrap_err();
        assert!(error.to_string().starts_with("metrics are not those"), "{error}");
    }
}

/// A network of one Dense layer over the mean colour, with the initial weights of the run in Keras.
async fn network(fitted: &FitCase) -> Model {
    let model = json!({"imageSize": 8, "layers": [
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 4, "activation": "softmax", "name": "scores"},
    ]});
    let bytes = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (kernel, bias) = (bytes(&fitted.kernel), bytes(&fitted.bias));
    let tensors = [
        ("scores/kernel", TensorView::new(Dtype::F32, vec![3, 4], &kernel).unwrap()),
        ("scores/bias", TensorView::new(Dtype::F32, vec![4], &bias).unwrap()),
    ];
    let config = serde_json::from_value(model).unwrap();
    let model = Model::new(config, fitted.class_names.clone(), DEVICE, Seed(0)).await;
    let mut model = model.expect("a missing adapter fails the test");
    model.load_weights(&safetensors::serialize(tensors, None).unwrap()).unwrap();
    model
}

/// Two epochs with validation; class weights change only the loss and no other metric.
#[portable_test]
async fn the_history_of_a_fit_is_keras() {
    let fitted = golden().fitted;
    let mut model = network(&fitted).await;
    model.compile(OptimizerConfig::sgd(0.5, 0.0, false), Loss::default(), &fitted.metrics).unwrap();
    let pictures = |range: std::ops::Range<usize>| {
        let pixels = fitted.colours[range.clone()].iter().flat_map(|colour| colour.repeat(64)).collect();
        Dataset::from_arrays(pixels, fitted.labels[range].to_vec(), fitted.class_names.clone(), 8).unwrap()
    };
    let config = FitConfig {
        epochs: 2.0,
        batch_size: 8.0,
        shuffle: false,
        class_weight: Some(fitted.class_weight.clone()),
        ..FitConfig::default()
    };
    let validation = pictures(fitted.training..fitted.labels.len());
    let plan = FitPlan::new(config, pictures(0..fitted.training), Some(validation.clone())).unwrap();
    let history = fit(&mut model, plan, &mut ()).await.unwrap().history.columns();
    assert!(fitted.history.len() > 20);
    for (name, expected) in &fitted.history {
        for (epoch, (actual, expected)) in history[name].iter().zip(expected).enumerate() {
            assert_close(&format!("{name} of epoch {}", epoch + 1), *actual, *expected);
        }
    }
    assert_eq!(history.len(), fitted.history.len() + 1, "and the learning rate");

    let evaluation = model.evaluate(&validation, 4).await.unwrap();
    for (name, value) in &evaluation.metrics {
        assert_close(name, value.unwrap(), history[&format!("val_{name}")][1]);
    }
    assert_eq!(evaluation.per_class.iter().map(|class| class.support).sum::<usize>(), validation.len());
}

/// Reads loss and accuracy after each step and keeps the records of the epochs.
#[derive(Default)]
struct Watch(Vec<EpochRecord>);

impl Callback for Watch {
    async fn on_batch_end(&mut self, _: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        assert!((0.0..=1.0).contains(&progress.read().await?.accuracy));
        Ok(())
    }

    async fn on_epoch_end(&mut self, _: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.0.push(record.clone());
        Ok(())
    }
}

#[portable_test]
async fn a_compiled_metric_can_be_monitored_and_another_cannot() {
    let pictures = shapes(8, 16);
    let network = Preset::named("small").unwrap().config(16, 3);
    let mut model = Model::new(network, pictures.class_names().to_vec(), DEVICE, Seed(1)).await.unwrap();
    let config = |monitor: &str| -> FitConfig {
        let stop = json!({"type": "EarlyStopping", "monitor": monitor, "minDelta": 2});
        serde_json::from_value(json!({"epochs": 5, "validationSplit": 0.25, "callbacks": [stop]})).unwrap()
    };
    let monitors = ["val_recall_disc", "f1_score"];
    let error = fit(&mut model, FitPlan::new(config(monitors[0]), pictures.clone(), None).unwrap(), &mut ()).await;
    assert!(error.unwrap_err().to_string().contains("val_recall_disc"));
    let metrics: Vec<MetricConfig> =
        serde_json::from_value(json!([{"type": "Recall", "className": "disc"}, {"type": "F1Score"}])).unwrap();
    model.compile(OptimizerConfig::default(), Loss::default(), &metrics).unwrap();
    for monitor in monitors {
        let mut watch = Watch::default();
        let plan = FitPlan::new(config(monitor), pictures.clone(), None).unwrap();
        let history = fit(&mut model, plan, &mut watch).await.unwrap().history;
        // `minDelta` is so large that no epoch counts as an improvement, so the second epoch is the last.
        assert_eq!((history.epochs.len(), history.stopped), (2, Stopped::Callback));
        assert!(watch.0.iter().all(|record| record.get(monitor).is_some_and(|value| (0.0..=1.0).contains(&value))));
    }
}

/// A NaN or infinite logit counts as a wrong prediction and does not panic.
#[portable_test]
async fn scores_that_are_not_numbers_do_not_panic() {
    let (device, _) = device::open(DEVICE).await.expect("a missing adapter fails the test");
    let top = json!({"type": "TopKCategoricalAccuracy", "k": 2});
    let plan = plan(json!(["auc", "precision", "recall", "f1", top]), &["ant", "bee", "cat"].map(String::from));
    let mut sums = MetricSums::new(&plan);
    Scores { logits: vec![vec![f32::NAN; 3], vec![f32::INFINITY, 0.0, 0.0]], labels: vec![0, 2] }
        .add_to(&mut sums, &device);
    let results: BTreeMap<String, f64> = sums.results().await.unwrap().into_iter().collect();
    assert!(results.values().all(|value| (0.0..=1.0).contains(value)), "{results:?}");
}
