//! Layers as TensorFlow Lite's operators.

use super::graph::Graph;
use super::operator::{Fused, Operator};
use crate::kernels::ConvParams;
use crate::network::layers::BatchNormalization;
use crate::network::{Activation, LayerConfig, Node, Padding, Shape};

/// `[out, ...]` of values whose last axis is `out`.
fn outputs_first(values: &[f32], outputs: usize) -> Vec<f32> {
    (0..outputs).flat_map(|output| values.iter().skip(output).step_by(outputs).copied()).collect()
}

/// The factor and the offset that batch normalization comes down to outside training.
fn factors(norm: &BatchNormalization, values: &[Vec<f32>]) -> [Vec<f32>; 2] {
    let [gamma, beta, mean, variance] = values else { unreachable!("batch normalization has four weights") };
    let factor = |(gamma, variance): (&f32, &f32)| f64::from(*gamma) / (f64::from(*variance) + norm.epsilon).sqrt();
    let factors: Vec<f64> = gamma.iter().zip(variance).map(factor).collect();
    let offset = |((beta, mean), factor): ((&f32, &f32), &f64)| (f64::from(*beta) - f64::from(*mean) * factor) as f32;
    let offsets = beta.iter().zip(mean).zip(&factors).map(offset).collect();
    [factors.into_iter().map(|factor| factor as f32).collect(), offsets]
}

/// The activation that an operator can compute itself, and the one that is left for after it.
fn fused(activation: Activation) -> (Fused, Activation) {
    match activation {
        Activation::Relu => (Fused::Relu, Activation::Linear),
        Activation::Relu6 => (Fused::Relu6, Activation::Linear),
        other => (Fused::None, other),
    }
}

impl Graph {
    /// Adds a layer and returns its output.
    pub(crate) fn layer(&mut self, layer: &Node, inputs: &[usize], values: &[Vec<f32>]) -> usize {
        let (name, x) = (&layer.name, inputs[0]);
        let step = |step: &str| format!("{name}/{step}");
        let output = || step("output");
        let shape = || -> Vec<usize> { std::iter::once(1).chain(layer.output.dims()).collect() };
        match &layer.config {
            LayerConfig::Rescaling(rescaling) => {
                let scaled = self.with_number(Operator::Mul, x, rescaling.scale, step("scaled"));
                self.with_number(Operator::Add, scaled, rescaling.offset, output())
            }
            LayerConfig::Normalization(normalization) => self.affine(x, &normalization.factors(), name),
            LayerConfig::BatchNormalization(norm) => self.affine(x, &factors(norm, values), name),
            LayerConfig::SamplewiseNormalization(samplewise) => {
                let (axes, one) = ([1, 2, 3], || vec![1; 4]);
                let mean = self.reduced(Operator::Mean(true), x, &axes, one(), step("mean"));
                let centred = self.each(Operator::Sub, &[x, mean], x, step("centred"));
                if !samplewise.std {
                    return centred;
                }
                let squares = self.each(Operator::Mul, &[centred, centred], x, step("squares"));
                let variance = self.reduced(Operator::Mean(true), squares, &axes, one(), step("variance"));
                let deviation = self.each(Operator::Sqrt, &[variance], variance, step("deviation"));
                let divisor = self.with_number(Operator::Add, deviation, 1e-6, step("divisor"));
                self.each(Operator::Div, &[centred, divisor], x, output())
            }
            LayerConfig::ZeroPadding2D(zeros) => {
                let [rows, columns] = zeros.padding.get();
                let pads: Vec<i32> = [[0, 0], rows, columns, [0, 0]].concat().iter().map(|&pad| pad as i32).collect();
                let pads = self.ints(step("pads"), &[4, 2], &pads);
                self.call(Operator::Pad, &[x, pads], shape(), output())
            }
            LayerConfig::Conv2D(conv) => {
                let (activation, left) = fused(conv.activation);
                let operator = Operator::Conv2D(layer.params, conv.padding, activation);
                let y = self.convolution(operator, layer, x, &values[0], 0, values.get(1));
                self.activate(left, y, name)
            }
            LayerConfig::DepthwiseConv2D(conv) => {
                let (activation, left) = fused(conv.activation);
                let operator = Operator::DepthwiseConv2D(layer.params, conv.padding, activation, conv.depth_multiplier);
                let y = self.depthwise(operator, layer, x, &values[0], values.get(1));
                self.activate(left, y, name)
            }
            LayerConfig::SeparableConv2D(conv) => {
                let each = Operator::DepthwiseConv2D(layer.params, conv.padding, Fused::None, conv.depth_multiplier);
                let channels = self.depthwise(each, layer, x, &values[0], None);
                let (activation, left) = fused(conv.activation);
                let pixels = Operator::Conv2D(ConvParams::POINTWISE, Padding::Valid, activation);
                let y = self.convolution(pixels, layer, channels, &values[1], 1, values.get(2));
                self.activate(left, y, name)
            }
            LayerConfig::Dense(dense) => {
                let (activation, left) = fused(dense.activation);
                let inputs = layer.input.channels();
                let kernel =
                    self.floats(step("kernel"), &[dense.units, inputs], &outputs_first(&values[0], dense.units));
                let bias = self.bias(layer, dense.units, values.get(1));
                let y = self.call(Operator::FullyConnected(activation), &[x, kernel, bias], shape(), step("product"));
                self.activate(left, y, name)
            }
            LayerConfig::Activation(only) => self.activate(only.activation, x, name),
            LayerConfig::Softmax(_) => self.activate(Activation::Softmax, x, name),
            LayerConfig::ReLU(rule) => self.relu(rule, x, name),
            LayerConfig::LeakyReLU(rule) => self.each(Operator::LeakyRelu(rule.negative_slope), &[x], x, output()),
            LayerConfig::MaxPooling2D(pool) => {
                self.call(Operator::MaxPool2D(layer.params, pool.padding), &[x], shape(), output())
            }
            LayerConfig::AveragePooling2D(pool) => {
                self.call(Operator::AveragePool2D(layer.params, pool.padding), &[x], shape(), output())
            }
            LayerConfig::GlobalMaxPooling2D(pool) => {
                self.reduced(Operator::ReduceMax(pool.keepdims), x, &[1, 2], shape(), output())
            }
            LayerConfig::GlobalAveragePooling2D(pool) => {
                self.reduced(Operator::Mean(pool.keepdims), x, &[1, 2], shape(), output())
            }
            LayerConfig::Flatten(_) | LayerConfig::Reshape(_) if layer.input != layer.output => {
                let lengths = std::iter::once(-1).chain(layer.output.dims().into_iter().map(|length| length as i32));
                let lengths: Vec<i32> = lengths.collect();
                let lengths = self.ints(step("shape"), &[lengths.len()], &lengths);
                self.call(Operator::Reshape, &[x, lengths], shape(), output())
            }
            LayerConfig::Add(_) => self.each(Operator::Add, inputs, x, output()),
            LayerConfig::Concatenate(_) => self.call(Operator::Concatenation, inputs, shape(), output()),
            // They change nothing outside training; the layers of a residual block are written one by one.
            LayerConfig::Dropout(_)
            | LayerConfig::SpatialDropout2D(_)
            | LayerConfig::Flatten(_)
            | LayerConfig::Reshape(_)
            | LayerConfig::Residual(_) => x,
        }
    }

    /// Adds a convolution with the layer's weight number `index`, `[rows, columns, in, out]`.
    fn convolution(
        &mut self,
        operator: Operator,
        layer: &Node,
        x: usize,
        kernel: &[f32],
        index: usize,
        bias: Option<&Vec<f32>>,
    ) -> usize {
        let spec = &layer.weights[index];
        let [rows, columns, inputs, outputs] = spec.shape[..] else { unreachable!("a kernel has four axes") };
        let kernel = outputs_first(kernel, outputs);
        let kernel = self.floats(spec.name.clone(), &[outputs, rows, columns, inputs], &kernel);
        let bias = self.bias(layer, outputs, bias);
        let shape = std::iter::once(1).chain(layer.output.dims()).collect();
        self.call(operator, &[x, kernel, bias], shape, format!("{}/product", layer.name))
    }

    /// Adds a depthwise convolution with the layer's first weight, `[rows, columns, channels, multiplier]`.
    fn depthwise(
        &mut self,
        operator: Operator,
        layer: &Node,
        x: usize,
        kernel: &[f32],
        bias: Option<&Vec<f32>>,
    ) -> usize {
        let spec = &layer.weights[0];
        let [rows, columns, channels, multiplier] = spec.shape[..] else { unreachable!("a kernel has four axes") };
        let outputs = channels * multiplier;
        let kernel = self.floats(spec.name.clone(), &[1, rows, columns, outputs], kernel);
        let bias = self.bias(layer, outputs, bias);
        let [rows, columns] = match layer.output {
            Shape::Image([rows, columns, _]) => [rows, columns],
            Shape::Vector(_) => unreachable!("a convolution gives a picture"),
        };
        self.call(operator, &[x, kernel, bias], vec![1, rows, columns, outputs], format!("{}/channels", layer.name))
    }

    /// Adds a bias, which is zeros where the layer has none: some interpreters need one.
    fn bias(&mut self, layer: &Node, outputs: usize, bias: Option<&Vec<f32>>) -> usize {
        let zeros = vec![0.0; outputs];
        let name = format!("{}/{}", layer.name, if bias.is_some() { "bias" } else { "zeros" });
        self.floats(name, &[outputs], bias.unwrap_or(&zeros))
    }
}
