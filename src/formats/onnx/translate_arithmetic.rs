//! Sums, products and their like of ONNX as layers: of two branches, or of a branch and numbers.

use crate::formats::onnx::features::{Features, Order, Value};
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::TensorProto;
use crate::formats::onnx::step::{Step, missing_bias};
use crate::formats::onnx::translate::Translator;
use crate::network::layers::{Add, Normalization, Rescaling};
use crate::network::{Activation, LayerConfig, Shape};

impl<'a> Translator<'a> {
    /// `Add`, `Sum`, `Mul`, `Sub` and `Div`: the sum of two branches, or numbers for all pictures alike.
    pub(super) fn arithmetic(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        if operator.node.input.len() != 2 {
            return Err(operator.cannot("of more or fewer than two things, which there is not here"));
        }
        match (self.value(operator, 0)?, self.value(operator, 1)?, operator.kind()) {
            (Value::Features(one), Value::Features(other), "Add" | "Sum") => {
                if (one.shape, one.order) != (other.shape, other.order) {
                    return Err(operator.cannot(format!("of {} and {}, which differ", one.shape, other.shape)));
                }
                let name = self.name(operator);
                let sum = self.push(operator, name, LayerConfig::Add(Add { name: None }), &[one, other])?;
                Ok(Features { positive: one.positive && other.positive, ..sum })
            }
            (Value::Features(one), Value::Features(other), "Mul") => {
                let gated = self.gated(one, other).or_else(|| self.gated(other, one));
                gated.ok_or_else(|| operator.cannot("of two branches, which there is not here"))
            }
            (Value::Features(x), Value::Constant(number), _)
            | (Value::Constant(number), Value::Features(x), "Add" | "Sum" | "Mul") => {
                self.with_constant(operator, x, number)
            }
            _ => Err(operator.cannot("of a constant and a branch in this order, which there is not here")),
        }
    }

    /// `x * sigmoid(x)`, which is SiLU, and `x * hard_sigmoid(x)`.
    fn gated(&mut self, x: Features, gate: Features) -> Option<Features> {
        let Step { layer, inputs, .. } = self.own_layer(gate)?;
        let LayerConfig::Activation(layer) = layer else { return None };
        let product = match layer.activation {
            Activation::Sigmoid => Activation::Silu,
            Activation::HardSigmoid => Activation::HardSilu,
            _ => return None,
        };
        (inputs[..] == [x.at]).then(|| layer.activation = product)?;
        Some(Features { positive: false, ..gate })
    }

    /// `x` and a number, or a number for each channel.
    fn with_constant(&mut self, operator: Operator<'a>, x: Features, number: &TensorProto) -> Result<Features, String> {
        let values: Vec<f64> = number.read_floats()?.into_iter().map(f64::from).collect();
        let shape = number.shape()?;
        if let [value] = values[..] {
            return match operator.kind() {
                "Mul" => self.rescaled(operator, x, value, 0.0),
                "Div" => self.rescaled(operator, x, 1.0 / value, 0.0),
                "Sub" => self.rescaled(operator, x, 1.0, -value),
                _ => self.rescaled(operator, x, 1.0, value),
            };
        }
        let channels = x.shape.channels();
        let axis = match x.order {
            Order::ChannelsFirst => shape.len().checked_sub(3),
            Order::ChannelsLast | Order::Vector => shape.len().checked_sub(1),
            Order::Planes(_) => None,
        };
        if values.len() != channels || axis.is_none_or(|axis| shape[axis] != channels) {
            return Err(operator.cannot("of numbers that are not one for each channel, which there is not here"));
        }
        if matches!(operator.kind(), "Add" | "Sum")
            && let Some(Step { name, layer, .. }) = self.own_layer(x)
            && let Some(use_bias) = missing_bias(layer)
        {
            *use_bias = true;
            let bias = values.iter().map(|&value| value as f32).collect();
            let name = format!("{name}/bias");
            self.weight(name, vec![channels], bias)?;
            return Ok(Features { positive: false, ..x });
        }
        let (factors, summands): (Vec<f64>, Vec<f64>) = values
            .iter()
            .map(|&value| match operator.kind() {
                "Mul" => (value, 0.0),
                "Div" => (1.0 / value, 0.0),
                "Sub" => (1.0, -value),
                _ => (1.0, value),
            })
            .unzip();
        if matches!(x.shape, Shape::Vector(_)) || !factors.iter().all(|&factor| factor > 0.0 && factor < 1e5) {
            return Err(operator.cannot("with a number for each channel that no layer here has"));
        }
        self.standardized(operator, x, &factors, &summands)
    }

    /// Multiplies by a number and adds another one, in the layer that computes `x` if that does the same.
    fn rescaled(&mut self, operator: Operator<'a>, x: Features, factor: f64, summand: f64) -> Result<Features, String> {
        if let Some(Step { layer: LayerConfig::Rescaling(rescaling), .. }) = self.own_layer(x) {
            rescaling.scale *= factor;
            rescaling.offset = rescaling.offset * factor + summand;
            return Ok(Features { positive: false, ..x });
        }
        let name = self.name(operator);
        let layer = LayerConfig::Rescaling(Rescaling { scale: factor, offset: summand, name: None });
        self.push(operator, name, layer, &[x])
    }

    /// Multiplies each channel by a number above 0 and adds another one: `(x - mean) / sqrt(variance)`.
    fn standardized(
        &mut self,
        operator: Operator<'a>,
        x: Features,
        factors: &[f64],
        summands: &[f64],
    ) -> Result<Features, String> {
        let changed = |mean: &mut [f64], variance: &mut [f64]| {
            for (channel, (factor, summand)) in factors.iter().zip(summands).enumerate() {
                variance[channel] /= factor * factor;
                mean[channel] -= summand * variance[channel].sqrt();
            }
        };
        if let Some(Step { layer: LayerConfig::Normalization(layer), .. }) = self.own_layer(x) {
            changed(&mut layer.mean, &mut layer.variance);
            return Ok(Features { positive: false, ..x });
        }
        let (mut mean, mut variance) = (vec![0.0; factors.len()], vec![1.0; factors.len()]);
        changed(&mut mean, &mut variance);
        let name = self.name(operator);
        self.push(operator, name, LayerConfig::Normalization(Normalization { mean, variance, name: None }), &[x])
    }
}
