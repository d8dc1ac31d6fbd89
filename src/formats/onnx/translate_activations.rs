//! Activations of ONNX as layers, and the softmax that ends a network.

use serde_json::json;

use crate::formats::onnx::features::{Features, Order};
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::TensorProto;
use crate::formats::onnx::step::activation_of;
use crate::formats::onnx::translate::Translator;
use crate::network::layers::{ActivationLayer, LeakyReLU, ReLU};
use crate::network::{Activation, LayerConfig, Shape};

impl<'a> Translator<'a> {
    /// An operator that is one of the activations here.
    pub(super) fn activation(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let activation = activation(operator).ok_or_else(|| operator.cannot("that there is not here"))?;
        self.activate(operator, x, activation)
    }

    /// Applies an activation, in the layer that computes `x` if that has none yet.
    fn activate(&mut self, operator: Operator<'a>, x: Features, activation: Activation) -> Result<Features, String> {
        let positive = matches!(activation, Activation::Relu | Activation::Relu6 | Activation::Sigmoid);
        if let Some(step) = self.own_layer(x)
            && let Some(own @ Activation::Linear) = activation_of(&mut step.layer)
        {
            *own = activation;
            return Ok(Features { positive, ..x });
        }
        let name = self.name(operator);
        let layer = LayerConfig::Activation(ActivationLayer { activation, name: None });
        Ok(Features { positive, ..self.push(operator, name, layer, &[x])? })
    }

    /// `Clip` from 0 on, `Min` of values from 0 on, and `LeakyRelu`.
    pub(super) fn clipped(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let number = |index: usize, name: &str| -> Result<Option<f64>, String> {
            let given = self.given(operator, index)?.map(TensorProto::read_floats).transpose()?;
            Ok(given.and_then(|given| given.first().map(|&value| f64::from(value))).or(operator.float(name)))
        };
        let (least, most) = match operator.kind() {
            "Clip" => (number(1, "min")?, number(2, "max")?.filter(|&most| most < f64::from(f32::MAX))),
            "Min" if x.positive => (Some(0.0), number(1, "")?),
            "LeakyRelu" => {
                let layer = LeakyReLU { negative_slope: operator.float("alpha").unwrap_or(0.01), name: None };
                let name = self.name(operator);
                return self.push(operator, name, LayerConfig::LeakyReLU(layer), &[x]);
            }
            _ => (None, None),
        };
        match (least, most) {
            (Some(0.0), Some(6.0)) => {
                // ReLU6 is often written as the least of ReLU and 6.
                if let Some(step) = self.own_layer(x)
                    && let Some(own @ Activation::Relu) = activation_of(&mut step.layer)
                {
                    *own = Activation::Relu6;
                    return Ok(x);
                }
                self.activate(operator, x, Activation::Relu6)
            }
            (Some(0.0), None) => self.activate(operator, x, Activation::Relu),
            (Some(0.0), Some(most)) => {
                let layer = ReLU { max_value: Some(most), negative_slope: 0.0, threshold: 0.0, name: None };
                let name = self.name(operator);
                Ok(Features { positive: true, ..self.push(operator, name, LayerConfig::ReLU(layer), &[x])? })
            }
            _ => Err(operator.cannot("that cuts off somewhere else than at 0, which there is not here")),
        }
    }

    /// `Softmax` over the channels; `LogSoftmax` at the end of a network, where the classes have the same order.
    pub(super) fn softmax(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let mut x = self.features(operator, 0)?;
        let default = if self.version < 13 { 1 } else { -1 };
        let axis = operator.int("axis", default);
        if operator.kind() == "LogSoftmax" && operator.node.output.first().map(String::as_str) != Some(self.end) {
            return Err(operator.cannot("before the end of the network, which there is not here"));
        }
        if matches!(x.shape, Shape::Image([1, 1, _])) && (axis == 1 || x.order == Order::ChannelsLast && axis == -1) {
            x = self.flattened(operator, x)?;
        } else if x.order != Order::Vector || ![1, -1].contains(&axis) {
            return Err(operator.cannot("over something other than the units of a vector, which there is not here"));
        }
        self.activate(operator, x, Activation::Softmax)
    }

    /// What ends the network: probabilities. A network that ends in their logits gets a softmax.
    pub(super) fn finished(&mut self, operator: Operator<'a>, output: Features) -> Result<Features, String> {
        let output = self.flattened(operator, output)?;
        if let Order::Planes(_) = output.order {
            return Err("ends in a picture; it must end in one number for each class".into());
        }
        let (last, scaled) = self.last_activation(output.at);
        match last {
            Some(Activation::Softmax) if !scaled => Ok(output),
            None | Some(Activation::Linear) => self.activate(operator, output, Activation::Softmax),
            Some(other) => Err(format!(
                "ends in the activation {}{}; it must end in a softmax over the classes, or in what a softmax takes",
                json!(other),
                if scaled { " times a constant" } else { "" }
            )),
        }
    }

    /// The last activation before a layer's output, and whether it is scaled after that. Other shapes do not matter.
    fn last_activation(&mut self, mut at: usize) -> (Option<Activation>, bool) {
        let mut scaled = false;
        while let Some(step) = at.checked_sub(1).map(|index| &mut self.steps[index]) {
            match &mut step.layer {
                LayerConfig::Flatten(_) | LayerConfig::Reshape(_) => {}
                LayerConfig::Rescaling(_) => scaled = true,
                LayerConfig::ReLU(_) => return (Some(Activation::Relu), scaled),
                layer => return (activation_of(layer).copied(), scaled),
            }
            at = step.inputs[0];
        }
        (None, scaled)
    }
}

/// The activation that an operator is, if it has the constants of the one here.
fn activation(operator: Operator<'_>) -> Option<Activation> {
    let is = |name: &str, default: f64, here: f64| (operator.float(name).unwrap_or(default) - here).abs() < 1e-6;
    let [alpha, scale] = Activation::SELU;
    match operator.kind() {
        "Relu" => Some(Activation::Relu),
        "Elu" if is("alpha", 1.0, 1.0) => Some(Activation::Elu),
        "Selu" if is("alpha", alpha, alpha) && is("gamma", scale, scale) => Some(Activation::Selu),
        "Gelu" if operator.text("approximate").is_none_or(|word| word == b"none") => Some(Activation::Gelu),
        "Softplus" => Some(Activation::Softplus),
        "Sigmoid" => Some(Activation::Sigmoid),
        "Tanh" => Some(Activation::Tanh),
        "HardSigmoid" if is("alpha", 0.2, 1.0 / 6.0) && is("beta", 0.5, 0.5) => Some(Activation::HardSigmoid),
        "HardSwish" => Some(Activation::HardSilu),
        _ => None,
    }
}
