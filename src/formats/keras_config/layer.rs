//! Translates a layer's Keras configuration to a [`LayerConfig`].

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::formats::keras_config::version::Version;
use crate::formats::shared::names;
use crate::network::LayerConfig;

/// One entry of a model's layers.
#[derive(Debug, Deserialize)]
pub(crate) struct KerasLayer {
    pub(crate) class_name: String,
    pub(crate) config: Value,
    #[serde(default)]
    pub(crate) inbound_nodes: Value,
    /// The Python module of the class, which Keras 3 writes; outside Keras it is a class of the person's own.
    #[serde(default)]
    module: Option<String>,
    #[serde(default)]
    registered_name: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

/// The layer that a configuration means, and what it demands of its input.
pub(super) struct Translation {
    pub(super) layer: LayerConfig,
    /// Its `axis` is 1, which is the units of a vector but the rows of a picture.
    pub(super) vectors_only: bool,
    /// The weights that it does without, and the one value that all numbers of each have here.
    pub(super) without: Vec<(&'static str, f32)>,
}

/// Every layer keeps the names of all models around it.
const LONGEST_NAME: usize = 1000;

impl KerasLayer {
    /// The name, which every layer of a saved model has.
    pub(super) fn name(&self) -> Result<&str, String> {
        let name = self.config.get("name").and_then(Value::as_str).or(self.name.as_deref());
        let name = name.ok_or_else(|| format!("has a {} without a name", self.class_name))?;
        match name.len() <= LONGEST_NAME {
            true => Ok(name),
            false => Err(format!("has a layer whose name is longer than {LONGEST_NAME} bytes")),
        }
    }

    /// The shape that it declares for a picture, with the batch first.
    pub(super) fn input_shape(&self) -> Option<&Value> {
        ["batch_shape", "batch_input_shape"].iter().find_map(|name| self.config.get(name))
    }

    /// # Errors
    ///
    /// tabfit has no such layer, or its layer cannot do what an argument asks.
    pub(super) fn translate(&self, new_name: &str, version: Version) -> Result<Translation, String> {
        let name = self.name()?;
        self.check_origin(name)?;
        let no_arguments = Map::new();
        let config = self.config.as_object().unwrap_or(&no_arguments);
        let cannot = |argument: &str, value: &Value| {
            format!("has a layer \"{name}\" ({}) with {argument} = {value}, which there is not here", self.class_name)
        };
        let (mut class_name, mut arguments) = (self.class_name.as_str(), Map::new());
        let (mut frozen, mut vectors_only, mut without) = (false, false, Vec::new());
        match class_name {
            "ELU" if config.get("alpha").is_none_or(|alpha| *alpha == 1.0) => {
                class_name = "Activation";
                arguments.insert("activation".into(), json!("elu"));
            }
            "ThresholdedReLU" => {
                class_name = "ReLU";
                arguments.insert("threshold".into(), json!(1.0));
            }
            "Dropout" if is_by_channel(config.get("noise_shape")) => class_name = "SpatialDropout2D",
            "LayerNormalization" if is_samplewise(config) => {
                class_name = "SamplewiseNormalization";
                arguments.insert("std".into(), json!(true));
            }
            // It joins branches, which the graph knows.
            "Concatenate" => drop(arguments.insert("branches".into(), json!([]))),
            // Layers of tabfit that Keras does not have, so that a foreign layer of this name is refused.
            "Residual" | "SamplewiseNormalization" => class_name = "",
            _ => {}
        }
        for (argument, value) in config {
            match (argument.as_str(), value) {
                ("axis" | "center" | "scale" | "epsilon", _) if class_name == "SamplewiseNormalization" => {}
                ("dtype", policy) if is_floating(policy) => {}
                // Those from "renorm_momentum" on only matter beside an argument that is refused, or on several machines.
                (
                    "name" | "batch_input_shape" | "batch_shape" | "input_shape" | "input_dtype" | "seed"
                    | "renorm_momentum" | "renorm_clipping" | "synchronized" | "fused" | "autocast",
                    _,
                )
                | (_, Value::Null)
                | ("center" | "scale", Value::Bool(true))
                | ("renorm" | "invert", Value::Bool(false)) => {}
                ("scale", Value::Bool(false)) if class_name == "BatchNormalization" => without.push(("gamma", 1.0)),
                ("center", Value::Bool(false)) if class_name == "BatchNormalization" => without.push(("beta", 0.0)),
                ("data_format", Value::String(format)) if format == "channels_last" => {}
                ("groups", groups) if *groups == 1 => {}
                // The weights come from the file, so how they were initialized does not matter.
                (argument, _) if argument.ends_with("_initializer") => {}
                ("dtype" | "data_format" | "groups" | "center" | "renorm" | "invert", _)
                | ("scale", Value::Bool(_)) => {
                    return Err(cannot(argument, value));
                }
                ("axis", axis) => match axis.get(0).unwrap_or(axis).as_i64() {
                    Some(-1 | 3) => {}
                    Some(1) => vectors_only = true,
                    _ => return Err(cannot(argument, value)),
                },
                ("trainable", Value::Bool(trainable)) => frozen = !trainable,
                ("noise_shape", _) if class_name == "SpatialDropout2D" => {}
                ("alpha", Value::Number(_)) if class_name == "LeakyReLU" => {
                    arguments.insert("negativeSlope".into(), value.clone());
                }
                ("alpha", Value::Number(_)) if class_name == "Activation" => {}
                ("theta", Value::Number(_)) if self.class_name == "ThresholdedReLU" => {
                    arguments.insert("threshold".into(), value.clone());
                }
                // In Keras 2 and TensorFlow.js it has another slope than in Keras 3.
                ("activation", Value::String(word)) if word == "hard_sigmoid" && version == Version::Two => {
                    return Err(cannot(argument, value));
                }
                ("activation", Value::Object(_)) => {
                    return Err(format!(
                        "has a layer \"{name}\" ({}) whose activation is a Python function of its own; tabfit runs no Python",
                        self.class_name
                    ));
                }
                (word, Value::Object(_)) if word.ends_with("_regularizer") && word != "activity_regularizer" => {
                    let penalty = regularizer(value).ok_or_else(|| cannot(argument, value))?;
                    arguments.insert(camel_case(word), penalty);
                }
                (_, Value::Object(_)) => return Err(cannot(argument, value)),
                (argument, value) => {
                    arguments.insert(camel_case(argument), value.clone());
                }
            }
        }
        arguments.insert("type".into(), json!(class_name));
        arguments.insert("name".into(), json!(new_name));
        let layer: Result<LayerConfig, _> = serde_json::from_value(Value::Object(arguments));
        let mut layer = layer.map_err(|error| {
            let error = error.to_string();
            match error.starts_with(&format!("unknown variant `{class_name}`")) {
                true => format!("has a layer \"{name}\" of the kind {}, which there is not here", self.class_name),
                false => format!("has a layer \"{name}\" ({}) that is not understood: {error}", self.class_name),
            }
        })?;
        if frozen {
            layer.kind_mut().set_trainable(false);
        }
        Ok(Translation { layer, vectors_only, without })
    }

    /// # Errors
    ///
    /// Only the Python program that made the file can say what the layer does.
    fn check_origin(&self, name: &str) -> Result<(), String> {
        let python =
            |what: &str| Err(format!("has a layer \"{name}\" ({}), {what}; tabfit runs no Python", self.class_name));
        if self.class_name == "Lambda" {
            return python("which runs Python code");
        }
        let is_of = |module: &str, package: &str| {
            module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let of_keras =
            |module: &String| ["keras", "tf_keras", "tensorflow"].iter().any(|package| is_of(module, package));
        let foreign = self.module.as_ref().is_some_and(|module| !of_keras(module));
        // Keras registers what comes with it under no name or under its class.
        let registered = self.registered_name.as_ref().is_some_and(|registered| *registered != self.class_name);
        if foreign || registered { python("a class that does not come with Keras") } else { Ok(()) }
    }
}

/// Whether the numbers of a layer are floating-point ones: the name of a type or of a policy, or Keras 3's object with it.
fn is_floating(policy: &Value) -> bool {
    let name = policy.get("config").and_then(|config| config.get("name")).unwrap_or(policy).as_str();
    let named = |name: &str| {
        let kind = name.strip_prefix("mixed_").unwrap_or(name);
        matches!(kind, "float32" | "float16" | "bfloat16" | "float64")
    };
    policy.is_null() || name.is_some_and(named)
}

/// Whether a `LayerNormalization` normalizes each picture over all its values and nothing else.
fn is_samplewise(config: &Map<String, Value>) -> bool {
    let is = |argument: &str, value: Value| config.get(argument) == Some(&value);
    let small = config.get("epsilon").and_then(Value::as_f64).is_some_and(|epsilon| epsilon <= 1e-10);
    is("axis", json!([1, 2, 3])) && is("center", json!(false)) && is("scale", json!(false)) && small
}

/// Whether the mask of a Dropout has one value for all pixels of a channel.
fn is_by_channel(noise_shape: Option<&Value>) -> bool {
    let axis = |index: usize| noise_shape.and_then(|shape| shape.get(index)).and_then(Value::as_u64);
    (axis(1), axis(2), axis(4)) == (Some(1), Some(1), None)
}

/// `l1` and `l2` of a regularizer, which Keras writes as an object of a class.
fn regularizer(value: &Value) -> Option<Value> {
    let class = value.get("class_name")?.as_str()?;
    let config = value.get("config")?;
    let factor = |name: &str| config.get(name).and_then(Value::as_f64).unwrap_or(0.0);
    matches!(class, "L1L2" | "L1" | "L2").then(|| json!({"l1": factor("l1"), "l2": factor("l2")}))
}

/// `kernel_size` to `kernelSize`.
fn camel_case(name: &str) -> String {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    rest.split('_').fold(first.to_string(), |name, word| name + &names::capitalized(word))
}
