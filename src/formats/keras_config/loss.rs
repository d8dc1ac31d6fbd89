//! The loss that a network was trained with, where its file says it.

use serde_json::Value;

/// The name of the loss among the arguments of `compile`, if it measures how far numbers are from other numbers, and not how
/// probable classes are.
pub(super) fn of_numbers(compiled: &Value) -> Option<&str> {
    let loss = compiled.get("loss")?;
    // Keras 3 has an object for each function and each class, Keras 2 their names.
    let name = match loss.get("class_name").and_then(Value::as_str) {
        Some("function") => loss.get("config")?.as_str()?,
        Some(class) => class,
        None => loss.as_str()?,
    };
    let plain = name.to_lowercase().replace('_', "");
    OF_NUMBERS.contains(&plain.as_str()).then_some(name)
}

/// Keras's losses of numbers, in lower case and without underscores.
const OF_NUMBERS: [&str; 12] = [
    "mse",
    "mae",
    "mape",
    "msle",
    "meansquarederror",
    "meanabsoluteerror",
    "meanabsolutepercentageerror",
    "meansquaredlogarithmicerror",
    "huber",
    "huberloss",
    "logcosh",
    "poisson",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling_of_a_loss_of_numbers_is_known_and_those_of_classes_are_not() {
        let function = json!({"module": "builtins", "class_name": "function", "config": "mean_squared_error"});
        for loss in [json!("mse"), json!("MeanAbsoluteError"), json!({"class_name": "LogCosh", "config": {}}), function]
        {
            assert!(of_numbers(&json!({"loss": loss})).is_some(), "{loss}");
        }
        let class = json!({"class_name": "CategoricalCrossentropy", "config": {"from_logits": true}});
        let own = json!("mean_focal_loss"); // a function of somebody's own
        for loss in [json!("sparse_categorical_crossentropy"), class, own, json!(null), json!(["mse", "mse"])] {
            assert_eq!(of_numbers(&json!({"loss": loss})), None, "{loss}");
        }
    }
}
