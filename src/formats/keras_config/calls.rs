//! What a layer reads, in the spellings of Keras 2 and Keras 3.
//!
//! | | one call of a layer | input and output of a model |
//! |---|---|---|
//! | Keras 2, TensorFlow.js | `[["conv2d", 0, 0, {"training": false}], …]` | `[["image", 0, 0]]` |
//! | Keras 3 | `{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["conv2d", 0, 0]}}], "kwargs": {…}}` | also `["image", 0, 0]` |

use serde_json::{Map, Value};

/// One call of a layer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Call<'a> {
    /// The names of the layers that it reads.
    pub(super) inputs: Vec<&'a str>,
    /// It is called with `training=False`.
    pub(super) inference: bool,
}

/// The calls of a layer, from its `inbound_nodes`.
///
/// # Errors
///
/// An argument of a call is not understood, or an output other than the first is read.
pub(super) fn calls(inbound_nodes: &Value) -> Result<Vec<Call<'_>>, String> {
    inbound_nodes.as_array().map_or(&[][..], Vec::as_slice).iter().map(call).collect()
}

fn call(call: &Value) -> Result<Call<'_>, String> {
    let mut found = Call::default();
    if let Some(arguments) = call.get("args") {
        found.tensors(arguments)?;
        found.keywords(call.get("kwargs").and_then(Value::as_object))?;
        return Ok(found);
    }
    // In Keras 2 a single reference may stand without the list around it.
    let references = match call.get(0) {
        Some(Value::String(_)) => std::slice::from_ref(call),
        _ => call.as_array().map_or(&[][..], Vec::as_slice),
    };
    for reference in references {
        found.inputs.push(name(reference)?);
        found.keywords(reference.get(3).and_then(Value::as_object))?;
    }
    Ok(found)
}

impl<'a> Call<'a> {
    /// Adds the tensors of Keras 3's positional arguments, which may be in lists.
    fn tensors(&mut self, arguments: &'a Value) -> Result<(), String> {
        match arguments {
            Value::Array(all) => all.iter().try_for_each(|one| self.tensors(one)),
            Value::Null => Ok(()),
            Value::Object(tensor) => {
                let history = tensor.get("config").and_then(|config| config.get("keras_history"));
                let history = history.ok_or_else(|| format!("calls a layer with {arguments}, which is no tensor"))?;
                self.inputs.push(name(history)?);
                Ok(())
            }
            other => Err(format!("calls a layer with the argument {other}, which is not understood")),
        }
    }

    fn keywords(&mut self, keywords: Option<&Map<String, Value>>) -> Result<(), String> {
        for (keyword, value) in keywords.into_iter().flatten() {
            match (keyword.as_str(), value) {
                (_, Value::Null) => {}
                ("training", Value::Bool(false)) => self.inference = true,
                _ => return Err(format!("calls a layer with {keyword} = {value}, which there is not here")),
            }
        }
        Ok(())
    }
}

/// The name in `["conv2d", 0, 0]`.
fn name(reference: &Value) -> Result<&str, String> {
    let name = reference.get(0).and_then(Value::as_str);
    let name = name.ok_or_else(|| format!("connects layers by {reference}, which is not understood"))?;
    match reference.get(2).and_then(Value::as_u64).unwrap_or(0) {
        0 => Ok(name),
        _ => Err(format!("uses another output of \"{name}\" than the first; layers here have one")),
    }
}

/// The one name in a list of inputs or outputs of a model.
///
/// # Errors
///
/// There is none, or there are several.
pub(super) fn only_end<'a>(config: &'a Value, list: &str) -> Result<&'a str, String> {
    let ends = config.get(list).unwrap_or(&Value::Null);
    let references = match ends.get(0) {
        Some(Value::String(_)) => std::slice::from_ref(ends),
        _ => ends.as_array().map_or(&[][..], Vec::as_slice),
    };
    match references {
        [one] => name(one),
        _ => Err(format!("has {} {list}; it must have one", references.len())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tensor(name: &str) -> Value {
        json!({"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "keras_history": [name, 0, 0]}})
    }

    #[test]
    fn both_spellings_mean_the_same() {
        let two = json!([[["a", 0, 0, {}], ["b", 0, 0, {"training": false}]]]);
        let three = json!([{"args": [[tensor("a"), tensor("b")]], "kwargs": {"mask": null, "training": false}}]);
        let expected = vec![Call { inputs: vec!["a", "b"], inference: true }];
        assert_eq!(calls(&two).unwrap(), expected);
        assert_eq!(calls(&three).unwrap(), expected);
        assert_eq!(calls(&json!([])).unwrap(), []);
        for ends in [json!({"input_layers": ["a", 0, 0]}), json!({"input_layers": [["a", 0, 0]]})] {
            assert_eq!(only_end(&ends, "input_layers"), Ok("a"));
        }
    }

    #[test]
    fn what_changes_a_call_is_refused_by_name() {
        for (nodes, part) in [
            (json!([{"args": [tensor("a")], "kwargs": {"training": true}}]), "training = true"),
            (json!([{"args": [tensor("a"), 127.5], "kwargs": {}}]), "127.5"),
            (json!([[["a", 0, 1, {}]]]), "another output of \"a\""),
            (json!([[[7, 0, 0, {}]]]), "[7,0,0,{}]"),
        ] {
            let clause = calls(&nodes).unwrap_err();
            assert!(clause.contains(part), "{part} is not in: {clause}");
        }
        assert_eq!(only_end(&json!({}), "output_layers").unwrap_err(), "has 0 output_layers; it must have one");
    }
}
