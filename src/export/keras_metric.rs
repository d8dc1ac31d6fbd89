//! Metrics as Python.

use serde_json::{Value, json};

use super::{arguments::Arguments, python};

/// A metric by its name, or by its class with arguments.
pub(super) fn python(metric: &Value, class_names: &[String]) -> String {
    let Some(class) = metric.get("type").and_then(Value::as_str) else { return python::literal(metric) };
    let mut arguments = Arguments::all(metric);
    if let Some(Value::String(chosen)) = arguments.remove("class_name") {
        arguments.set("class_id", json!(class_names.iter().position(|name| *name == chosen)));
    }
    python::call(&format!("keras.metrics.{class}"), &arguments)
}
