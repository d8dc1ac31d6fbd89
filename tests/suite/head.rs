//! Where a network ends in layers of many weights, one thread computes them for the whole batch, and helpers those in front.

use serde_json::{Value, json};
use tabfit::{
    Augment, Dataset, DeviceKind, FitConfig, FitPlan, Loss, Model, ModelConfig, OptimizerConfig, Seed, fit, fit_with,
};

use crate::common::shapes;
use crate::portable_test;
use crate::workers::{assert_losses_close, helpers, numbers};

/// The numbers of the weights in front of the head: a convolution with its bias.
const IN_FRONT: usize = 3 * 3 * 3 * 5 + 5;

/// A network with penalties and dropout in front of its head and in it, and with these layers besides: behind the convolution,
/// and behind the wide layer of the head, which has nearly all weights.
async fn model(front: Value, head: Value, trainable: bool) -> Model {
    let layers = [
        json!([
            {"type": "Rescaling", "scale": 1.0 / 255.0},
            {
                "type": "Conv2D", "filters": 5, "kernelSize": 3, "padding": "same", "activation": "relu",
                "kernelRegularizer": {"l2": 1e-2}, "trainable": trainable,
            },
        ]),
        front,
        json!([
            {"type": "SpatialDropout2D", "rate": 0.2},
            {"type": "MaxPooling2D"},
            {"type": "Dropout", "rate": 0.1},
            {"type": "Flatten"},
            {"type": "Dense", "units": 1500, "activation": "relu", "kernelRegularizer": {"l2": 1e-4}},
        ]),
        head,
        json!([{"type": "Dropout", "rate": 0.3}, {"type": "Dense", "units": 3, "activation": "softmax"}]),
    ];
    let layers: Vec<Value> = layers.iter().flat_map(|layers| layers.as_array().unwrap().clone()).collect();
    let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers.into()).unwrap() };
    let names = ["disc", "square", "cross"].map(String::from).to_vec();
    let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(3)).await.unwrap();
    model.compile(OptimizerConfig::adam(3e-4), Loss::default(), &[]).unwrap();
    model
}

/// Five steps of nine pictures, twice, each picture changed at random.
fn plan(pictures: &Dataset) -> FitPlan {
    let config = FitConfig {
        epochs: 2.0,
        batch_size: 9.0,
        validation_split: 0.25.into(),
        augment: Augment { horizontal_flip: true, ..Augment::default() },
        ..FitConfig::default()
    };
    FitPlan::new(config, pictures.clone(), None).unwrap()
}

/// A batch normalization in front of the head, one in it, and one in a branch that reads what lies in front of that.
fn normalized() -> [Value; 2] {
    let norm = || json!({"type": "BatchNormalization"});
    let branch = json!({"type": "Residual", "layers": [norm(), {"type": "ReLU"}]});
    [json!([norm()]), json!([norm(), branch])]
}

#[portable_test]
async fn its_weights_stay_where_they_are_and_threads_change_rounding_only() {
    let pictures = shapes(20, 8);
    let [norm, more] = normalized();
    // How many weights a task needs, and how many tasks a helper has in a step.
    for (front, head, weights, tasks) in [(json!([]), json!([]), IN_FRONT, 2), (norm, more, IN_FRONT + 4 * 5, 4)] {
        let plan = || plan(&pictures);
        let mut alone = model(front.clone(), head.clone(), true).await;
        let expected = Box::pin(fit(&mut alone, plan(), &mut ())).await.unwrap().history;
        for count in [1, 2, 8] {
            let mut runs = Vec::new();
            for _ in 0..2 {
                let (mut local, mut helped) = (helpers(count), model(front.clone(), head.clone(), true).await);
                let history = Box::pin(fit_with(&mut local, &mut helped, plan(), &mut ())).await.unwrap().history;
                assert_losses_close(&history, &expected);
                assert_eq!(history.notes, Vec::<String>::new());
                runs.push(numbers(&history));
                // Only for the validation, the weights of the head are sent.
                let first_tasks = 5 * count;
                let validation = helped.architecture().summary().parameters;
                assert_eq!(local.weights_sent, 2 * (first_tasks * weights + count * validation), "{count} helpers");
                // The 15 pictures for validation are a batch of nine rows and one of six, and this thread has a part of each.
                let validation_tasks = count.min(9 - 1) + count.min(6 - 1);
                assert_eq!(local.tasks_done, 2 * (first_tasks * tasks + validation_tasks), "{count} helpers");
            }
            assert_eq!(runs[0], runs[1], "{count} helpers");
        }
    }
}

#[portable_test]
async fn a_helper_that_fails_before_or_behind_the_head_costs_no_step() {
    let pictures = shapes(20, 8);
    let [front, head] = normalized();
    let mut alone = model(front.clone(), head.clone(), true).await;
    let expected = Box::pin(fit(&mut alone, plan(&pictures), &mut ())).await.unwrap().history;
    // The first step has four tasks for each of two helpers; the others fail in the second one.
    for fails_at in 1..=10 {
        let mut local = helpers(2);
        local.fails_at = Some(fails_at);
        let mut helped = model(front.clone(), head.clone(), true).await;
        let history = Box::pin(fit_with(&mut local, &mut helped, plan(&pictures), &mut ())).await.unwrap().history;
        assert_losses_close(&history, &expected);
        assert_eq!((local.count, history.notes.len()), (1, 1), "{:?}", history.notes);
    }
}

#[portable_test]
async fn where_nothing_in_front_of_it_learns_no_gradient_travels() {
    let pictures = shapes(20, 8);
    let frozen = async || model(json!([]), json!([]), false).await;
    let mut alone = frozen().await;
    let expected = Box::pin(fit(&mut alone, plan(&pictures), &mut ())).await.unwrap().history;
    let (mut local, mut helped) = (helpers(1), frozen().await);
    let history = Box::pin(fit_with(&mut local, &mut helped, plan(&pictures), &mut ())).await.unwrap().history;
    assert_losses_close(&history, &expected);
    assert_eq!(local.tasks_done, 2 * (5 + 2), "a task in each step, and two in each validation");
    assert_eq!(local.weights_sent, 0, "a light head is not divided in the validation either");
}
