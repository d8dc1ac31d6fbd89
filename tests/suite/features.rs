//! The frozen first layers run once for each picture, and no number of the history depends on it.

use std::ops::ControlFlow;

use safetensors::SafeTensors;
use serde_json::{Value, json};
use tabfit::{
    Callback, Dataset, DeviceKind, FileContent, FitPlan, Fitted, Loss, Model, ModelConfig, OptimizerConfig, Progress,
    Result, Run, Seed, Stopped, fit, fit_with, join_checkpoint, resume, training::state::FeatureProgress,
};

use crate::common::{assert_close, config, devices, shapes};
use crate::portable_test;
use crate::workers::{LocalHelpers, helpers};

/// Everything a body can have, all frozen, and a head with everything random: the body is the first nine layers.
async fn model(kind: DeviceKind, head: Value) -> Model {
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

/// What the body makes of a picture: 4 x 4 x 6 numbers of 4 bytes.
const BYTES: u64 = 4 * 4 * 6 * 4;

fn head() -> Value {
    json!([
        {"type": "Dropout", "rate": 0.3},
        {"type": "Dense", "units": 8, "activation": "relu", "kernelRegularizer": {"l1": 1e-3, "l2": 1e-2}},
        {"type": "Dropout", "rate": 0.2},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ])
}

/// A head with so many products that helpers take part in its steps.
fn heavy_head() -> Value {
    json!([{"type": "Dense", "units": 12_000, "activation": "relu"}, {"type": "Dense", "units": 3, "activation": "softmax"}])
}

/// 45 training pictures in batches of 7, so the last batch has three.
fn plan(pictures: &Dataset, more: Value) -> FitPlan {
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
struct Numbers {
    logs: Vec<f64>,
    weights: Vec<u8>,
}

async fn numbers(model: &mut Model) -> Numbers {
    let logs = model.history().epochs.iter().flat_map(|epoch| epoch.logs.values().copied()).collect();
    Numbers { logs, weights: model.save_weights().await.unwrap() }
}

/// Counts the pictures whose features are computed, and stops the run after a number of them, or of steps.
#[derive(Debug, Default)]
struct Watcher {
    computed: Vec<usize>,
    stop_after_pictures: Option<usize>,
    steps: usize,
    stop_after_steps: Option<usize>,
    /// Replaces the weights of the body by NaN when the first epoch begins.
    poisons: bool,
    /// The newest backup, and the frozen weights that are written once.
    backup: Option<Vec<u8>>,
    frozen: Vec<Vec<u8>>,
}

impl Callback for Watcher {
    async fn on_features_batch_end(&mut self, progress: &FeatureProgress) -> Result<ControlFlow<Stopped>> {
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

async fn fitted(kind: DeviceKind, head: Value, plan: FitPlan, helpers: &mut LocalHelpers) -> (Model, Watcher) {
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

#[portable_test]
async fn the_epochs_run_the_head_only() {
    let pictures = shapes(20, 8);
    let (mut expected, _) = fitted(DeviceKind::Cpu, head(), plan(&pictures, json!({})), &mut helpers(2)).await;
    let (mut poisoned, mut local) = (model(DeviceKind::Cpu, head()).await, helpers(2));
    let mut watcher = Watcher { poisons: true, ..Watcher::default() };
    // The features are kept with the pictures, so they are computed anew from other ones.
    let plan = plan(&shapes(20, 8), json!({}));
    Box::pin(fit_with(&mut local, &mut poisoned, plan, &mut watcher)).await.unwrap();
    assert_eq!(numbers(&mut poisoned).await.logs, numbers(&mut expected).await.logs);
    assert_eq!((watcher.steps, local.tasks_done), (4 * 7, 2 * 2), "the helpers only compute features: twice two tasks");
    assert_eq!(local.weights_sent, 0, "a frozen weight is sent once, before the tasks");
}

#[portable_test]
async fn helpers_take_part_where_much_is_left_to_compute_and_are_sent_what_moves() {
    let pictures = shapes(7, 8);
    let plan = || FitPlan::new(config(json!({"epochs": 1, "batchSize": 7})), pictures.clone(), None).unwrap();
    let (mut expected, _) = fitted(DeviceKind::Cpu, heavy_head(), plan().keeping_features(0), &mut helpers(2)).await;
    let mut local = helpers(2);
    let (mut actual, _) = fitted(DeviceKind::Cpu, heavy_head(), plan(), &mut local).await;
    assert_eq!(numbers(&mut actual).await, numbers(&mut expected).await);
    assert_eq!(local.tasks_done, 2 + 2 * 3, "one batch of features, three steps");
    assert_eq!(local.weights_sent, 2 * 3 * (96 * 12_000 + 12_000 + 3 * 12_000 + 3));
}

#[portable_test]
async fn a_helper_that_fails_costs_no_features() {
    let pictures = shapes(20, 8);
    let (mut expected, _) = fitted(DeviceKind::Cpu, head(), plan(&pictures, json!({})), &mut helpers(0)).await;
    let mut local = helpers(3);
    local.fails_at = Some(2);
    let (mut actual, _) = fitted(DeviceKind::Cpu, head(), plan(&shapes(20, 8), json!({})), &mut local).await;
    assert!(actual.history().notes.iter().any(|note| note.contains("went on without it (It ran out of memory)")));
    let narrow = |logs: Vec<f64>| logs.iter().map(|&log| log as f32).collect::<Vec<_>>();
    let (actual, expected) = (numbers(&mut actual).await, numbers(&mut expected).await);
    assert_close("logs", &narrow(actual.logs), &narrow(expected.logs), 2e-5);
}

#[portable_test]
async fn features_take_at_most_so_many_bytes_or_are_those_of_fewer_layers() {
    let (pictures, whole) = (shapes(20, 8), 60 * BYTES);
    for (limit, computed, sentence) in [
        (whole, vec![32, 60], "The first 9 layers are frozen: what they make of the 60 pictures is computed once"),
        (whole - 1, vec![], "takes 0.0 MB, and at most 0.0 MB are kept, so they run in every step, about"),
    ] {
        let plan = plan(&shapes(20, 8), json!({})).keeping_features(limit);
        let (mut model, watcher) = fitted(DeviceKind::Cpu, head(), plan, &mut helpers(1)).await;
        assert_eq!(watcher.computed, computed, "{limit}");
        let notes = model.history().notes.join(" ");
        assert!(notes.contains(sentence), "{notes}");
        let plan = self::plan(&pictures, json!({})).keeping_features(0);
        let (mut expected, _) = fitted(DeviceKind::Cpu, head(), plan, &mut helpers(1)).await;
        assert_eq!(numbers(&mut model).await, numbers(&mut expected).await);
    }
}

#[portable_test]
async fn where_the_last_frozen_layers_make_too_much_those_before_them_run_once() {
    let conv = |filters: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "padding": "same", "trainable": false});
    let layers =
        json!([conv(1), conv(12), {"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"}]);
    let network = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 8).class_names().to_vec();
    let run = async |limit: u64| {
        let mut model = Model::new(network.clone(), names.clone(), DeviceKind::Cpu, Seed(3)).await.unwrap();
        let plan = plan(&shapes(20, 8), json!({})).keeping_features(limit);
        Box::pin(fit(&mut model, plan, &mut ())).await.unwrap();
        (model.history().notes[0].clone(), numbers(&mut model).await)
    };
    let (note, numbers) = run(60 * 8 * 8 * 4).await;
    let expected =
        "The first layer is frozen: what it makes of the 60 pictures is computed once and kept in memory (0.0 MB).";
    assert_eq!(note, expected);
    assert_eq!(numbers, run(0).await.1);
}

#[portable_test]
async fn with_augmentation_or_in_a_short_run_the_frozen_layers_run_in_every_step() {
    for (more, said) in
        [(json!({"augment": {"horizontalFlip": true}}), 1), (json!({"epochs": 2, "stepsPerEpoch": 1}), 0)]
    {
        let (model, watcher) = fitted(DeviceKind::Cpu, head(), plan(&shapes(20, 8), more), &mut helpers(0)).await;
        assert!(watcher.computed.is_empty());
        let notes = model.history().notes.join(" ");
        let sentence =
            "The first 9 layers are frozen, but the pictures are changed at random, so they run in every step, about ";
        assert_eq!(notes.matches(sentence).count(), said, "{notes}");
    }
}

#[portable_test]
async fn another_run_takes_over_what_is_known_of_this_body() {
    let pictures = shapes(20, 8);
    let again = async |model: &mut Model, pictures: &Dataset| {
        let mut watcher = Watcher::default();
        Box::pin(fit(model, plan(pictures, json!({"epochs": 1})), &mut watcher)).await.unwrap();
        watcher.computed
    };
    let mut trained = model(DeviceKind::Cpu, head()).await;
    assert_eq!(again(&mut trained, &pictures).await, [32, 60]);
    assert_eq!(again(&mut trained, &pictures).await, [60], "the body is the same");
    let mut other = model(DeviceKind::Cpu, heavy_head()).await;
    assert_eq!(again(&mut other, &pictures).await, [60], "so is that of another network");
    other.set_trainable(&["conv2d_1".into()], true).unwrap();
    assert_eq!(again(&mut other, &pictures).await, [32, 60], "now it has fewer layers");
    other.set_trainable(&["conv2d_1".into()], false).unwrap();
    assert_eq!(again(&mut other, &pictures).await, [32, 60], "and now other weights");
    other.set_trainable(&["conv2d".into()], true).unwrap();
    assert_eq!(again(&mut other, &pictures).await, [0; 0], "no layer in front is frozen");
    let mut short = Watcher::default();
    trained.set_trainable(&["dense".into()], false).unwrap();
    let two_steps = json!({"epochs": 2, "stepsPerEpoch": 1});
    Box::pin(fit(&mut trained, plan(&pictures, two_steps.clone()), &mut short)).await.unwrap();
    assert_eq!(short.computed, [0; 0], "a short run computes none");
    let with = other.evaluate(&pictures, 32).await.unwrap();
    let without = other.evaluate(&shapes(20, 8), 32).await.unwrap();
    assert_eq!(with.loss.to_bits(), without.loss.to_bits(), "what is known of the old body is not used");
}

#[portable_test]
async fn a_run_that_is_stopped_goes_on_to_the_same_numbers() {
    let without = plan(&shapes(20, 8), json!({})).keeping_features(0);
    let (mut expected, _) = fitted(DeviceKind::Cpu, head(), without, &mut helpers(0)).await;
    let expected = numbers(&mut expected).await;
    for (stop_after_pictures, stop_after_steps) in [(Some(32), None), (None, Some(10)), (None, Some(14))] {
        let (mut model, pictures) = (model(DeviceKind::Cpu, head()).await, shapes(20, 8));
        let mut watcher = Watcher { stop_after_pictures, stop_after_steps, ..Watcher::default() };
        let plan = plan(&pictures, json!({}));
        let Fitted { history, checkpoint } = Box::pin(fit(&mut model, plan, &mut watcher)).await.unwrap();
        assert_eq!(history.stopped, Stopped::Aborted);
        let checkpoint = checkpoint.expect("a stopped run can go on");
        let file = checkpoint.save().await.unwrap();
        let (mut opened, checkpoint) = Model::open(&file, DeviceKind::Cpu).await.unwrap();
        // In the same tab the features are still there; after a reload they are computed anew.
        for pictures in [pictures, shapes(20, 8)] {
            let (checkpoint, mut watcher) = (checkpoint.as_ref().unwrap(), Watcher::default());
            Box::pin(resume(&mut opened, checkpoint, pictures, None, &mut watcher)).await.unwrap();
            assert_eq!(numbers(&mut opened).await, expected);
            let said = opened.history().notes.iter().filter(|note| note.contains("layers are frozen")).count();
            assert_eq!(said, 1, "{:?}", opened.history().notes);
        }
    }
}

/// A batch of one picture of one pixel has the shape of a fully connected layer of one row.
#[portable_test]
async fn a_convolution_of_a_single_pixel_makes_the_same_numbers_of_one_picture_and_of_many() {
    let conv = |filters: usize, size: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": size, "padding": "same", "trainable": false});
    let layers = json!([
        conv(70, 3), {"type": "AveragePooling2D", "poolSize": 8}, conv(50, 1), {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 8).class_names().to_vec();
    let run = async |limit: u64| {
        let mut model = Model::new(network.clone(), names.clone(), DeviceKind::Cpu, Seed(3)).await.unwrap();
        let plan = plan(&shapes(20, 8), json!({})).keeping_features(limit);
        Box::pin(fit_with(&mut helpers(2), &mut model, plan, &mut ())).await.unwrap();
        numbers(&mut model).await
    };
    assert_eq!(run(1 << 20).await.logs, run(0).await.logs);
}

#[portable_test]
async fn backups_carry_what_moves_and_go_on_to_the_same_numbers() {
    let backups = json!([
        {"type": "EarlyStopping", "patience": 9, "restoreBestWeights": true},
        {"type": "BackupAndRestore", "saveFreq": 10, "frozenApart": true, "deleteCheckpoint": false},
    ]);
    let plan = || plan(&shapes(20, 8), json!({"callbacks": backups}));
    let (mut expected, watcher) = fitted(DeviceKind::Cpu, head(), plan(), &mut helpers(0)).await;
    let expected = numbers(&mut expected).await;
    let (backup, frozen) = (watcher.backup.unwrap(), &watcher.frozen[..]);
    let [frozen] = frozen else { panic!("the frozen weights are written once, not {} times", frozen.len()) };
    let names = SafeTensors::deserialize(&backup).unwrap().names().join(" ");
    assert!(names.contains("dense_1/bias") && names.contains("callbacks/0/dense/kernel"), "{names}");
    assert!(!names.contains("conv2d") && !names.contains("batch_normalization"), "{names}");
    assert_eq!(SafeTensors::deserialize(frozen).unwrap().len(), 10);

    let refusal = Model::open(&backup, DeviceKind::Cpu).await.unwrap_err().to_string();
    assert!(refusal.contains("lacks the weights of its frozen layers"), "{refusal}");
    let mut damaged = frozen.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for other in [&damaged[..], &frozen[..frozen.len() - 1], &[]] {
        let refusal = join_checkpoint(&backup, other).await.unwrap_err().to_string();
        assert!(refusal.contains("cut off, damaged or of another run"), "{refusal}");
    }
    let whole = join_checkpoint(&backup, frozen).await.unwrap();
    assert_eq!(join_checkpoint(&whole, &[]).await.unwrap(), whole);
    let (mut opened, checkpoint) = Model::open(&whole, DeviceKind::Cpu).await.unwrap();
    let (checkpoint, mut watcher) = (checkpoint.unwrap(), Watcher::default());
    Box::pin(resume(&mut opened, &checkpoint, shapes(20, 8), None, &mut watcher)).await.unwrap();
    assert_eq!(numbers(&mut opened).await, expected);
}
