//! Which features of frozen layers are kept: how many fit, when none are worth it, and what the next run takes over.

use serde_json::json;
use tabfit::{Dataset, DeviceKind, Model, ModelConfig, Seed, fit};

use crate::common::shapes;
use crate::features::{Watcher, fitted, head, heavy_head, model, numbers, plan};
use crate::portable_test;
use crate::workers::helpers;

/// What the body makes of a picture: 4 x 4 x 6 numbers of 4 bytes.
const BYTES: u64 = 4 * 4 * 6 * 4;

#[portable_test]
async fn features_take_at_most_so_many_bytes_or_are_those_of_fewer_layers() {
    let (pictures, whole) = (shapes(20, 8), 60 * BYTES);
    for (limit, computed, sentence) in [
        (whole, vec![32, 60], "The first 7 layers are frozen: what they make of the 60 pictures is computed once"),
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
            "The first 7 layers are frozen, but the pictures are changed at random, so they run in every step, about ";
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
