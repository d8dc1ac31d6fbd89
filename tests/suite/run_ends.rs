//! How a run ends: where Keras ends it, and with the weights that Keras restores.

use serde_json::json;
use tabfit::{Callback, EpochRecord, FitPlan, Loss, OptimizerConfig, Progress, Result, Run, Stopped, fit, resume};

use crate::common::{DEVICE, config, model, shapes};
use crate::portable_test;

#[portable_test]
async fn a_loss_that_is_no_number_ends_the_run_in_the_batch_that_made_it() {
    let mut model = model(DEVICE).await;
    model.compile(OptimizerConfig::sgd(1e30, 0.0, false), Loss::default(), &[]).unwrap();
    let config = config(json!({"epochs": 3, "batchSize": 2, "callbacks": [{"type": "TerminateOnNaN"}]}));
    let history = fit(&mut model, FitPlan::new(config, shapes(16, 16), None).unwrap(), &mut ()).await.unwrap().history;
    assert_eq!(history.stopped, Stopped::Callback);
    assert_eq!((history.epochs.len(), history.notes.len()), (1, 1), "the epoch ends there, as in Keras: {history:?}");
    assert!(!history.epochs[0].get("loss").unwrap().is_finite());
    let step = if cfg!(target_family = "wasm") { 16 } else { 2 }; // of a GPU the loss is read every sixteenth step
    assert!(history.notes[0].contains(&format!("step {step}: stopped, the loss is no longer a number")), "{history:?}");
}

/// The hooks of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hook {
    TrainBegin,
    EpochBegin,
    BatchEnd,
    EpochEnd,
    TrainEnd,
}

/// Sets Keras's `stop_training` in one hook, and notes the hooks that follow.
struct StopsIn {
    hook: Hook,
    seen: Vec<(Hook, usize)>,
}

impl StopsIn {
    fn at(&mut self, hook: Hook, number: usize, run: &mut Run<'_>) {
        self.seen.push((hook, number));
        if hook == self.hook {
            run.stop = Some(Stopped::Callback);
        }
    }
}

impl Callback for StopsIn {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.at(Hook::TrainBegin, 0, run);
        Ok(())
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        self.at(Hook::EpochBegin, epoch, run);
        Ok(())
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.at(Hook::BatchEnd, progress.step, run);
        Ok(())
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        assert!(record.get("val_loss").is_some(), "an epoch that is cut short is validated too");
        self.at(Hook::EpochEnd, record.epoch, run);
        Ok(())
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.at(Hook::TrainEnd, 0, run);
        Ok(())
    }
}

/// Keras 3 looks at `stop_training` after each batch, which ends the epoch, and after each epoch, which ends the run.
#[portable_test]
async fn a_run_ends_where_keras_ends_it_whichever_hook_asks() {
    use Hook::{BatchEnd, EpochBegin, EpochEnd, TrainBegin, TrainEnd};
    let one_step = [(TrainBegin, 0), (EpochBegin, 1), (BatchEnd, 1), (EpochEnd, 1), (TrainEnd, 0)].to_vec();
    let epoch = |epoch| [(EpochBegin, epoch), (BatchEnd, 1), (BatchEnd, 2), (EpochEnd, epoch)];
    let whole = |epochs: usize| {
        [(TrainBegin, 0)].into_iter().chain((1..=epochs).flat_map(epoch)).chain([(TrainEnd, 0)]).collect::<Vec<_>>()
    };
    for (hook, expected, stopped) in [
        (TrainBegin, one_step.clone(), Stopped::Callback),
        (EpochBegin, one_step.clone(), Stopped::Callback),
        (BatchEnd, one_step, Stopped::Callback),
        (EpochEnd, whole(1), Stopped::Callback),
        (TrainEnd, whole(3), Stopped::Completed),
    ] {
        let mut model = model(DEVICE).await;
        let config = config(json!({"epochs": 3, "batchSize": 6, "validationSplit": 0.25}));
        let mut stops = StopsIn { hook, seen: Vec::new() };
        let plan = FitPlan::new(config, shapes(4, 16), None).unwrap();
        let fitted = fit(&mut model, plan, &mut stops).await.unwrap();
        assert_eq!(stops.seen, expected, "{hook:?}");
        assert_eq!(fitted.history.stopped, stopped, "{hook:?}");
        assert!(fitted.checkpoint.is_none(), "who ended the run by a callback does not resume it");
    }
}

/// Ends the run as a person does, after this epoch; keeps the weights at the end of every epoch.
#[derive(Default)]
struct Weights {
    aborts_after: Option<usize>,
    of_epochs: Vec<Vec<u8>>,
}

impl Callback for Weights {
    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.of_epochs.push(run.model.save_weights().await?);
        if self.aborts_after == Some(record.epoch) {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }
}

/// Keras 3 restores the best weights at the end of every run, however it ended. In "max" mode the first epoch has the
/// best loss, which falls from epoch to epoch; in "min" mode the last one has.
#[portable_test]
async fn the_best_weights_are_restored_however_the_run_ends() {
    for (mode, patience, aborts_after, epochs, best) in [
        ("max", 9, None, 4, 1),
        ("min", 9, None, 4, 4),
        ("max", 2, None, 3, 1),
        ("max", 9, Some(2), 2, 1),
        ("min", 9, Some(2), 2, 2),
    ] {
        let case = format!("{mode}, patience {patience}, stopped after {aborts_after:?}");
        let mut model = model(DEVICE).await;
        let config = config(json!({"epochs": 4, "batchSize": 8, "callbacks": [
            {"type": "EarlyStopping", "monitor": "loss", "mode": mode, "patience": patience, "restoreBestWeights": true},
        ]}));
        let mut weights = Weights { aborts_after, ..Weights::default() };
        let plan = FitPlan::new(config, shapes(8, 16), None).unwrap();
        let fitted = fit(&mut model, plan, &mut weights).await.unwrap();
        let losses: Vec<f64> = fitted.history.epochs.iter().map(|record| record.get("loss").unwrap()).collect();
        assert!(losses.is_sorted_by(|before, after| before > after), "the case needs losses that fall: {losses:?}");
        assert_eq!(weights.of_epochs.len(), epochs, "{case}");
        assert!(model.save_weights().await.unwrap() == weights.of_epochs[best - 1], "{case}");
        // A person who goes on does so from the weights of the last epoch, and the best ones are restored then.
        if let Some(checkpoint) = fitted.checkpoint {
            weights.aborts_after = None;
            resume(&mut model, &checkpoint, shapes(8, 16), None, &mut weights).await.unwrap();
            let best = if mode == "max" { 1 } else { 4 };
            assert!(model.save_weights().await.unwrap() == weights.of_epochs[best - 1], "{case}, resumed");
        }
    }
}
