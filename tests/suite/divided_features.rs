//! Features of frozen layers that helpers compute, and what is left to the helpers after them.

use serde_json::json;
use tabfit::{DeviceKind, FitPlan, Model, ModelConfig, Seed, fit_with};

use crate::common::{assert_close, config, shapes};
use crate::features::{Watcher, fitted, head, heavy_head, model, numbers, plan};
use crate::portable_test;
use crate::workers::helpers;

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
    let pictures = shapes(32, 8);
    let plan = || FitPlan::new(config(json!({"epochs": 1, "batchSize": 32})), pictures.clone(), None).unwrap();
    let (mut expected, _) = fitted(DeviceKind::Cpu, heavy_head(), plan().keeping_features(0), &mut helpers(2)).await;
    let mut local = helpers(2);
    let (mut actual, _) = fitted(DeviceKind::Cpu, heavy_head(), plan(), &mut local).await;
    assert_eq!(numbers(&mut actual).await, numbers(&mut expected).await);
    assert_eq!(local.tasks_done, 2 * 3 + 2 * 3, "three batches of features, three steps");
    let convolutions = 9 * 6 * 128 + 128 + 9 * 128 * 128 + 128;
    assert_eq!(local.weights_sent, 2 * 3 * (convolutions + 4 * 4 * 128 * 3 + 3));
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

/// A batch of one picture of one pixel has the shape of a fully connected layer of one row.
#[portable_test]
async fn a_convolution_of_a_single_pixel_makes_the_same_numbers_of_one_picture_and_of_many() {
    let conv = |filters: usize, size: usize| json!({"type": "Conv2D", "filters": filters, "kernelSize": size, "padding": "same"});
    let layers = json!([
        conv(70, 3), {"type": "AveragePooling2D", "poolSize": 8}, conv(50, 1), {"type": "BatchNormalization"},
        {"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 8).class_names().to_vec();
    let run = async |limit: u64| {
        let mut model = Model::new(network.clone(), names.clone(), DeviceKind::Cpu, Seed(3)).await.unwrap();
        // After a run, no bias and no statistic is 0 or 1.
        Box::pin(fit_with(&mut helpers(0), &mut model, plan(&shapes(20, 8), json!({})), &mut ())).await.unwrap();
        let frozen = ["conv2d", "conv2d_1", "batch_normalization"].map(String::from);
        model.set_trainable(&frozen, false).unwrap();
        let plan = plan(&shapes(20, 8), json!({})).keeping_features(limit);
        Box::pin(fit_with(&mut helpers(2), &mut model, plan, &mut ())).await.unwrap();
        assert_eq!(model.history().notes.iter().any(|note| note.contains("computed once")), limit > 0);
        numbers(&mut model).await
    };
    assert_eq!(run(1 << 20).await.logs, run(0).await.logs);
}

/// What the convolution makes of one picture fills the cache, so that it computes each by itself, and the other layers all.
#[portable_test]
async fn large_pictures_are_evaluated_by_their_features_in_the_same_pieces() {
    let layers = json!([
        {"type": "Conv2D", "filters": 130, "kernelSize": 1, "activation": "relu", "trainable": false},
        {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = ModelConfig { image_size: 128, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 128).class_names().to_vec();
    let run = async |limit: u64| {
        let mut model = Model::new(network.clone(), names.clone(), DeviceKind::Cpu, Seed(3)).await.unwrap();
        let config = config(json!({"epochs": 2, "batchSize": 5, "validationSplit": 0.5}));
        let plan = FitPlan::new(config, shapes(6, 128), None).unwrap().keeping_features(limit);
        Box::pin(fit_with(&mut helpers(1), &mut model, plan, &mut ())).await.unwrap();
        numbers(&mut model).await
    };
    assert_eq!(run(1 << 20).await.logs, run(0).await.logs);
}
