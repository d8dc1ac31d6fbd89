//! An interrupted run gives the numbers of an uninterrupted one, to the last bit.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use serde_json::{Value, json};
use tabfit::{
    Callback, Dataset, DeviceKind, EpochRecord, Error, FileContent, FitConfig, FitPlan, Fitted, History, Loss,
    MetricConfig, Model, ModelConfig, OptimizerConfig, Progress, Result, Run, Seed, Stopped, TestProgress, fit, resume,
};

use crate::common::{DEVICE, shapes};
use crate::portable_test;

/// A network with every layer that has a state or random numbers.
pub(crate) fn network() -> ModelConfig {
    let layers = json!([
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        {"type": "Conv2D", "filters": 4, "kernelSize": 3, "strides": 2, "activation": "relu"},
        {"type": "BatchNormalization"},
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.3},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    ModelConfig { image_size: 16, layers: serde_json::from_value(layers).unwrap() }
}

pub(crate) fn config(more: Value) -> FitConfig {
    let mut config = json!({
        "epochs": 4, "batchSize": 5, "seed": 3, "validationSplit": 0.2, "classWeight": "balanced",
        "augment": {"horizontalFlip": true, "rotationRange": 10},
        "callbacks": [
            {"type": "ReduceLROnPlateau", "patience": 1, "factor": 0.5, "minDelta": 0.1},
            {"type": "EarlyStopping", "patience": 9, "restoreBestWeights": true},
            {"type": "CSVLogger", "filename": "log.csv"},
            {"type": "ModelCheckpoint", "filepath": "best.tabfit", "saveBestOnly": true},
        ],
    });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(config).unwrap()
}

pub(crate) async fn model(optimizer: &Value) -> Model {
    let names = pictures().class_names().to_vec();
    let metrics: Vec<MetricConfig> = serde_json::from_value(json!(["auc", "f1_score"])).unwrap();
    let mut model = Model::new(network(), names, DEVICE, Seed(4)).await.expect("a missing adapter fails the test");
    model
        .compile(serde_json::from_value::<OptimizerConfig>(optimizer.clone()).unwrap(), Loss::default(), &metrics)
        .unwrap();
    model
}

pub(crate) fn pictures() -> Dataset {
    shapes(8, 16)
}

/// The result of a run.
#[derive(Debug, PartialEq)]
struct Outcome {
    history: History,
    csv: String,
    /// A hash of the bits of all weights.
    hash: u64,
}

/// Stops after a number of steps in total, or of batches that are validated; collects the log and the newest backup.
#[derive(Default)]
struct Watcher {
    stop_after: Option<usize>,
    steps: usize,
    stop_after_tests: Option<usize>,
    tests: usize,
    csv: String,
    backup: Option<Vec<u8>>,
}

impl Callback for Watcher {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        self.steps += 1;
        if self.stop_after == Some(self.steps) {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }

    async fn on_test_batch_end(
        &mut self,
        _model: &mut Model,
        _progress: &TestProgress<'_>,
    ) -> Result<ControlFlow<Stopped>> {
        self.tests += 1;
        let stops = self.stop_after_tests == Some(self.tests);
        Ok(if stops { ControlFlow::Break(Stopped::Aborted) } else { ControlFlow::Continue(()) })
    }

    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        for file in run.files.drain(..) {
            match (file.path.as_str(), file.content) {
                ("log.csv", FileContent::Whole(bytes)) => self.csv = String::from_utf8(bytes).unwrap(),
                ("log.csv", FileContent::Appended(bytes)) => self.csv += &String::from_utf8(bytes).unwrap(),
                ("backup.tabfit", FileContent::Whole(bytes)) => self.backup = Some(bytes),
                ("backup.tabfit", FileContent::Deleted) => self.backup = None,
                _ => {}
            }
        }
        Ok(())
    }
}

async fn outcome(mut model: Model, history: History, csv: String) -> Outcome {
    let mut hasher = DefaultHasher::new();
    model.save_weights().await.unwrap().hash(&mut hasher);
    Outcome { history, csv, hash: hasher.finish() }
}

async fn uninterrupted(optimizer: &Value, more: Value) -> Outcome {
    let mut model = model(optimizer).await;
    let mut watcher = Watcher::default();
    let plan = FitPlan::new(config(more), pictures(), None).unwrap();
    let history = fit(&mut model, plan, &mut watcher).await.unwrap().history;
    outcome(model, history, watcher.csv).await
}

/// Stops a run after `steps` steps.
async fn interrupted(optimizer: &Value, more: Value, steps: usize) -> Outcome {
    interrupted_by(Watcher { stop_after: Some(steps), ..Watcher::default() }, optimizer, more).await
}

/// Has a run stopped by the watcher, saves and loads its checkpoint, and resumes it with the loaded model.
async fn interrupted_by(mut watcher: Watcher, optimizer: &Value, more: Value) -> Outcome {
    let mut first = model(optimizer).await;
    let plan = FitPlan::new(config(more), pictures(), None).unwrap();
    let Fitted { history, checkpoint } = fit(&mut first, plan, &mut watcher).await.unwrap();
    assert_eq!(history.stopped, Stopped::Aborted);
    let bytes = checkpoint.expect("the run was stopped").save().await.unwrap();
    drop(first);

    let (mut second, checkpoint) = Model::open(&bytes, DEVICE).await.unwrap();
    let checkpoint = checkpoint.expect("the file holds the run");
    assert!(checkpoint.unfinished().is_some());
    (watcher.stop_after, watcher.stop_after_tests) = (None, None);
    let fitted = resume(&mut second, &checkpoint, pictures(), None, &mut watcher).await.unwrap();
    assert!(fitted.checkpoint.is_none());
    outcome(second, fitted.history, watcher.csv).await
}

pub(crate) const OPTIMIZERS: [&str; 5] = [
    r#"{"type":"adam","learningRate":0.003}"#,
    r#"{"type":"adam","amsgrad":true,"weightDecay":0.01,"clipnorm":1}"#,
    r#"{"type":"sgd","learningRate":0.02,"momentum":0.9,"nesterov":true}"#,
    r#"{"type":"rmsprop","centered":true,"momentum":0.5}"#,
    r#"{"type":"sgd"}"#,
];

/// With 20 training pictures an epoch has four steps and a run sixteen. Natively a stop after every step is
/// tested; in a browser, whose GPU is slow software, after one.
#[portable_test]
async fn stopped_at_any_step_and_resumed_from_a_file_the_run_is_the_same() {
    let browser = cfg!(target_family = "wasm");
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let expected = uninterrupted(&adam, json!({})).await;
    assert_eq!(expected.history.epochs.len(), 4);
    for steps in 1..16 {
        if !browser || steps == 6 {
            assert_eq!(Box::pin(interrupted(&adam, json!({}), steps)).await, expected, "stopped after {steps} steps");
        }
    }
    for optimizer in &OPTIMIZERS[1..] {
        if !browser {
            let optimizer = serde_json::from_str(optimizer).unwrap();
            let expected = uninterrupted(&optimizer, json!({})).await;
            assert_eq!(Box::pin(interrupted(&optimizer, json!({}), 7)).await, expected, "{optimizer}");
        }
    }
}

/// A validation of several batches can be ended after any of them but the last. The resumed run validates from the start.
#[portable_test]
async fn stopped_during_validation_and_resumed_the_run_is_the_same() {
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let more = json!({"validationBatchSize": 1});
    let expected = uninterrupted(&adam, more.clone()).await;
    let browser = cfg!(target_family = "wasm");
    for tests in [2, 1, 3, 4, 7].into_iter().take(if browser { 1 } else { 5 }) {
        let watcher = Watcher { stop_after_tests: Some(tests), ..Watcher::default() };
        let outcome = Box::pin(interrupted_by(watcher, &adam, more.clone())).await;
        assert_eq!(outcome, expected, "stopped after {tests} validated batches");
    }
}

#[portable_test]
async fn epochs_of_a_few_steps_and_rare_validation_resume_too() {
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let more = json!({"epochs": 5, "stepsPerEpoch": 3, "validationFreq": 2, "callbacks": [
        {"type": "LearningRateScheduler", "schedule": [0.01, 0.005, 0.001]},
        {"type": "CSVLogger", "filename": "log.csv", "separator": ";"},
    ]});
    let expected = uninterrupted(&adam, more.clone()).await;
    let browser = cfg!(target_family = "wasm");
    for steps in [4, 2, 3, 8].into_iter().take(if browser { 1 } else { 4 }) {
        assert_eq!(Box::pin(interrupted(&adam, more.clone(), steps)).await, expected, "stopped after {steps} steps");
    }
}

/// A crash loses the steps after the last backup; the resumed run repeats them with the same numbers.
#[portable_test]
async fn a_backup_of_a_run_that_died_leads_to_the_same_end() {
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let browser = cfg!(target_family = "wasm");
    for frequency in [json!(3), json!("epoch")].into_iter().take(if browser { 1 } else { 2 }) {
        let more = json!({"callbacks": [
            {"type": "EarlyStopping", "patience": 9, "restoreBestWeights": true},
            {"type": "BackupAndRestore", "saveFreq": frequency},
        ]});
        let expected = uninterrupted(&adam, more.clone()).await;
        let mut watcher = Watcher { stop_after: Some(11), ..Watcher::default() };
        let mut dying = model(&adam).await;
        fit(&mut dying, FitPlan::new(config(more), pictures(), None).unwrap(), &mut watcher).await.unwrap();
        let backup = watcher.backup.expect("a run that was stopped keeps its backup");
        let (mut next, checkpoint) = Model::open(&backup, DEVICE).await.unwrap();
        let mut watcher = Watcher::default();
        let fitted = resume(&mut next, &checkpoint.unwrap(), pictures(), None, &mut watcher).await.unwrap();
        assert_eq!(outcome(next, fitted.history, String::new()).await, expected);
        assert_eq!(watcher.backup, None, "a run that ended by itself needs none");
    }
}

#[portable_test]
async fn a_run_is_not_resumed_with_other_pictures_and_waits_for_the_right_ones() {
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let mut model = model(&adam).await;
    let mut watcher = Watcher { stop_after: Some(2), ..Watcher::default() };
    let plan = FitPlan::new(config(json!({})), pictures(), None).unwrap();
    let checkpoint = fit(&mut model, plan, &mut watcher).await.unwrap().checkpoint.unwrap();
    let error = resume(&mut model, &checkpoint, shapes(9, 16), None, &mut ()).await.unwrap_err();
    assert!(error.to_string().contains("not the pictures"), "{error}");
    assert_eq!(checkpoint.unfinished().unwrap().step, 2);
    let fitted = resume(&mut model, &checkpoint, pictures(), None, &mut ()).await.unwrap();
    assert_eq!(fitted.history.epochs.len(), 4);
}

/// A callback fails in the resumed run; afterwards the run can be resumed again without that callback.
#[portable_test]
async fn a_resumed_run_that_fails_can_be_resumed_again_to_the_same_end() {
    struct Failing;

    impl Callback for Failing {
        async fn on_epoch_end(&mut self, _run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
            Err(Error::Device("The disk is full.".into()))
        }
    }

    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let expected = uninterrupted(&adam, json!({})).await;
    let mut model = model(&adam).await;
    let mut watcher = Watcher { stop_after: Some(6), ..Watcher::default() };
    let plan = FitPlan::new(config(json!({})), pictures(), None).unwrap();
    let checkpoint = fit(&mut model, plan, &mut watcher).await.unwrap().checkpoint.unwrap();
    let error = resume(&mut model, &checkpoint, pictures(), None, &mut Failing).await.unwrap_err();
    assert_eq!(error.to_string(), "The disk is full.");
    watcher.stop_after = None;
    let fitted = resume(&mut model, &checkpoint, pictures(), None, &mut watcher).await.unwrap();
    assert_eq!(outcome(model, fitted.history, watcher.csv).await, expected);
}

/// A file that is cut off, changed in a bit or of a newer version gives an error, not a panic or a wrong network.
#[portable_test]
async fn a_damaged_checkpoint_is_refused_wherever_it_is_damaged() {
    let adam = serde_json::from_str(OPTIMIZERS[0]).unwrap();
    let mut model = model(&adam).await;
    let mut watcher = Watcher { stop_after: Some(6), ..Watcher::default() };
    let plan = FitPlan::new(config(json!({})), pictures(), None).unwrap();
    let bytes = fit(&mut model, plan, &mut watcher).await.unwrap().checkpoint.unwrap().save().await.unwrap();
    assert!(Model::load(&bytes, DeviceKind::Cpu).await.is_ok());
    let places = if cfg!(target_family = "wasm") { 20 } else { 200 };
    for index in 0..places {
        let mut flipped = bytes.clone();
        flipped[index * bytes.len() / places] ^= 1 << (index % 8);
        let error = Model::load(&flipped, DeviceKind::Cpu).await.expect_err("a flipped bit is seen");
        assert_eq!(error.name(), "ModelFileError", "{error}");
        let cut = &bytes[..index * bytes.len() / places];
        assert_eq!(Model::load(cut, DeviceKind::Cpu).await.unwrap_err().name(), "ModelFileError");
    }
    let version: &[u8] = br#"{\"version\":"#;
    let at = bytes.windows(version.len()).position(|window| window == version).unwrap() + version.len();
    let mut newer = bytes.clone();
    newer[at] = b'9';
    let error = Model::load(&newer, DeviceKind::Cpu).await.unwrap_err();
    assert!(error.to_string().contains("version 9, newer"), "{error}");
}
