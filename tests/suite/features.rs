//! The frozen first layers run once for each picture, and no number of the history depends on it.

use std::ops::ControlFlow;

use safetensors::SafeTensors;
use serde_json::{Value, json};
use tabfit::{
    Callback, Dataset, DeviceKind, FileContent, FitPlan, Loss, Model, ModelConfig, OptimizerConfig, Progress, Result,
    Run, Seed, Stopped, fit_with, training::state::FeatureProgress,
};

use crate::common::{assert_close, config, devices, shapes};
use crate::portable_test;
use crate::workers::{LocalHelpers, helpers};

/// Everything a body can have, all frozen, and a head with everything random: the body is the first nine layers.
pub(crate) async fn model(kind: DeviceKind, head: Value) -> Model {
    let conv = |filters: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "padding": "same", "activation": "relu", "trainable": false});
    let body = json!([
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        conv(6),
        {"type": "MaxPooling2D"},
        {"type": "BatchNormalization", "trainable": false},
        {"type": "Residual", "layers": [
            {"type": "DepthwiseConv2D", "kernelSize": 3, "padding": "same", "trainable": false},
            {"type": "Conv2D", "filters": 6, "kernelSize": 1, "trainable": false},
        ]},
        {"type": "Dropout", "rate": 0.0},
        {"type": "Flatten"},
    ]);
    let layers = [body.as_array().unwrap().clone(), head.as_array().unwrap().clone()].concat();
    let network = ModelConfig { image_size: 8, layers: serde_json::from_value(Value::Array(layers)).unwrap() };
    let names = shapes(1, 8).class_names().to_vec();
    let mut model = Model::new(network, names, kind, Seed(3)).await.expect("a missing adapter fails the test");
    let metrics = [serde_json::from_value(json!("auc")).unwrap()];
    model.compile(OptimizerConfig::adam(0.01), Loss::default(), &metrics).unwrap();
    model
}

pub(crate) fn head() -> Value {
    json!([
        {"type": "Dropout", "rate": 0.3},
        {"type": "Dense", "units": 8, "activation": "relu", "kernelRegularizer": {"l1": 1e-3, "l2": 1e-2}},
        {"type": "Dropout", "rate": 0.2},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ])
}

/// A head with so many products that helpers take part in its steps.
pub(crate) fn heavy_head() -> Value {
    let conv = || json!({"type": "Conv2D", "filters": 128, "kernelSize": 3, "padding": "same", "activation": "relu"});
    let end = json!({"type": "Dense", "units": 3, "activation": "softmax"});
    json!([{"type": "Reshape", "targetShape": [4, 4, 6]}, conv(), conv(), {"type": "Flatten"}, end])
}

/// 45 training pictures in batches of 7, so the last batch has three.
pub(crate) fn plan(pictures: &Dataset, more: Value) -> FitPlan {
    let mut all = json!({
        "epochs": 4, "batchSize": 7, "validationSplit": 0.25, "classWeight": "balanced",
        "callbacks": [
            {"type": "ReduceLROnPlateau", "patience": 1, "factor": 0.5, "minDelta": 0.1},
            {"type": "EarlyStopping", "patience": 9, "restoreBestWeights": true},
        ],
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    FitPlan::new(config(all), pictures.clone(), None).unwrap()
}

/// The numbers of a run: the logs of each epoch by name, and the weights.
#[derive(Debug, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) logs: Vec<f64>,
    pub(crate) weights: Vec<u8>,
}

pub(crate) async fn numbers(model: &mut Model) -> Numbers {
    let logs = model.history().epochs.iter().flat_map(|epoch| epoch.logs.values().copied()).collect();
    Numbers { logs, weights: model.save_weights().await.unwrap() }
}

/// Counts the pictures whose features are computed, and stops the run after a number of them, or of steps.
#[derive(Debug, Default)]
pub(crate) struct Watcher {
    pub(crate) computed: Vec<usize>,
    pub(crate) stop_after_pictures: Option<usize>,
    pub(crate) steps: usize,
    pub(crate) stop_after_steps: Option<usize>,
    /// Replaces the weights of the body by NaN when the first epoch begins.
    pub(crate) poisons: bool,
    /// The newest backup, and the frozen weights that are written once.
    pub(crate) backup: Option<Vec<u8>>,
    pub(crate) frozen: Vec<Vec<u8>>,
}

impl Callback for Watcher {
    async fn on_features_batch_end(
        &mut self,
        _model: &mut Model,
        progress: &FeatureProgress,
    ) -> Result<ControlFlow<Stopped>> {
        assert!(progress.done <= progress.pictures);
        self.computed.push(progress.done);
        let stops = self.stop_after_pictures.is_some_and(|most| progress.done >= most);
        Ok(if stops { ControlFlow::Break(Stopped::Aborted) } else { ControlFlow::Continue(()) })
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, _epoch: usize) -> Result<()> {
        if self.poisons {
            let bytes = poisoned(run.model.save_weights().await?);
            run.model.load_weights(&bytes)?;
        }
        Ok(())
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        self.steps += 1;
        if self.stop_after_steps == Some(self.steps) {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }

    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        for file in run.files.drain(..) {
            match (file.path.as_str(), file.content) {
                ("backup.tabfit", FileContent::Whole(bytes)) => self.backup = Some(bytes),
                ("backup-frozen.safetensors", FileContent::Whole(bytes)) => self.frozen.push(bytes),
                (_, FileContent::Deleted) => {}
                (path, _) => panic!("{path} is not expected"),
            }
        }
        Ok(())
    }
}

/// A file of weights with NaN in the place of those of the body.
fn poisoned(mut file: Vec<u8>) -> Vec<u8> {
    let places: Vec<_> = {
        let tensors = SafeTensors::deserialize(&file).unwrap();
        let body = tensors.tensors().into_iter().filter(|(name, _)| !name.starts_with("dense"));
        body.map(|(_, view)| (view.data().as_ptr() as usize - file.as_ptr() as usize, view.data().len())).collect()
    };
    assert_eq!(places.len(), 10);
    for (start, length) in places {
        file[start..start + length].fill(0xff);
    }
    file
}

pub(crate) async fn fitted(
    kind: DeviceKind,
    head: Value,
    plan: FitPlan,
    helpers: &mut LocalHelpers,
) -> (Model, Watcher) {
    let (mut model, mut watcher) = (model(kind, head).await, Watcher::default());
    Box::pin(fit_with(helpers, &mut model, plan, &mut watcher)).await.unwrap();
    (model, watcher)
}

#[portable_test]
async fn a_run_with_features_has_the_numbers_of_one_without() {
    for &kind in devices() {
        for count in [0, 1, 2, 8] {
            let pictures = shapes(20, 8);
            let without = plan(&pictures, json!({})).keeping_features(0);
            let (mut expected, none) = fitted(kind, head(), without, &mut helpers(count)).await;
            let (mut actual, some) = fitted(kind, head(), plan(&pictures, json!({})), &mut helpers(count)).await;
            assert_eq!((none.computed, some.computed), (vec![], vec![32, 60]), "all 60 pictures, once");
            let (expected, actual) = (numbers(&mut expected).await, numbers(&mut actual).await);
            match kind {
                DeviceKind::Cpu => assert!(expected == actual, "{count} helpers: {expected:?} {actual:?}"),
                DeviceKind::Webgpu => {
                    let narrow = |logs: &[f64]| logs.iter().map(|&log| log as f32).collect::<Vec<_>>();
                    assert_close("logs", &narrow(&actual.logs), &narrow(&expected.logs), 1e-5);
                }
            }
        }
    }
}

#[portable_test]
async fn sample_weights_given_validation_and_evaluation_have_the_same_numbers() {
    let (pictures, others) = (shapes(20, 8), shapes(3, 8));
    let weights: Vec<f64> = (0..60).map(|picture| f64::from(picture % 5)).collect();
    let config =
        config(json!({"epochs": 3, "batchSize": 7, "sampleWeight": weights, "shuffle": false, "validationFreq": 2}));
    let plan = || FitPlan::new(config.clone(), pictures.clone(), Some(others.clone())).unwrap();
    let (mut expected, _) = fitted(DeviceKind::Cpu, head(), plan().keeping_features(0), &mut helpers(1)).await;
    let (mut actual, watcher) = fitted(DeviceKind::Cpu, head(), plan(), &mut helpers(1)).await;
    assert_eq!(watcher.computed, [32, 60, 69], "those of both folders");
    assert_eq!(numbers(&mut actual).await, numbers(&mut expected).await);

    // The copy has the same pictures, but not their features.
    for (known, copy) in [(&pictures, shapes(20, 8)), (&others, shapes(3, 8))] {
        let with = actual.evaluate(known, 32).await.unwrap();
        let without = actual.evaluate(&copy, 32).await.unwrap();
        assert_eq!((with.loss.to_bits(), with.confusion_matrix), (without.loss.to_bits(), without.confusion_matrix));
    }
}
