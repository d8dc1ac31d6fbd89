//! Settings that can be written in two ways: an error in either names what is wrong.

use serde::Deserialize;
use serde_json::Value;
use tabfit::{CallbackConfig, LearningRate, Loss, MetricConfig, optimizers::config::by_name_or_config};

use crate::portable_test;

fn refused<T: for<'de> Deserialize<'de>>(json: &str) -> String {
    serde_json::from_str::<T>(json).err().map(|error| error.to_string()).unwrap_or_default()
}

#[portable_test]
async fn a_misspelt_option_of_an_object_is_named() {
    let loss = refused::<Loss>(r#"{"type": "CategoricalCrossentropy", "labelSmooth": 0.1}"#);
    assert!(loss.contains("`labelSmooth`, expected `labelSmoothing`"), "{loss}");
    let rate = refused::<LearningRate>(
        r#"{"type": "ExponentialDecay", "initialLearningRate": 1, "decaySteps": 1, "decayRate": 1, "staircases": true}"#,
    );
    assert!(rate.contains("`staircases`"), "{rate}");
    let metric = refused::<MetricConfig>(r#"{"type": "AUC", "thresholds": 9}"#);
    assert!(metric.starts_with("in metrics, unknown field `thresholds`"), "{metric}");
    let callback = refused::<CallbackConfig>(
        r#"{"type": "LearningRateScheduler", "schedule": {"type": "CosineDecay", "alfa": 0}}"#,
    );
    assert!(callback.contains("`alfa`"), "{callback}");
    let optimizer = by_name_or_config(serde_json::json!({"type": "adam", "beta": 0.9})).unwrap_err();
    assert!(optimizer.to_string().contains("`beta`"), "{optimizer}");
}

#[portable_test]
async fn what_is_neither_is_told_what_it_could_be() {
    assert!(refused::<Loss>(r#""mse""#).starts_with("loss must be \"categorical_crossentropy\""));
    assert!(refused::<LearningRate>(r#""fast""#).starts_with("learningRate must be a number"));
    assert!(refused::<LearningRate>("true").contains("learningRate must be a number"));
    let rates = refused::<CallbackConfig>(r#"{"type": "LearningRateScheduler", "schedule": [0.1, "fast"]}"#);
    assert!(rates.starts_with("schedule must be a list of rates"), "{rates}");
    assert!(by_name_or_config(Value::from("adamm")).unwrap_err().to_string().contains("`adamm`"));
}

#[portable_test]
async fn a_name_stands_for_the_defaults() {
    let named = by_name_or_config(Value::from("sgd")).unwrap();
    assert_eq!(named, serde_json::from_str(r#"{"type": "sgd"}"#).unwrap());
}
