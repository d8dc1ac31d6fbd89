//! The metrics that `compile` accepts, and their names in the logs.

use serde_json::{Value, json};
use tabfit_decisions::Result;
use tabfit_decisions::metrics::{Count, MetricClass, MetricConfig, MetricPlan, Rule};

fn names(class_names: &[&str]) -> Vec<String> {
    class_names.iter().copied().map(String::from).collect()
}

fn plan(metrics: Value, class_names: &[&str]) -> Result<MetricPlan> {
    let configs: Vec<MetricConfig> = serde_json::from_value(metrics).unwrap();
    MetricPlan::new(&configs, &names(class_names))
}

#[test]
fn names_in_the_logs_are_keras() {
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

/// The words that Keras's `compile` understands, and the class that each stands for.
#[test]
fn a_word_is_a_class_with_its_defaults() {
    let positives = json!({"thresholds": null, "topK": null, "className": null, "name": null});
    let accuracy = json!({"name": null});
    let best = json!({"k": 5.0, "name": null});
    let f1 = json!({"average": null, "threshold": null, "className": null, "name": null});
    let auc = json!({"numThresholds": 200.0, "curve": "ROC", "multiLabel": false, "className": null, "name": null});
    for (kind, arguments, words) in [
        (
            "CategoricalAccuracy",
            accuracy,
            &[
                "acc",
                "accuracy",
                "Accuracy",
                "categorical_accuracy",
                "CategoricalAccuracy",
                "sparse_categorical_accuracy",
                "SparseCategoricalAccuracy",
            ][..],
        ),
        (
            "TopKCategoricalAccuracy",
            best,
            &[
                "top_k_categorical_accuracy",
                "TopKCategoricalAccuracy",
                "sparse_top_k_categorical_accuracy",
                "SparseTopKCategoricalAccuracy",
            ],
        ),
        ("Precision", positives.clone(), &["precision", "Precision"]),
        ("Recall", positives, &["recall", "Recall"]),
        ("F1Score", f1, &["f1", "f1_score", "F1Score"]),
        ("AUC", auc, &["auc", "AUC"]),
    ] {
        let class: MetricClass = serde_json::from_value(json!({"type": kind})).unwrap();
        let written = serde_json::to_value(&class).unwrap();
        assert!(arguments.as_object().unwrap().iter().all(|(name, value)| written[name] == *value), "{written}");
        for word in words {
            assert_eq!(MetricClass::named(word).as_ref(), Some(&class), "{word}");
        }
        let named: MetricClass = serde_json::from_value(json!({"type": kind, "name": "mine"})).unwrap();
        assert_eq!(named.without_name(), (class, Some("mine".to_string())));
    }
    assert_eq!(MetricClass::named("precision "), None);
}

#[test]
fn metrics_without_their_classes_are_left_out_of_another_head() {
    let metrics = json!(["auc", {"type": "Recall", "className": "cat"}, "top_k_categorical_accuracy", {"type": "F1Score", "classId": 1}]);
    let classes = ["ant", "bee", "cat", "dog", "eel"];
    let whole = plan(metrics, &classes).unwrap();
    assert_eq!(whole.configs().len(), 4);
    let fewer = MetricPlan::of_those_that_fit(whole.configs(), &names(&classes[..2]));
    assert_eq!(fewer.log_names(false), ["loss", "accuracy", "auc", "f1_score_bee"]);
    assert_eq!(fewer.configs().len(), 2);
    assert_eq!(MetricPlan::of_those_that_fit(fewer.configs(), &names(&classes)).configs(), fewer.configs());
}

#[test]
fn metrics_share_their_tables() {
    let counts = |metrics: Value| plan(metrics, &["ant", "bee", "cat"]).unwrap().counts().to_vec();
    assert_eq!(counts(json!(["accuracy"])), []);
    let rule = Rule::Above(0.5);
    let both = [Count::Predicted(rule), Count::Support];
    assert_eq!(counts(json!(["precision", "recall", {"type": "Recall", "className": "bee"}])), both);
    let top = Rule::Top { k: 2, above: Some(0.25) };
    assert_eq!(counts(json!([{"type": "Precision", "topK": 2, "thresholds": 0.25}])), [Count::Predicted(top)]);
    let least = [json!({"type": "AUC", "numThresholds": 2}), json!({"type": "AUC", "numThresholds": 10_000})];
    assert_eq!(
        least.map(|metric| plan(json!([metric]), &["ant", "bee", "cat"]).unwrap().counts_len()),
        [2 * 3 * 2, 2 * 3 * 10_000]
    );
    assert_eq!(Count::InTop { k: 2 }.len(3) + Count::Support.len(3) + Count::Predicted(rule).len(3), 1 + 3 + 6);
}

#[test]
fn arguments_are_taken_up_to_their_bounds() {
    for metric in [
        json!({"type": "TopKCategoricalAccuracy", "k": 1}),
        json!({"type": "TopKCategoricalAccuracy", "k": 3}),
        json!({"type": "Recall", "topK": 3}),
        json!({"type": "Precision", "thresholds": 0}),
        json!({"type": "Precision", "thresholds": 1}),
        json!({"type": "F1Score", "threshold": 1}),
        json!({"type": "Precision", "classId": 0}),
        json!({"type": "Precision", "classId": 2}),
        json!({"type": "CategoricalAccuracy", "name": "accuracy"}),
        json!({"type": "AUC", "name": "loss_"}),
    ] {
        assert!(plan(json!([metric]), &["ant", "bee", "cat"]).is_ok(), "{metric}");
    }
}

/// 1100 metrics and 2^26 counts are the most, and one more of either is too many.
#[test]
fn the_most_metrics_and_the_most_counts() {
    let named = |count: usize| (0..count).map(|n| json!({"type": "Recall", "name": n.to_string()})).collect::<Value>();
    assert!(plan(named(1100), &["ant"]).is_ok() && plan(named(1101), &["ant"]).is_err());
    let classes: Vec<String> = (0..4096).map(|class| class.to_string()).collect();
    let curve = |thresholds: usize| {
        let auc = json!({"type": "AUC", "numThresholds": thresholds});
        MetricPlan::new(&[serde_json::from_value(auc).unwrap()], &classes)
    };
    assert_eq!(curve(8192).unwrap().counts_len(), 1 << 26);
    assert!(curve(8193).is_err());
}

#[test]
fn metrics_beyond_memory_are_refused() {
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

#[test]
fn metrics_that_cannot_be_are_refused_by_name() {
    for (metrics, part) in [
        (json!(["acuracy"]), "name \"acuracy\", which is none of accuracy"),
        (json!(["precision", "precision"]), "name two \"precision\""),
        (json!(["auc", {"type": "AUC"}]), "list auc twice"),
        (json!([{"type": "AUC", "name": "a"}, {"type": "Recall", "name": "a"}]), "name two \"a\""),
        (json!([{"type": "AUC", "name": "loss"}]), "name one \"loss\""),
        (json!([{"type": "AUC", "name": "accuracy"}]), "name one \"accuracy\""),
        (json!([{"type": "AUC", "name": "val_x"}]), "name one \"val_x\""),
        (json!([{"type": "AUC", "name": "epoch"}]), "name one \"epoch\""),
        (json!([{"type": "AUC", "name": ""}]), "name one \"\""),
        (json!([{"type": "Precision", "className": "bee", "thresholds": -0.5}]), "thresholds = -0.5 for precision"),
        (json!([{"type": "F1Score", "threshold": 1.5}]), "threshold 1.5 for f1_score"),
        (json!([{"type": "AUC", "numThresholds": 10_001}]), "whole number from 2 to 10000"),
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
