//! Callbacks as Python.

use serde_json::Value;

use crate::formats::{
    keras::python,
    shared::{Arguments, names},
};

/// The Python expression for a callback, with the arguments that are given.
pub(crate) fn python(callback: &Value) -> String {
    let class = callback.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut arguments = Arguments::all(callback);
    if let Some(monitor) = arguments.get("monitor").and_then(Value::as_str) {
        let name = names::valid(monitor);
        arguments.replace("monitor", name);
    }
    match class {
        "ModelCheckpoint" => {
            let path = arguments.get("filepath").and_then(Value::as_str).unwrap_or_default();
            let path = match path.strip_suffix(".safetensors") {
                Some(stem) => format!("{stem}.weights.h5"),
                None => format!("{}.keras", path.trim_end_matches(".tabfit")),
            };
            arguments.replace("filepath", valid_names(&path));
        }
        // tabfit's backup is one unnamed file, where Keras asks for a folder.
        "BackupAndRestore" => {
            arguments.set("backup_dir", "backup");
            drop(arguments.remove("frozen_apart"));
        }
        // Keras does not draw pictures.
        "TensorBoard" => drop(arguments.remove("image_freq")),
        "LearningRateScheduler" => {
            let schedule = match arguments.remove("schedule") {
                Some(Value::Array(rates)) => {
                    format!("{}[min(epoch, {})]", python::floats(&rates), rates.len().max(1) - 1)
                }
                Some(rule) => format!("float({}(epoch))", python::schedule(&rule)),
                None => String::new(),
            };
            return format!("keras.callbacks.LearningRateScheduler(lambda epoch, rate: {schedule})");
        }
        _ => {}
    }
    python::call(&format!("keras.callbacks.{class}"), &arguments)
}

/// The path with every name of a metric, as in `{val_loss:.2f}`, made valid by [`names::valid`].
fn valid_names(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |path, part| {
        let (name, rest) = part.split_at(part.find([':', '}']).unwrap_or(part.len()));
        format!("{path}{{{}{rest}", names::valid(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_keras_calls_otherwise_is_called_so() {
        for (callback, code) in [
            (json!({"type": "TerminateOnNaN"}), "keras.callbacks.TerminateOnNaN()"),
            (
                json!({"type": "ModelCheckpoint", "filepath": "{epoch:02d}-{val_recall_no tumor:.2f}.tabfit", "saveBestOnly": true}),
                r#"keras.callbacks.ModelCheckpoint(filepath="{epoch:02d}-{val_recall_no_tumor:.2f}.keras", save_best_only=True)"#,
            ),
            (
                json!({"type": "ModelCheckpoint", "filepath": "a.safetensors", "saveWeightsOnly": true}),
                r#"keras.callbacks.ModelCheckpoint(filepath="a.weights.h5", save_weights_only=True)"#,
            ),
            (
                json!({"type": "LearningRateScheduler", "schedule": [1, 0.5]}),
                "keras.callbacks.LearningRateScheduler(lambda epoch, rate: [1.0, 0.5][min(epoch, 1)])",
            ),
            (json!({"type": "TensorBoard", "imageFreq": 2}), "keras.callbacks.TensorBoard()"),
        ] {
            assert_eq!(python(&callback), code);
        }
    }
}
