//! The fit loop: it learns, repeats with the same seed, stops when told, and refuses invalid arguments.

use serde_json::json;
use tabfit::{
    Callback, DeviceKind, EpochRecord, FitPlan, History, Loss, OptimizerConfig, Preset, Progress, Result, Run, Stopped,
    fit,
};

use crate::common::{DEVICE, config, model, shapes};
use crate::portable_test;

async fn learn(kind: DeviceKind) -> (History, f64) {
    let mut model = model(kind).await;
    model.compile(OptimizerConfig::adam(3e-3), Loss::default(), &[]).unwrap();
    let config = config(json!({"epochs": 25, "batchSize": 16, "validationSplit": 0.2, "seed": 4}));
    let history = fit(&mut model, FitPlan::new(config, shapes(48, 16), None).unwrap(), &mut ()).await.unwrap().history;
    let evaluation = model.evaluate(&shapes(48, 16), 32).await.unwrap();
    assert_eq!(evaluation.confusion_matrix.iter().flatten().sum::<usize>(), 144);
    (history, evaluation.accuracy)
}

#[portable_test]
async fn drawn_shapes_are_learned_to_95_percent() {
    let (history, accuracy) = learn(DEVICE).await;
    let losses: Vec<f64> = history.epochs.iter().map(|record| record.get("loss").unwrap()).collect();
    assert!(losses.iter().all(|loss| loss.is_finite() && *loss > 0.0), "{losses:?}");
    assert!(losses[24] < losses[0] * 0.5, "{losses:?}");
    assert!(accuracy >= 0.95, "accuracy {accuracy}, losses {losses:?}");
}

#[portable_test]
async fn the_same_seed_gives_the_same_history_twice() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let mut model = model(DEVICE).await;
        let augment = json!({"horizontalFlip": true, "rotationRange": 20, "zoomRange": 0.1});
        let config =
            config(json!({"epochs": 2, "batchSize": 8, "validationSplit": 0.2, "seed": seed, "augment": augment}));
        runs.push(fit(&mut model, FitPlan::new(config, shapes(8, 16), None).unwrap(), &mut ()).await.unwrap().history);
    }
    assert_eq!(runs[0].epochs, runs[1].epochs);
    assert_ne!(runs[0].epochs, runs[2].epochs);
}

/// Stops at the first step.
struct StopAtOnce;

impl Callback for StopAtOnce {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        assert_eq!((progress.epoch, progress.step, progress.steps), (1, 1, 3));
        assert!(progress.read().await?.loss > 0.0);
        run.stop = Some(Stopped::Aborted);
        Ok(())
    }
}

#[portable_test]
async fn a_stop_in_the_first_step_ends_without_an_epoch_and_the_network_still_works() {
    let mut model = model(DEVICE).await;
    let config = config(json!({"epochs": 5, "batchSize": 8}));
    let pictures = shapes(7, 16);
    let history =
        fit(&mut model, FitPlan::new(config, pictures.clone(), None).unwrap(), &mut StopAtOnce).await.unwrap().history;
    assert!(history.epochs.is_empty());
    assert_eq!(history.stopped, Stopped::Aborted);
    let total: f64 = model.predict(pictures.pixels(0)).await.unwrap().iter().map(|p| p.probability).sum();
    assert!((total - 1.0).abs() < 1e-4);
}

#[portable_test]
async fn a_batch_larger_than_the_set_is_one_step() {
    let mut model = model(DEVICE).await;
    let plan = FitPlan::new(config(json!({"batchSize": 512})), shapes(2, 16), None).unwrap();
    assert_eq!(plan.steps(), 1);
    assert_eq!(fit(&mut model, plan, &mut ()).await.unwrap().history.epochs.len(), 1);
}

#[portable_test]
async fn arguments_out_of_range_are_refused_by_name() {
    for (json, field) in [
        (json!({"epochs": 0}), "epochs must"),
        (json!({"batchSize": 0}), "batchSize must"),
        (json!({"batchSize": 2.5}), "batchSize must"),
        (json!({"seed": -1}), "seed must"),
        (json!({"validationSplit": 1}), "validationSplit must"),
        (json!({"augment": {"rotationRange": 400}}), "rotationRange must"),
        (json!({"epochs": 2, "initialEpoch": 2}), "initialEpoch must"),
        (json!({"stepsPerEpoch": 0}), "stepsPerEpoch must"),
        (json!({"validationFreq": 0}), "validationFreq must"),
        (json!({"validationFreq": [1.5]}), "validationFreq must"),
        (json!({"validationBatchSize": -3}), "validationBatchSize must"),
        (json!({"sampleWeight": [1, 2]}), "sampleWeight has 2 numbers for 9"),
        (json!({"sampleWeight": [1, 1, 1, 1, 1, 1, 1, 1, -1]}), "sampleWeight must"),
        (json!({"sampleWeight": [1], "classWeight": "balanced"}), "sampleWeight and classWeight"),
        (json!({"classWeight": {"heart": 1}}), "classWeight names \"heart\""),
    ] {
        let error = FitPlan::new(config(json.clone()), shapes(3, 16), None).expect_err("it is out of range");
        assert!(error.to_string().starts_with(field), "{json}: {error}");
    }
    for (fraction, split) in [(0.0001, "stratified"), (0.9999, "last")] {
        let json = json!({"validationSplit": fraction, "split": split});
        let error = FitPlan::new(config(json), shapes(1, 16), None).expect_err("one side would be empty");
        assert!(error.to_string().starts_with("validationSplit of"), "{error}");
    }
    // As in Keras, where `floor(9 * (1 - 0.0001))` pictures are trained on, the tiniest share holds out one.
    let tiny = FitPlan::new(config(json!({"validationSplit": 0.0001, "split": "last"})), shapes(3, 16), None).unwrap();
    assert_eq!((tiny.training.len(), tiny.validation.unwrap().len()), (8, 1));
    let mut model = model(DEVICE).await;
    for (callback, field) in [
        (json!({"type": "EarlyStopping"}), "monitor of EarlyStopping is \"val_loss\""),
        (json!({"type": "EarlyStopping", "monitor": "loss", "minDelta": -1}), "minDelta of"),
        (json!({"type": "ReduceLROnPlateau", "factor": 1}), "factor of"),
        (json!({"type": "ReduceLROnPlateau", "minLr": -1}), "minLr of"),
        (json!({"type": "ModelCheckpoint", "filepath": "best.h5"}), "filepath of"),
        (json!({"type": "ModelCheckpoint", "filepath": "../best.tabfit"}), "filepath of"),
        (
            json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "saveBestOnly": true}),
            "monitor of ModelCheckpoint",
        ),
        (json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "saveFreq": 0}), "saveFreq of"),
        (json!({"type": "CSVLogger", "filename": "a.csv", "separator": ""}), "separator of"),
        (json!({"type": "LearningRateScheduler", "schedule": []}), "schedule of"),
        (json!({"type": "BackupAndRestore", "saveFreq": 0}), "saveFreq of"),
    ] {
        let plan = FitPlan::new(config(json!({"callbacks": [callback]})), shapes(3, 16), None).unwrap();
        let error = fit(&mut model, plan, &mut ()).await.unwrap_err();
        assert!(error.to_string().starts_with(field), "{callback}: {error}");
    }
    for rate in [f64::NAN, 0.0, f64::INFINITY] {
        let error = model.compile(OptimizerConfig::sgd(rate, 0.0, false), Loss::default(), &[]);
        assert!(error.unwrap_err().to_string().starts_with("learningRate must"));
    }
}

/// Records the number of steps of each epoch and the names in its logs.
#[derive(Default)]
struct Shape(Vec<usize>, Vec<Vec<String>>);

impl Callback for Shape {
    async fn on_epoch_begin(&mut self, _run: &mut Run<'_>, _epoch: usize) -> Result<()> {
        self.0.push(0);
        Ok(())
    }

    async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        *self.0.last_mut().unwrap() += 1;
        Ok(())
    }

    async fn on_epoch_end(&mut self, _run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.1.push(record.logs.keys().filter(|name| name.starts_with("val_")).cloned().collect());
        Ok(())
    }
}

/// A pass has ten batches: as in Keras, the third epoch of four steps has only two, and the fourth starts a new pass.
#[portable_test]
async fn steps_per_epoch_go_on_through_the_pictures_and_validation_comes_when_asked_for() {
    let mut model = model(DEVICE).await;
    let config = config(json!({
        "epochs": 5, "initialEpoch": 1, "batchSize": 3, "stepsPerEpoch": 4, "validationSplit": 0.1, "split": "last",
        "validationFreq": [2, 5], "validationBatchSize": 2,
    }));
    let mut shape = Shape::default();
    let plan = FitPlan::new(config, shapes(11, 16), None).unwrap();
    assert_eq!((plan.training.len(), plan.steps()), (29, 4));
    let history = fit(&mut model, plan, &mut shape).await.unwrap().history;
    assert_eq!(history.epochs.iter().map(|record| record.epoch).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert_eq!(shape.0, [4, 2, 4, 4]);
    assert_eq!(shape.1.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 0, 2]);
}

#[portable_test]
async fn pictures_of_another_size_or_other_classes_are_refused() {
    let mut model = model(DEVICE).await;
    let error = model.evaluate(&shapes(1, 16), 0).await.unwrap_err().to_string();
    assert!(error.starts_with("batchSize must"), "{error}");
    let error = model.evaluate(&shapes(1, 24), 8).await.unwrap_err().to_string();
    assert!(error.contains("24 x 24") && error.contains("16 x 16"), "{error}");
    let other =
        tabfit::Dataset::from_arrays(vec![0; 16 * 16 * 3], vec![0], vec!["cat".into(), "dog".into()], 16).unwrap();
    let error = model.evaluate(&other, 8).await.unwrap_err().to_string();
    assert!(error.contains("cat, dog"), "{error}");
    assert!(Preset::named("none").is_err());
}
