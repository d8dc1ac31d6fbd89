//! A batch that is divided among helpers gives the same training step as on one thread.

use std::sync::Arc;

use serde_json::json;
use tabfit::{
    Augment, Balanced, ClassWeight, Dataset, DeviceKind, Error, FitConfig, FitPlan, Helper, Helpers, History, Loss,
    Model, ModelConfig, OptimizerConfig, Result, Seed, fit, fit_with, training::parallel::Task,
};

use crate::common::shapes;
use crate::portable_test;

/// Helpers that compute on the thread of the test.
#[derive(Default)]
pub(crate) struct LocalHelpers {
    pub(crate) count: usize,
    helpers: Vec<Helper>,
    tasks: Vec<Task>,
    pub(crate) tasks_done: usize,
    /// The numbers of all weights that came with tasks.
    pub(crate) weights_sent: usize,
    /// The task, counted from 1, at which its helper fails.
    pub(crate) fails_at: Option<usize>,
    /// How many can be started in the place of those that fail.
    pub(crate) spares: usize,
}

impl Helpers for LocalHelpers {
    fn count(&self) -> usize {
        self.count
    }

    fn prepare(&mut self, job: &str, fixed: &[Vec<f32>]) {
        self.helpers = (0..self.count).map(|_| Helper::new(job, fixed.to_vec()).unwrap()).collect();
    }

    fn begin(&mut self, tasks: Vec<Task>) {
        assert!(tasks.len() <= self.count);
        self.tasks = tasks;
    }

    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>> {
        let mut answers = Vec::new();
        for (index, task) in std::mem::take(&mut self.tasks).into_iter().enumerate() {
            self.tasks_done += 1;
            self.weights_sent += task.weights.iter().flat_map(|weights| weights.iter()).map(Vec::len).sum::<usize>();
            answers.push(match self.fails_at == Some(self.tasks_done) {
                true => Err(Error::Device("It ran out of memory.".into())),
                false => Box::pin(self.helpers[index].work(task)).await,
            });
        }
        if let Some(failed) = answers.iter().position(Result::is_err) {
            self.helpers.remove(failed);
            self.count -= 1;
        }
        answers
    }

    async fn renew(&mut self) -> bool {
        let renews = self.spares > 0;
        self.spares -= usize::from(renews);
        self.count += usize::from(renews);
        renews
    }
}

pub(crate) fn helpers(count: usize) -> LocalHelpers {
    LocalHelpers { count, ..LocalHelpers::default() }
}

/// A model with everything that could depend on which thread computes a row, such as dropout and penalties.
pub(crate) async fn model(more: serde_json::Value) -> Model {
    let mut layers = json!([
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        {"type": "Conv2D", "filters": 5, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "SpatialDropout2D", "rate": 0.2},
        {"type": "MaxPooling2D"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 8, "activation": "relu", "kernelRegularizer": {"l1": 1e-3, "l2": 1e-2}},
        {"type": "Dropout", "rate": 0.3},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    layers.as_array_mut().unwrap().splice(2..2, more.as_array().unwrap().iter().cloned());
    let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    let names = ["disc", "square", "cross"].map(String::from).to_vec();
    let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(3)).await.unwrap();
    model
        .compile(OptimizerConfig::default(), Loss::default(), &[serde_json::from_value(json!("auc")).unwrap()])
        .unwrap();
    model
}

/// 45 training pictures in batches of 7, so the last batch has three.
pub(crate) fn plan(pictures: &Dataset) -> FitPlan {
    let config = FitConfig {
        epochs: 3.0,
        batch_size: 7.0,
        validation_split: 0.25.into(),
        augment: Augment { horizontal_flip: true, rotation_range: 20.0, ..Augment::default() },
        class_weight: Some(ClassWeight::Rule(Balanced::Balanced)),
        ..FitConfig::default()
    };
    FitPlan::new(config, pictures.clone(), None).unwrap()
}

pub(crate) fn numbers(history: &History) -> Vec<f64> {
    history.epochs.iter().flat_map(|epoch| epoch.logs.values().copied()).collect()
}

pub(crate) fn assert_close(actual: &History, expected: &History) {
    let (actual, expected) = (numbers(actual), numbers(expected));
    assert_eq!(actual.len(), expected.len());
    for (a, e) in actual.iter().zip(&expected) {
        assert!((a - e).abs() < 2e-5 * (1.0 + e.abs()), "{a} is not {e} of {expected:?}");
    }
}

async fn fitted(pictures: &Dataset, helpers: &mut LocalHelpers) -> (Model, History) {
    let mut model = model(json!([])).await;
    let history = fit_with(helpers, &mut model, plan(pictures), &mut ()).await.unwrap().history;
    (model, history)
}

#[portable_test]
async fn the_number_of_helpers_changes_rounding_only_and_the_same_number_gives_the_same_bits() {
    let pictures = shapes(20, 8);
    let mut alone = model(json!([])).await;
    let expected = fit(&mut alone, plan(&pictures), &mut ()).await.unwrap().history;
    for count in [0, 1, 2, 8] {
        let mut local = helpers(count);
        let (mut model, history) = fitted(&pictures, &mut local).await;
        assert_close(&history, &expected);
        assert_eq!(history.notes, expected.notes);
        assert_eq!(local.tasks_done > 0, count > 0);
        let (_, again) = fitted(&pictures, &mut helpers(count)).await;
        assert_eq!(numbers(&again), numbers(&history), "{count} helpers");
        if count == 0 {
            assert_eq!(numbers(&history), numbers(&expected));
        }
        let (together, alone) =
            (model.evaluate_with(&mut local, &pictures, 32, &mut ()).await, model.evaluate(&pictures, 32).await);
        let (together, alone) = (together.unwrap().unwrap(), alone.unwrap());
        assert_eq!(together.confusion_matrix, alone.confusion_matrix);
        assert!((together.loss - alone.loss).abs() < 1e-5);
    }
}

#[portable_test]
async fn a_helper_that_fails_costs_no_step() {
    let pictures = shapes(20, 8);
    let (_, expected) = fitted(&pictures, &mut helpers(0)).await;
    // In the first step, in a later one, and during validation: the training steps of an epoch have 6 x 3 and 2 tasks.
    for fails_at in [1, 9, 21] {
        let mut local = LocalHelpers { fails_at: Some(fails_at), ..helpers(3) };
        let (_, history) = fitted(&pictures, &mut local).await;
        assert_close(&history, &expected);
        assert_eq!(local.count, 2);
        assert!(history.notes.iter().any(|note| note.contains("went on without it (It ran out of memory)")));
    }
}

#[portable_test]
async fn a_helper_in_the_place_of_one_that_failed_changes_no_bit() {
    let pictures = shapes(20, 8);
    for (more, fails_at) in [(json!([]), [1, 9, 21]), (normalized(), [1, 16, 40])] {
        let mut undisturbed = model(more.clone()).await;
        let expected = fit_with(&mut helpers(3), &mut undisturbed, plan(&pictures), &mut ()).await.unwrap().history;
        for fails_at in fails_at {
            let (mut local, mut helped) =
                (LocalHelpers { fails_at: Some(fails_at), spares: 1, ..helpers(3) }, model(more.clone()).await);
            let history = fit_with(&mut local, &mut helped, plan(&pictures), &mut ()).await.unwrap().history;
            assert_eq!(numbers(&history), numbers(&expected));
            assert_eq!(local.count, 3);
            assert_eq!(history.notes, ["A worker failed and another took its place (It ran out of memory)."]);
        }
    }
}

/// The losses alone: where classes are hardly known yet, the area under the curve jumps by rounding.
pub(crate) fn assert_losses_close(actual: &History, expected: &History) {
    let losses = |history: &History| -> Vec<f64> {
        history.epochs.iter().flat_map(|epoch| [epoch.logs["loss"], epoch.logs["val_loss"]]).collect()
    };
    for (a, e) in losses(actual).into_iter().zip(losses(expected)) {
        assert!((a - e).abs() < 1e-4 * e, "{a} is not {e}");
    }
}

/// Batch normalization by itself, and twice in one branch of a block, behind a layer with a penalty and behind one that is frozen.
fn normalized() -> serde_json::Value {
    json!([
        {"type": "BatchNormalization"},
        {"type": "Residual", "layers": [
            {"type": "Conv2D", "filters": 5, "kernelSize": 3, "padding": "same", "useBias": false, "kernelRegularizer": {"l2": 1e-2}},
            {"type": "BatchNormalization", "momentum": 0.8},
            {"type": "ReLU"},
            {"type": "Conv2D", "filters": 5, "kernelSize": 3, "padding": "same", "trainable": false},
            {"type": "BatchNormalization"},
        ]},
    ])
}

#[portable_test]
async fn batch_normalization_learns_from_whole_batches_on_any_number_of_threads() {
    let pictures = shapes(20, 8);
    let mut alone = model(normalized()).await;
    let expected = fit(&mut alone, plan(&pictures), &mut ()).await.unwrap().history;
    for count in [1, 2, 8] {
        let mut histories = Vec::new();
        for _ in 0..2 {
            let (mut local, mut helped) = (helpers(count), model(normalized()).await);
            let history = fit_with(&mut local, &mut helped, plan(&pictures), &mut ()).await.unwrap().history;
            assert_losses_close(&history, &expected);
            assert_eq!(history.notes, Vec::<String>::new());
            assert!(local.tasks_done >= 3 * 6 * 7, "a step begins, and goes on six times");
            histories.push(numbers(&history));
        }
        assert_eq!(histories[0], histories[1], "{count} helpers");
    }
}

/// No gradient flows further than to the first layer that learns.
#[portable_test]
async fn nothing_need_learn_in_front_of_a_batch_normalization() {
    let pictures = shapes(20, 8);
    let layers = json!([
        {"type": "Conv2D", "filters": 5, "kernelSize": 3, "strides": 2, "trainable": false},
        {"type": "BatchNormalization"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let mut histories = Vec::new();
    for count in [0, 2] {
        let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers.clone()).unwrap() };
        let names = ["disc", "square", "cross"].map(String::from).to_vec();
        let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(3)).await.unwrap();
        histories.push(fit_with(&mut helpers(count), &mut model, plan(&pictures), &mut ()).await.unwrap().history);
    }
    assert_losses_close(&histories[1], &histories[0]);
    let losses: Vec<f64> = histories[0].epochs.iter().map(|epoch| epoch.logs["loss"]).collect();
    assert!(losses[2] < losses[0], "{losses:?}");
}

#[portable_test]
async fn a_helper_that_fails_between_two_pieces_of_a_step_costs_no_step() {
    let pictures = shapes(20, 8);
    let mut alone = model(normalized()).await;
    let expected = fit(&mut alone, plan(&pictures), &mut ()).await.unwrap().history;
    // A step of this network has seven tasks for each of two helpers: it begins, and forward and backward it waits three times.
    for fails_at in 1..=16 {
        let (mut local, mut helped) =
            (LocalHelpers { fails_at: Some(fails_at), ..helpers(2) }, model(normalized()).await);
        let history = fit_with(&mut local, &mut helped, plan(&pictures), &mut ()).await.unwrap().history;
        assert_losses_close(&history, &expected);
        assert_eq!((local.count, history.notes.len()), (1, 1), "{:?}", history.notes);
    }
}

/// Small validation batches use a single helper. When it fails, one takes its place that has the weights of a step before.
#[portable_test]
async fn a_helper_that_fails_in_validation_is_replaced_by_one_with_the_weights_of_now() {
    let pictures = shapes(20, 8);
    let plan = || {
        let config = FitConfig { epochs: 2.0, batch_size: 7.0, validation_split: 0.25.into(), ..FitConfig::default() };
        FitPlan::new(FitConfig { validation_batch_size: Some(2.0), ..config }, pictures.clone(), None).unwrap()
    };
    let (mut alone, mut helped) = (model(json!([])).await, model(json!([])).await);
    let expected = fit(&mut alone, plan(), &mut ()).await.unwrap().history;
    // Six steps have three tasks, the seventh has two, and then each batch of the validation has one.
    let mut local = LocalHelpers { fails_at: Some(22), ..helpers(3) };
    let history = fit_with(&mut local, &mut helped, plan(), &mut ()).await.unwrap().history;
    assert_eq!((local.count, history.notes.len()), (2, 1), "a single helper failed: {:?}", history.notes);
    assert_close(&history, &expected);

    local.fails_at = Some(local.tasks_done + 2);
    let evaluation = helped.evaluate_with(&mut local, &pictures, 2, &mut ()).await.unwrap().unwrap();
    let expected = alone.evaluate(&pictures, 2).await.unwrap();
    assert!((evaluation.loss - expected.loss).abs() < 1e-4);
    assert_eq!((local.count, helped.history().notes.len()), (1, 2), "and only it: {:?}", helped.history().notes);
}

#[portable_test]
async fn a_task_for_another_network_is_refused() {
    let pictures = shapes(20, 8);
    let mut local = helpers(1);
    fitted(&pictures, &mut local).await;
    let mut refused =
        |task| pollster::block_on(local.helpers[0].work(task)).expect_err("it is not its task").to_string();
    let nothing = Task { description: "{}".into(), bytes: Vec::new(), weights: None };
    assert!(refused(nothing).contains("did not understand"));
    let rows = json!({"first": 0, "count": 1, "of": 1});
    let shard = json!({"rows": rows, "layers_done": 0, "labels": [3], "changes": null, "weights": null});
    let description = json!({"work": {"Step": {"kind": "Evaluate", "layers": 8}}, "shard": shard}).to_string();
    let task = |weights| Task { description: description.clone(), bytes: vec![0; 8 * 8 * 3], weights };
    assert!(refused(task(None)).contains("task for another network"));
    assert!(refused(task(Some(Arc::new(vec![vec![0.0]])))).contains("weights of another"));
    assert!(Helper::new("{}", Vec::new()).unwrap_err().to_string().contains("did not understand"));
}
