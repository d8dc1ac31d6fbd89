//! Layers as TensorFlow.js configures them, which is as Keras 2 did.
//!
//! A layer that TensorFlow.js does not have is written as one or several others that compute the same.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::formats::shared::{Arguments, names};
use crate::formats::tfjs::topology::Topology;
use crate::network::layers::ReLU;
use crate::network::{Activation, Architecture, LayerConfig, Node, Shape};

/// The largest window that a layer may have, so that the file can be read here again.
const LARGEST_KERNEL: usize = 64;

/// All layers of a network.
pub(crate) fn topology(architecture: &Architecture) -> Result<Topology> {
    let mut topology = Topology::new(names::of_layers(architecture));
    // The name of what computes each layer's output: the layer itself, or the last of those it became.
    let mut outputs: Vec<String> = Vec::with_capacity(architecture.layers.len());
    for (index, layer) in architecture.layers.iter().enumerate() {
        let output = |input: &Option<usize>| input.map_or(&topology.image, |index| &outputs[index]).clone();
        let inputs = layer.inputs.iter().map(output).collect();
        let name = topology.names[index].clone();
        outputs.push(write(&mut topology, layer, &name, inputs)?);
    }
    Ok(topology)
}

fn arguments<const N: usize>(arguments: [(&str, f64); N]) -> Arguments {
    Arguments(arguments.map(|(name, value)| (name.to_string(), json!(value))).to_vec())
}

/// Adds a layer; returns the name of what computes its output.
fn write(topology: &mut Topology, layer: &Node, name: &str, inputs: Vec<String>) -> Result<String> {
    let mut config = Arguments::of_layer(&layer.config, name, Arguments::all);
    config.set("dtype", "float32");
    let mut class_name = layer.config.class_name();
    match &layer.config {
        LayerConfig::Activation(only) if word(only.activation).is_none() => {
            let x = copy(topology, &inputs[0], name);
            return Ok(activation(topology, only.activation, &x, name));
        }
        LayerConfig::ReLU(rule) if rule.negative_slope == 0.0 => return Ok(relu(topology, rule, &inputs[0], name)),
        LayerConfig::ReLU(rule) => {
            let x = copy(topology, &inputs[0], name);
            return Ok(relu(topology, rule, &x, name));
        }
        // Flatten of TensorFlow.js refuses a vector.
        LayerConfig::Flatten(_) if matches!(layer.input, Shape::Vector(_)) => {
            class_name = "Activation";
            config = linear();
        }
        LayerConfig::Normalization(_) => {
            class_name = "DepthwiseConv2D";
            config = Arguments(vec![("kernel_size".into(), json!([1, 1])), ("trainable".into(), json!(false))]);
        }
        LayerConfig::SamplewiseNormalization(samplewise) => {
            // An epsilon far above all variances makes the divisor a constant, which the layer after it takes back.
            let epsilon: f64 = if samplewise.std { 1e-12 } else { 1e12 };
            let mut layer = arguments([("epsilon", epsilon)]);
            layer.set("axis", json!([1, 2, 3]));
            layer.set("center", false);
            layer.set("scale", false);
            if samplewise.std {
                return Ok(topology.add(name, "LayerNormalization", layer, inputs));
            }
            let centred = topology.free_name(&format!("{name}_centred"));
            topology.add(&centred, "LayerNormalization", layer, inputs);
            return Ok(topology.add(name, "Rescaling", arguments([("scale", epsilon.sqrt())]), vec![centred]));
        }
        // TensorFlow.js always makes a vector.
        LayerConfig::GlobalAveragePooling2D(_) | LayerConfig::GlobalMaxPooling2D(_) => {
            config.remove("keepdims");
            if let Shape::Image(dims) = layer.output {
                let vector = topology.free_name(&format!("{name}_vector"));
                config.set("name", vector.as_str());
                topology.add(&vector, class_name, config, inputs);
                let shape = Arguments(vec![("target_shape".into(), json!(dims))]);
                return Ok(topology.add(name, "Reshape", shape, vec![vector]));
            }
        }
        LayerConfig::LeakyReLU(rule) => config = arguments([("alpha", rule.negative_slope)]),
        LayerConfig::SpatialDropout2D(_) => {
            class_name = "Dropout";
            config.set("noise_shape", json!([null, 1, 1, null]));
        }
        // What is left open in a shape, TensorFlow.js does not tell the next layer.
        LayerConfig::Reshape(_) => config.set("target_shape", json!(layer.output.dims())),
        LayerConfig::ZeroPadding2D(zeros) => config.set("padding", json!(zeros.padding.get())),
        LayerConfig::DepthwiseConv2D(_) => {
            // TensorFlow.js cannot dilate a depthwise convolution: the kernel gets zeros between its weights.
            let size = layer.params.reach();
            if size.iter().any(|&side| side > LARGEST_KERNEL) {
                return Err(Error::layer(
                    &layer.name,
                    format!(
                        "reaches over more than {LARGEST_KERNEL} pixels, which TensorFlow.js cannot dilate to; choose another format"
                    ),
                ));
            }
            let kernel = Shape::Image([size[0], size[1], layer.output.channels()]);
            if kernel.within_memory().is_err() {
                return Err(Error::layer(
                    &layer.name,
                    "would have a kernel of over 1 GB in TensorFlow.js, which spreads it over all that it reaches; choose another format",
                ));
            }
            config.set("kernel_size", json!(size));
            config.set("dilation_rate", json!([1, 1]));
        }
        _ => {}
    }
    for (argument, value) in &mut config.0 {
        if argument.ends_with("_regularizer") {
            *value = json!({"class_name": "L1L2", "config": value});
        } else if argument.ends_with("_initializer") {
            *value = initializer(value);
        }
    }
    let own = config.remove("activation").and_then(|word| serde_json::from_value(word).ok());
    let unknown = own.filter(|&activation| word(activation).is_none());
    if let Some(activation) = own {
        config.set("activation", word(activation).unwrap_or(json!(Activation::Linear)));
    }
    let output = topology.add(name, class_name, config, inputs);
    Ok(match unknown {
        Some(other) => {
            let name = topology.free_name(&format!("{name}_activation"));
            activation(topology, other, &output, &name)
        }
        None => output,
    })
}

/// Adds a layer that copies `x`. The branches of an activation start at the copy, because those of a
/// residual block may start at `x`, and only two branches of one layer can be read.
fn copy(topology: &mut Topology, x: &str, name: &str) -> String {
    let name = topology.free_name(&format!("{name}_input"));
    topology.add(&name, "Activation", linear(), vec![x.into()])
}

fn linear() -> Arguments {
    Arguments(vec![("activation".into(), json!(Activation::Linear))])
}

/// The name of an activation in TensorFlow.js, if it has it.
fn word(activation: Activation) -> Option<Value> {
    match activation {
        Activation::Silu => Some(json!("swish")),
        // `hard_sigmoid` is Keras 2's there, which has another slope.
        Activation::LeakyRelu | Activation::HardSigmoid | Activation::HardSilu => None,
        same => Some(json!(same)),
    }
}

/// Adds an activation that TensorFlow.js does not have; the last of its layers is called `name`.
fn activation(topology: &mut Topology, kind: Activation, x: &str, name: &str) -> String {
    let from = |x: &str| vec![x.to_string()];
    match kind {
        Activation::HardSilu => {
            let gate = topology.free_name(&format!("{name}_gate"));
            let gate = activation(topology, Activation::HardSigmoid, x, &gate);
            topology.add(name, "Multiply", Arguments::default(), vec![x.into(), gate])
        }
        Activation::HardSigmoid => {
            let [above, cut] = ["above", "cut"].map(|step| topology.free_name(&format!("{name}_{step}")));
            topology.add(&above, "Rescaling", arguments([("scale", 1.0), ("offset", 3.0)]), from(x));
            topology.add(&cut, "ReLU", arguments([("max_value", 6.0)]), from(&above));
            topology.add(name, "Rescaling", arguments([("scale", 1.0 / 6.0)]), from(&cut))
        }
        _ => topology.add(name, "LeakyReLU", arguments([("alpha", 0.2)]), from(x)),
    }
}

/// `ReLU` of TensorFlow.js has only `max_value`: the threshold becomes a layer of its own, and the branch
/// with the slope below the threshold is computed apart and added.
fn relu(topology: &mut Topology, rule: &ReLU, x: &str, name: &str) -> String {
    let from = |x: &str| vec![x.to_string()];
    let &ReLU { max_value, negative_slope: slope, threshold, .. } = rule;
    let most = || max_value.map_or(Arguments::default(), |most| arguments([("max_value", most)]));
    let step = |topology: &Topology, step: &str| topology.free_name(&format!("{name}_{step}"));
    let upper_name = if slope > 0.0 { step(topology, "upper") } else { name.into() };
    let upper = match (threshold > 0.0, max_value) {
        (false, _) => topology.add(&upper_name, "ReLU", most(), from(x)),
        (true, None) => topology.add(&upper_name, "ThresholdedReLU", arguments([("theta", threshold)]), from(x)),
        (true, Some(_)) => {
            let above = step(topology, "above");
            topology.add(&above, "ThresholdedReLU", arguments([("theta", threshold)]), from(x));
            topology.add(&upper_name, "ReLU", most(), from(&above))
        }
    };
    if slope == 0.0 {
        return upper;
    }
    let [below, cut, lower] = ["below", "cut", "lower"].map(|wanted| step(topology, wanted));
    topology.add(&below, "Rescaling", arguments([("scale", -1.0), ("offset", threshold)]), from(x));
    topology.add(&cut, "ReLU", Arguments::default(), from(&below));
    topology.add(&lower, "Rescaling", arguments([("scale", -slope)]), from(&cut));
    topology.add(name, "Add", Arguments::default(), vec![upper, lower])
}

/// An initializer such as `"he_normal"` as an object of the class `HeNormal`.
fn initializer(word: &Value) -> Value {
    let words = word.as_str().unwrap_or_default().replace("lecun", "leCun");
    let class_name: String = words.split('_').map(names::capitalized).collect();
    json!({"class_name": class_name, "config": {}})
}
