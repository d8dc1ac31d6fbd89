//! A run whose learning rate and dropout a person changes while it goes on.

use serde_json::{Value, json};
use tabfit::{
    Callback, Change, Changed, FileContent, FitPlan, Fitted, History, Model, Progress, Result, Run, Steering, Stopped,
    fit, fit_with, resume,
};

use crate::common::DEVICE;
use crate::portable_test;
use crate::resume::{OPTIMIZERS, config, model, pictures};
use crate::workers;

/// Asks for changes after so many steps in total, and stops after others; keeps the newest backup.
#[derive(Default)]
struct Driver {
    steps: usize,
    asks: Vec<(usize, Steering)>,
    stop_after: Option<usize>,
    heard: Vec<Change>,
    backup: Option<Vec<u8>>,
}

impl Driver {
    fn new(asks: &[(usize, Value)]) -> Self {
        let asks = asks.iter().map(|(step, json)| (*step, serde_json::from_value(json.clone()).unwrap())).collect();
        Self { asks, ..Self::default() }
    }
}

impl Callback for Driver {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        self.steps += 1;
        if self.stop_after == Some(self.steps) {
            run.stop = Some(Stopped::Aborted);
        }
        Ok(())
    }

    fn steering(&mut self) -> Vec<Steering> {
        let due = self.asks.extract_if(.., |(step, _)| *step == self.steps);
        due.map(|(_, steering)| steering).collect()
    }

    async fn on_change(&mut self, _run: &mut Run<'_>, changes: &[Change]) -> Result<()> {
        self.heard.extend_from_slice(changes);
        Ok(())
    }

    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        for file in run.files.drain(..) {
            if let ("backup.tabfit", FileContent::Whole(bytes)) = (file.path.as_str(), file.content) {
                self.backup = Some(bytes);
            }
        }
        Ok(())
    }
}

fn adam() -> Value {
    serde_json::from_str(OPTIMIZERS[0]).unwrap()
}

/// Everything that a run leaves: its history and the bits of its weights.
type Outcome = (History, Vec<u8>);

async fn outcome(mut model: Model, history: History) -> Outcome {
    let weights = model.save_weights().await.unwrap();
    (history, weights)
}

async fn run(mut driver: Driver, more: Value) -> (Outcome, Driver) {
    let mut model = model(&adam()).await;
    let plan = FitPlan::new(config(more), pictures(), None).unwrap();
    let history = fit(&mut model, plan, &mut driver).await.unwrap().history;
    (outcome(model, history).await, driver)
}

/// Goes on from a file to the end; what was asked before is not asked again.
async fn go_on(file: &[u8]) -> Outcome {
    let (mut model, checkpoint) = Model::open(file, DEVICE).await.unwrap();
    let fitted = resume(&mut model, &checkpoint.unwrap(), pictures(), None, &mut Driver::default()).await.unwrap();
    outcome(model, fitted.history).await
}

async fn stopped_after(steps: usize, asks: &[(usize, Value)], more: Value) -> Vec<u8> {
    let mut driver = Driver { stop_after: Some(steps), ..Driver::new(asks) };
    let mut model = model(&adam()).await;
    let plan = FitPlan::new(config(more), pictures(), None).unwrap();
    let Fitted { history, checkpoint } = fit(&mut model, plan, &mut driver).await.unwrap();
    assert_eq!(history.stopped, Stopped::Aborted);
    checkpoint.unwrap().save().await.unwrap()
}

fn asks() -> [(usize, Value); 3] {
    [
        (2, json!({"learningRate": 0.01, "dropout": 0.5})),
        (4, json!({"dropout": {"dropout": 0.0}})),
        (9, json!({"dropout": 0.25, "learningRate": 0.001})),
    ]
}

fn dropout(epoch: usize, step: usize, from: f64, to: f64) -> Change {
    Change { epoch, step, what: Changed::Dropout, layer: Some("dropout".into()), from, to }
}

/// An epoch has four steps. The second change comes between the last step of an epoch and its validation.
#[portable_test]
async fn steered_and_stopped_at_any_step_and_resumed_from_a_file_the_run_is_the_same() {
    let browser = cfg!(target_family = "wasm");
    let (expected, driver) = run(Driver::new(&asks()), json!({})).await;
    let changes = &expected.0.changes;
    assert_eq!(*changes, driver.heard);
    assert_eq!(
        changes[1..4],
        [dropout(1, 2, 0.3, 0.5), dropout(1, 4, 0.5, 0.0), {
            Change { epoch: 3, step: 1, what: Changed::LearningRate, layer: None, ..changes[3].clone() }
        }]
    );
    assert_eq!(changes[4], dropout(3, 1, 0.0, 0.25));
    let (plain, _) = run(Driver::default(), json!({})).await;
    assert_ne!(plain.1, expected.1);
    assert!(plain.0.changes.is_empty());
    for steps in 1..16 {
        if !browser || steps == 3 {
            // What is asked after the stop is asked of the resumed run, as a person would.
            let (before, after): (Vec<_>, Vec<_>) = asks().into_iter().partition(|(step, _)| *step <= steps);
            let file = stopped_after(steps, &before, json!({})).await;
            let (mut model, checkpoint) = Model::open(&file, DEVICE).await.unwrap();
            let mut driver = Driver { steps, ..Driver::new(&after) };
            let fitted = resume(&mut model, &checkpoint.unwrap(), pictures(), None, &mut driver).await.unwrap();
            assert!(outcome(model, fitted.history).await == expected, "stopped after {steps} steps");
        }
    }
}

/// The first change comes in the second epoch, after its backup, and the run dies before the next one.
#[portable_test]
async fn a_run_that_dies_after_a_change_goes_on_with_it() {
    let more = json!({"callbacks": [{"type": "BackupAndRestore"}]});
    let asks = [(6, json!({"learningRate": 0.01, "dropout": 0.6}))];
    let (expected, _) = run(Driver::new(&asks), more.clone()).await;
    let mut driver = Driver { stop_after: Some(7), ..Driver::new(&asks) };
    let mut dying = model(&adam()).await;
    fit(&mut dying, FitPlan::new(config(more), pictures(), None).unwrap(), &mut driver).await.unwrap();
    assert!(go_on(&driver.backup.unwrap()).await == expected);
}

/// Before the first step and inside the first epoch there are no records yet, but there is a change to keep.
#[portable_test]
async fn a_change_before_the_first_step_is_that_of_a_network_built_so() {
    let asks = [(0, json!({"dropout": 0.6, "learningRate": 0.02}))];
    let (steered, _) = run(Driver::new(&asks), json!({})).await;
    assert_eq!(steered.0.changes[1], dropout(1, 0, 0.3, 0.6));
    let file = stopped_after(1, &asks, json!({})).await;
    assert!(go_on(&file).await == steered);

    let mut config_of = crate::resume::network();
    for layer in &mut config_of.layers {
        if let tabfit::LayerConfig::Dropout(dropout) = layer {
            dropout.rate = 0.6;
        }
    }
    let names = pictures().class_names().to_vec();
    let mut built = Model::new(config_of, names, DEVICE, tabfit::Seed(4)).await.unwrap();
    let optimizer = serde_json::from_value(json!({"type": "adam", "learningRate": 0.02})).unwrap();
    built.compile(optimizer, tabfit::Loss::default(), &[]).unwrap();
    let plan = FitPlan::new(config(json!({})), pictures(), None).unwrap();
    let history = fit(&mut built, plan, &mut ()).await.unwrap().history;
    let losses = |history: &History| history.epochs.iter().map(|epoch| epoch.logs["loss"]).collect::<Vec<_>>();
    assert_eq!(losses(&history), losses(&steered.0));
    assert!(outcome(built, history).await.1 == steered.1);
}

/// As in Keras, where such a rate is what `optimizer.learning_rate` holds when the next callback looks.
#[portable_test]
async fn callbacks_of_the_rate_go_on_from_the_new_one() {
    let rates = |history: &History| history.epochs.iter().map(|epoch| epoch.logs["learning_rate"]).collect::<Vec<_>>();
    let asks = [(2, json!({"learningRate": 0.5})), (9, json!({"learningRate": 0.25}))];
    let schedule =
        json!({"epochs": 3, "callbacks": [{"type": "LearningRateScheduler", "schedule": [0.01, 0.005, 0.001]}]});
    let ((history, _), _) = run(Driver::new(&asks), schedule).await;
    assert_eq!(rates(&history), [0.5, 0.005, 0.25]);
    // No loss falls by so much, so every epoch after the first one halves the rate.
    let plateau = json!({"epochs": 3, "callbacks": [
        {"type": "ReduceLROnPlateau", "patience": 1, "factor": 0.5, "minDelta": 100},
    ]});
    let ((history, _), _) = run(Driver::new(&[(2, json!({"learningRate": 0.016}))]), plateau).await;
    assert_eq!(rates(&history), [0.016, 0.016, 0.008]);
}

#[portable_test]
async fn what_cannot_be_changed_ends_the_run_with_a_sentence_and_changes_nothing() {
    let mut model = model(&json!({"type": "sgd", "learningRate":
        {"type": "ExponentialDecay", "initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.5}}))
    .await;
    let plan = FitPlan::new(config(json!({"callbacks": []})), pictures(), None).unwrap();
    let mut driver = Driver::new(&[(3, json!({"learningRate": 0.1, "dropout": 0.5}))]);
    let sentence = fit(&mut model, plan, &mut driver).await.unwrap_err().to_string();
    assert!(sentence.contains("is a schedule"), "{sentence}");
    assert!(model.history().changes.is_empty());
}

/// Helpers have networks of their own, in which the rate changes, too.
#[portable_test]
async fn helpers_leave_out_what_the_first_thread_does() {
    let pictures = crate::common::shapes(20, 8);
    let asks = [(2, json!({"dropout": {"dropout": 0.7}})), (9, json!({"dropout": 0.05}))];
    let mut outcomes = Vec::new();
    for count in [0, 2, 2] {
        let mut model = workers::model(json!([])).await;
        let (mut local, mut driver) = (workers::helpers(count), Driver::new(&asks));
        let history = fit_with(&mut local, &mut model, workers::plan(&pictures), &mut driver).await.unwrap().history;
        assert!(history.notes.is_empty());
        assert_eq!(history.changes.len(), 3, "the second time both layers are changed");
        outcomes.push(history);
    }
    workers::assert_close(&outcomes[1], &outcomes[0]);
    assert_eq!(outcomes[1], outcomes[2]);
}
