//! Callbacks in a run: they change the rate, save, and are refused before the first step.

use serde_json::{Value, json};
use tabfit::{
    Callback, EpochRecord, FileContent, FitPlan, History, Loss, Model, Progress, Result, Run, Stopped, fit, resume,
};

use crate::common::{DEVICE, config, model, shapes};
use crate::portable_test;

/// Records the learning rate of each epoch, as logged and as the callbacks left it for the next one.
struct Rates(Vec<f64>, Vec<f64>);

impl Callback for Rates {
    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.0.push(record.get("learning_rate").unwrap());
        self.1.push(run.learning_rate());
        Ok(())
    }
}

#[portable_test]
async fn callbacks_lower_the_rate_after_logging_it_stop_early_and_restore_the_best_weights() {
    let mut model = model(DEVICE).await;
    // `minDelta` is so large that no epoch after the first counts as an improvement.
    let config = config(json!({"epochs": 9, "batchSize": 32, "seed": 1, "callbacks": [
        {"type": "ReduceLROnPlateau", "monitor": "loss", "minDelta": 100, "patience": 1, "factor": 0.5},
        {"type": "EarlyStopping", "monitor": "loss", "minDelta": 100, "patience": 3, "restoreBestWeights": true},
    ]}));
    let mut rates = Rates(Vec::new(), Vec::new());
    let history =
        fit(&mut model, FitPlan::new(config, shapes(8, 16), None).unwrap(), &mut rates).await.unwrap().history;
    assert_eq!(history.epochs.len(), 4);
    assert_eq!(history.stopped, Stopped::Callback);
    assert_eq!(rates.0, [1e-3, 1e-3, 5e-4, 2.5e-4]);
    assert_eq!(rates.1, [1e-3, 5e-4, 2.5e-4, 1.25e-4]);
    assert!(history.notes.last().unwrap().contains("weights of epoch 1"), "{:?}", history.notes);
}

/// Halves the rate at the end of each epoch, as a person's own callback.
#[derive(Default)]
struct Halves {
    dies_after: Option<usize>,
    backup: Option<Vec<u8>>,
}

impl Callback for Halves {
    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        run.set_learning_rate(run.learning_rate() / 2.0)?;
        if self.dies_after == Some(record.epoch) {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }

    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        for file in run.files.drain(..) {
            if let FileContent::Whole(bytes) = file.content {
                self.backup = Some(bytes);
            }
        }
        Ok(())
    }
}

#[portable_test]
async fn a_backup_holds_what_a_persons_own_callback_changed_in_the_same_hook() {
    let config = || config(json!({"epochs": 3, "batchSize": 8, "callbacks": [{"type": "BackupAndRestore"}]}));
    let rates = |history: &History| -> Vec<f64> {
        history.epochs.iter().map(|record| record.get("learning_rate").unwrap()).collect()
    };
    let mut dying = Halves { dies_after: Some(2), ..Halves::default() };
    fit(&mut model(DEVICE).await, FitPlan::new(config(), shapes(4, 16), None).unwrap(), &mut dying).await.unwrap();
    let (mut next, checkpoint) = Model::open(&dying.backup.unwrap(), DEVICE).await.unwrap();
    let resumed = resume(&mut next, &checkpoint.unwrap(), shapes(4, 16), None, &mut Halves::default()).await.unwrap();
    assert_eq!(rates(&resumed.history), [1e-3, 5e-4, 2.5e-4]);
}

/// As in Keras, where the rate of an optimizer with a schedule cannot be set.
#[portable_test]
async fn a_rate_beside_a_schedule_is_refused_and_the_schedule_is_what_a_callback_sees() {
    struct Sees(Vec<f64>);

    impl Callback for Sees {
        async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
            self.0.push(run.learning_rate());
            Ok(())
        }
    }

    let halving = json!({"type": "sgd", "learningRate":
        {"type": "ExponentialDecay", "initialLearningRate": 0.8, "decaySteps": 1, "decayRate": 0.5}});
    let mut model = model(DEVICE).await;
    model.compile(serde_json::from_value(halving).unwrap(), Loss::default(), &[]).unwrap();
    let plan = || FitPlan::new(config(json!({"batchSize": 4})), shapes(3, 16), None).unwrap();
    let mut sees = Sees(Vec::new());
    fit(&mut model, plan(), &mut sees).await.unwrap();
    assert_eq!(sees.0, [0.4, 0.2, 0.1]);
    let refusal = fit(&mut model, plan(), &mut Halves::default()).await.unwrap_err().to_string();
    assert!(refusal.starts_with("learningRate is a schedule, which a callback cannot change"), "{refusal}");
}

/// A run that would end with an error at its first save, after an epoch of hours, does not begin.
#[portable_test]
async fn a_file_name_that_no_save_could_fill_is_refused_before_the_first_step() {
    struct NoStep;

    impl Callback for NoStep {
        async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
            unreachable!("the run was to be refused")
        }
    }

    let refused = async |path: &str, more: Value| {
        let mut callback = json!({"type": "ModelCheckpoint", "filepath": path});
        callback.as_object_mut().unwrap().extend(more["callback"].as_object().cloned().unwrap_or_default());
        let mut arguments = json!({"epochs": 2, "batchSize": 8, "callbacks": [callback]});
        arguments.as_object_mut().unwrap().extend(more["fit"].as_object().unwrap().clone());
        let plan = FitPlan::new(config(arguments), shapes(4, 16), None).unwrap();
        fit(&mut model(DEVICE).await, plan, &mut NoStep).await.unwrap_err().to_string()
    };
    let validated = json!({"validationSplit": 0.25});
    for (path, more, known) in [
        ("m-{val_acc:.2f}.tabfit", json!({"fit": validated}), "{val_accuracy}, {val_loss}"),
        ("m-{val_loss:.2f}.tabfit", json!({"fit": {}}), "{epoch}, {accuracy}, {learning_rate}, {loss}; name"),
        ("m-{val_loss}.tabfit", json!({"fit": {"validationSplit": 0.25, "validationFreq": 2}}), "{loss}; name"),
        ("{batch}.tabfit", json!({"fit": validated}), "{val_loss}"),
        (
            "{val_loss}.tabfit",
            json!({"fit": validated, "callback": {"saveFreq": 2}}),
            "{epoch}, {batch}, {accuracy}, {loss}; name",
        ),
    ] {
        let sentence = refused(path, more).await;
        assert!(sentence.starts_with("filepath of ModelCheckpoint names {"), "{path}: {sentence}");
        assert!(sentence.contains(known), "{path}: {sentence}");
    }
    let sentence = refused("{loss:x}.tabfit", json!({"fit": {}})).await;
    assert!(sentence.starts_with("filepath of ModelCheckpoint has the format {loss:x}"), "{sentence}");
}
