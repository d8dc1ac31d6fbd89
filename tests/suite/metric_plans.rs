//! The metrics that `compile` accepts, and their names in the logs.

use serde_json::{Value, json};
use tabfit::{MetricConfig, MetricPlan, Result};

use crate::portable_test;

fn names(class_names: &[&str]) -> Vec<String> {
    class_names.iter().copied().map(String::from).collect()
}

pub(crate) fn plan(metrics: Value, class_names: &[&str]) -> Result<MetricPlan> {
    let configs: Vec<MetricConfig> = serde_json::from_value(metrics).unwrap();
    MetricPlan::new(&configs, &names(class_names))
}

#[portable_test]
async fn names_in_the_logs_are_keras() {
    let metrics = json!([
        "accuracy", "acc", "precision", {"type": "Recall"}, {"type": "Recall", "topK": 2},
        {"type": "Precision", "className": "bee"}, {"type": "Precision", "classId": 1, "thresholds": 0.7},
        {"type": "F1Score", "threshold": 0.5}, {"type": "AUC", "name": "area"}, {"type": "TopKCategoricalAccuracy", "k": 2},
    ]);
    let logged = plan(metrics, &["ant", "bee"]).unwrap().log_names(false);
    let expected = [
        "loss",
        "accuracy",
        "acc",
        "precision",
        "recall",
        "recall_1",
        "precision_bee",
        "precision_bee_1",
        "f1_score",
        "f1_score_ant",
        "f1_score_bee",
        "area",
        "top_k_categorical_accuracy",
    ];
    assert_eq!(logged, expected);
    assert_eq!(
        plan(json!([]), &["ant", "bee"]).unwrap().log_names(true),
        ["loss", "accuracy", "val_loss", "val_accuracy"]
    );
}

#[portable_test]
async fn metrics_beyond_memory_are_refused() {
    let classes: Vec<String> = (0..1200).map(|class| class.to_string()).collect();
    let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
    let curves: Vec<Value> = (0..5).map(|n| json!({"type": "AUC", "numThresholds": 10_000 - n})).collect();
    let scores: Vec<Value> =
        (0..1200).map(|n| json!({"type": "F1Score", "threshold": 1.0 / f64::from(1 + n)})).collect();
    for (metrics, classes) in
        [(json!(["f1_score"]), &classes[..]), (json!(curves), &classes), (json!(scores), &classes[..2])]
    {
        let error = plan(metrics, classes).unwrap_err().to_string();
        assert!(error.starts_with("metrics ask for more numbers than memory is for"), "{error}");
    }
    assert!(plan(json!(["f1_score", "auc"]), &classes[..1000]).is_ok());
}

#[portable_test]
async fn metrics_that_cannot_be_are_refused_by_name() {
    for (metrics, part) in [
        (json!(["acuracy"]), "name \"acuracy\", which is none of accuracy"),
        (json!(["precision", "precision"]), "name two \"precision\""),
        (json!(["auc", {"type": "AUC"}]), "list auc twice"),
        (json!([{"type": "AUC", "name": "a"}, {"type": "Recall", "name": "a"}]), "name two \"a\""),
        (json!([{"type": "AUC", "name": "loss"}]), "name one \"loss\""),
        (json!([{"type": "AUC", "name": "accuracy"}]), "name one \"accuracy\""),
        (json!([{"type": "AUC", "name": "val_x"}]), "name one \"val_x\""),
        (json!(["top_k_categorical_accuracy"]), "k = 5 for top_k_categorical_accuracy"),
        (json!([{"type": "TopKCategoricalAccuracy", "k": 0}]), "whole number from 1 to 3"),
        (json!([{"type": "TopKCategoricalAccuracy", "k": 1.5}]), "k = 1.5"),
        (json!([{"type": "Recall", "topK": 4}]), "topK = 4 for recall"),
        (json!([{"type": "Precision", "className": "dog"}]), "the class \"dog\", which is none of ant, bee, cat"),
        (json!([{"type": "Precision", "classId": 3}]), "the class 3, which"),
        (json!([{"type": "Precision", "thresholds": 1.5}]), "thresholds = 1.5 for precision"),
        (json!([{"type": "F1Score", "threshold": 0}]), "threshold 0 for f1_score"),
        (json!([{"type": "AUC", "numThresholds": 1}]), "numThresholds = 1 for auc"),
    ] {
        let error = plan(metrics.clone(), &["ant", "bee", "cat"]).unwrap_err().to_string();
        assert!(error.starts_with("metrics ") && error.contains(part), "{metrics}: {error}");
    }
    for (metric, part) in [
        (json!({"type": "Precison"}), "unknown variant `Precison`"),
        (json!({"type": "Precision", "threshold": 0.5}), "unknown field `threshold`"),
        (json!({"type": "F1Score", "average": "mean"}), "unknown variant `mean`"),
        (json!({"type": "AUC", "curve": "DET"}), "unknown variant `DET`"),
        (json!({"type": "AUC", "className": "ant", "classId": 0}), "duplicate field"),
        (json!(3), "a metric must be its name"),
    ] {
        let error = serde_json::from_value::<MetricConfig>(metric.clone()).unwrap_err().to_string();
        assert!(error.contains(part), "{metric}: {error}");
    }
}
