//! Operators of ONNX that change single values, or only the order of them, as layers.

use serde_json::json;

use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::TensorProto;
use crate::formats::onnx::translate::{Features, Order, Step, Translator, Value, activation_of, missing_bias};
use crate::network::layers::{Add, Concatenate, Flatten, LeakyReLU, Normalization, ReLU, Reshape};
use crate::network::{Activation, LayerConfig, Shape};

impl<'a> Translator<'a> {
    /// `Transpose`, where it only moves the channels to the other end.
    pub(super) fn transpose(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let order = match (operator.ints("perm").unwrap_or_default(), x.order) {
            ([0, 1, 2, 3], order) | ([0, 1], order @ Order::Vector) => order,
            ([0, 3, 1, 2], Order::ChannelsLast) => Order::ChannelsFirst,
            ([0, 2, 3, 1], Order::ChannelsFirst) => Order::ChannelsLast,
            (perm, _) => {
                return Err(operator.cannot(format!("with perm = {perm:?}; only channels are moved, to the other end")));
            }
        };
        Ok(Features { order, ..x })
    }

    /// `Flatten`, `Reshape`, `Squeeze` and `Unsqueeze`, between a picture and a vector.
    pub(super) fn reshape(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let units = x.shape.len() as i64;
        let axes = || -> Result<Vec<i64>, String> {
            let given = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
            Ok(given.or_else(|| operator.ints("axes").map(<[i64]>::to_vec)).unwrap_or_default())
        };
        let cannot = || operator.cannot("to something other than a vector, which there is not here");
        let pixel = matches!(x.shape, Shape::Image([1, 1, _]));
        match (operator.kind(), x.shape) {
            ("Flatten", _) if operator.int("axis", 1) == 1 => self.flattened(operator, x),
            ("Squeeze", Shape::Image(_)) if pixel => {
                let mut axes: Vec<i64> = axes()?.iter().map(|axis| axis.rem_euclid(4)).collect();
                axes.sort_unstable();
                match (&axes[..], x.order) {
                    ([], _) | ([2, 3], Order::ChannelsFirst) | ([1, 2], Order::ChannelsLast) => {
                        self.flattened(operator, x)
                    }
                    _ => Err(cannot()),
                }
            }
            ("Unsqueeze", Shape::Vector(_)) if x.order == Order::Vector && matches!(axes()?[..], [2, 3] | [-2, -1]) => {
                self.as_pixel(operator, x)
            }
            ("Reshape", _) => {
                let target = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
                let target = target.or_else(|| operator.ints("shape").map(<[i64]>::to_vec)).unwrap_or_default();
                let is = |axis: i64| axis == units || axis == -1;
                // The axis of the batch stays, or its length is not told.
                match target[..] {
                    [-1..=1, values] if is(values) => self.flattened(operator, x),
                    [-1..=1, channels, 1, 1] if is(channels) && pixel => {
                        Ok(Features { order: Order::ChannelsFirst, ..x })
                    }
                    [-1..=1, 1, 1, channels] if is(channels) && pixel => {
                        Ok(Features { order: Order::ChannelsLast, ..x })
                    }
                    [-1..=1, channels, 1, 1] if is(channels) && x.order == Order::Vector => self.as_pixel(operator, x),
                    // As in Keras, whose values lie in this order too.
                    [-1..=1, ref axes @ ..]
                        if axes.len() == 3 && matches!(x.order, Order::ChannelsLast | Order::Vector) =>
                    {
                        let layer = LayerConfig::Reshape(Reshape { target_shape: axes.to_vec(), name: None });
                        let name = self.name(operator);
                        let reshaped = self.push(operator, name, layer, &[x])?;
                        Ok(Features { order: Order::ChannelsLast, positive: x.positive, ..reshaped })
                    }
                    _ => Err(cannot()),
                }
            }
            _ => Err(cannot()),
        }
    }

    fn flattened(&mut self, operator: Operator<'a>, x: Features) -> Result<Features, String> {
        let Shape::Image(picture @ [rows, columns, channels]) = x.shape else { return Ok(x) };
        let alike = rows * columns == 1 || channels == 1 || x.order == Order::ChannelsLast;
        let order = if alike { Order::Vector } else { Order::Planes(picture) };
        // A global pool can give a vector itself.
        if let Some(Step { layer, .. }) = self.own_layer(x) {
            let keepdims = match layer {
                LayerConfig::GlobalAveragePooling2D(pool) => Some(&mut pool.keepdims),
                LayerConfig::GlobalMaxPooling2D(pool) => Some(&mut pool.keepdims),
                _ => None,
            };
            if let Some(keepdims) = keepdims {
                *keepdims = false;
                return Ok(Features { shape: Shape::Vector(channels), order, ..x });
            }
        }
        let name = self.name(operator);
        let flat = self.push(operator, name, LayerConfig::Flatten(Flatten { name: None }), &[x])?;
        Ok(Features { order, positive: x.positive, ..flat })
    }

    /// A vector as a picture of one pixel.
    fn as_pixel(&mut self, operator: Operator<'a>, x: Features) -> Result<Features, String> {
        let name = self.name(operator);
        let layer = LayerConfig::Reshape(Reshape { target_shape: vec![1, 1, -1], name: None });
        Ok(Features { positive: x.positive, ..self.push(operator, name, layer, &[x])? })
    }

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

    /// `Concat` of channels.
    pub(super) fn concatenation(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let count = operator.node.input.len();
        let inputs = (0..count).map(|index| self.features(operator, index)).collect::<Result<Vec<_>, _>>()?;
        let order = inputs.first().map(|input| input.order);
        let axis = operator.int("axis", 1);
        let channels = match order {
            Some(Order::ChannelsFirst) => [1, -3].contains(&axis),
            Some(Order::ChannelsLast) => [3, -1].contains(&axis),
            Some(Order::Vector) => [1, -1].contains(&axis),
            Some(Order::Planes(_)) | None => false,
        };
        if !channels || count < 2 || inputs.iter().any(|input| Some(input.order) != order) {
            return Err(operator.cannot("of something other than the channels of branches, which there is not here"));
        }
        let name = self.name(operator);
        let layer = LayerConfig::Concatenate(Concatenate { branches: Vec::new(), name: None });
        let joined = self.push(operator, name, layer, &inputs)?;
        Ok(Features { positive: inputs.iter().all(|input| input.positive), ..joined })
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
        let last = output.at.checked_sub(1).map(|index| &mut self.steps[index].layer);
        match last.and_then(activation_of).copied() {
            Some(Activation::Softmax) => Ok(output),
            None | Some(Activation::Linear) => self.activate(operator, output, Activation::Softmax),
            Some(other) => Err(format!(
                "ends in the activation {}; it must end in a softmax over the classes, or in what a softmax takes",
                json!(other)
            )),
        }
    }
}
