//! Python source: literals and calls with keyword arguments.

use serde_json::Value;

use crate::formats::shared::Arguments;

/// A literal. A JSON string is a Python string, too.
pub(crate) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        // Python accepts an integer wherever it accepts a float, and some arguments accept only an integer.
        Value::Number(number) => match number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e15) {
            Some(whole) => format!("{whole:.0}"),
            None => number.to_string(),
        },
        Value::String(_) => value.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), literal(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// `function(name=value, …)`.
pub(crate) fn call(function: &str, arguments: &Arguments) -> String {
    format!("{function}({})", keywords(arguments).join(", "))
}

/// Each item on its own line between `indent` and `end`.
pub(crate) fn lines(indent: &str, items: &[String], end: &str) -> String {
    items.iter().flat_map(|item| [indent, item, end, "\n"]).collect()
}

/// `name=value` for each argument.
pub(crate) fn keywords(arguments: &Arguments) -> Vec<String> {
    arguments.0.iter().map(|(name, value)| format!("{name}={}", argument(name, value))).collect()
}

/// [`call`] with every number written as a float, as optimizers and schedules require.
pub(crate) fn call_with_floats(function: &str, arguments: &Arguments) -> String {
    let written = arguments.0.iter().map(|(name, value)| match value {
        Value::Object(_) => format!("{name}={}", argument(name, value)),
        Value::Array(items) => format!("{name}={}", floats(items)),
        plain => format!("{name}={}", float(plain)),
    });
    format!("{function}({})", written.collect::<Vec<_>>().join(", "))
}

/// A list of numbers, each as a float.
pub(crate) fn floats(items: &[Value]) -> String {
    format!("[{}]", items.iter().map(float).collect::<Vec<_>>().join(", "))
}

fn float(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{:?}", number.as_f64().unwrap_or(f64::NAN)),
        other => literal(other),
    }
}

/// A learning rate that follows the step.
pub(crate) fn schedule(schedule: &Value) -> String {
    let class = schedule.get("type").and_then(Value::as_str).unwrap_or_default();
    call_with_floats(&format!("keras.optimizers.schedules.{class}"), &Arguments::all(schedule))
}

/// The value of an argument: regularizers and learning rate schedules are objects of a class in Keras.
fn argument(name: &str, value: &Value) -> String {
    match value {
        Value::Object(_) if name.ends_with("_regularizer") => call("keras.regularizers.L1L2", &Arguments::all(value)),
        Value::Object(_) if name == "learning_rate" => schedule(value),
        _ => literal(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_are_pythons() {
        let value = json!([true, null, 3.0, 1e-7, "a\n\"🧠\"", [2, 3], {"l1": 0.5}]);
        assert_eq!(literal(&value), r#"[True, None, 3, 1e-7, "a\n\"🧠\"", [2, 3], {"l1": 0.5}]"#);
        let arguments = json!({"kernel_regularizer": {"l2": 0.01}, "units": 4});
        let written = call("keras.layers.Dense", &Arguments::all(&arguments));
        assert_eq!(written, "keras.layers.Dense(kernel_regularizer=keras.regularizers.L1L2(l2=0.01), units=4)");
    }
}
