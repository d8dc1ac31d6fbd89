//! Layers in the words of Keras 2, which are those of TensorFlow.js.
//!
//! What it has no word for is written in others that mean the same, as one layer or several.

use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    formats::{arguments::Arguments, tfjs::topology::Topology},
    network::{
        activation::Activation,
        initializer::Initializer,
        layers::{LayerConfig, ReLU},
        node::Node,
        shape::Shape,
    },
};

/// As large as a window may be here.
const LARGEST_KERNEL: usize = 64;

fn arguments<const N: usize>(arguments: [(&str, f64); N]) -> Arguments {
    Arguments(arguments.map(|(name, value)| (name.to_string(), json!(value))).to_vec())
}

/// Adds a layer; returns the name of what makes its output.
///
/// # Errors
///
/// There is no other word for it.
pub(crate) fn write(topology: &mut Topology, layer: &Node, name: &str, inputs: Vec<String>) -> Result<String> {
    let mut config = Arguments::of_layer(&layer.config, name, Arguments::all);
    config.set("dtype", "float32");
    let mut class_name = layer.config.class_name();
    match &layer.config {
        LayerConfig::Activation(only) if word(only.activation).is_none() => {
            let x = apart(topology, &inputs[0], name);
            return Ok(activation(topology, only.activation, &x, name));
        }
        LayerConfig::ReLU(rule) if rule.negative_slope == 0.0 => return Ok(relu(topology, rule, &inputs[0], name)),
        LayerConfig::ReLU(rule) => {
            let x = apart(topology, &inputs[0], name);
            return Ok(relu(topology, rule, &x, name));
        }
        // Its Flatten takes no vector.
        LayerConfig::Flatten(_) if matches!(layer.input, Shape::Vector(_)) => {
            class_name = "Activation";
            config = linear();
        }
        LayerConfig::LeakyReLU(rule) => config = arguments([("alpha", rule.negative_slope)]),
        LayerConfig::SpatialDropout2D(_) => {
            class_name = "Dropout";
            config.set("noise_shape", json!([null, 1, 1, null]));
        }
        LayerConfig::ZeroPadding2D(zeros) => config.set("padding", json!(zeros.padding.get())),
        LayerConfig::DepthwiseConv2D(_) => {
            // Its convolution does not dilate; the weights come with the holes between them.
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
    let without_a_word = own.filter(|&activation| word(activation).is_none());
    if let Some(activation) = own {
        config.set("activation", word(activation).unwrap_or(json!(Activation::Linear)));
    }
    let output = topology.add(name, class_name, config, inputs);
    Ok(match without_a_word {
        Some(other) => {
            let name = topology.free_name(&format!("{name}_activation"));
            activation(topology, other, &output, &name)
        }
        None => output,
    })
}

/// The same value once more: two branches that part here do not part where a block's branches do.
fn apart(topology: &mut Topology, x: &str, name: &str) -> String {
    let name = topology.free_name(&format!("{name}_input"));
    topology.add(&name, "Activation", linear(), vec![x.into()])
}

fn linear() -> Arguments {
    Arguments(vec![("activation".into(), json!(Activation::Linear))])
}

fn word(activation: Activation) -> Option<Value> {
    match activation {
        Activation::Silu => Some(json!("swish")),
        // Its hard sigmoid is the one of Keras 2: another line.
        Activation::LeakyRelu | Activation::HardSigmoid | Activation::HardSilu => None,
        same => Some(json!(same)),
    }
}

/// Adds an activation without a word of its own, its last layer by that name.
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

/// Its `ReLU` knows only a largest value: a threshold is a layer of its own, and what a slope gives
/// below the threshold is added.
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

/// `"he_normal"` as the class that TensorFlow.js knows.
fn initializer(word: &Value) -> Value {
    let class_name = match serde_json::from_value(word.clone()) {
        Ok(Initializer::GlorotNormal) => "GlorotNormal",
        Ok(Initializer::HeUniform) => "HeUniform",
        Ok(Initializer::HeNormal) => "HeNormal",
        Ok(Initializer::LecunUniform) => "LeCunUniform",
        Ok(Initializer::LecunNormal) => "LeCunNormal",
        Ok(Initializer::Zeros) => "Zeros",
        Ok(Initializer::Ones) => "Ones",
        Ok(Initializer::GlorotUniform) | Err(_) => "GlorotUniform",
    };
    json!({"class_name": class_name, "config": {}})
}
