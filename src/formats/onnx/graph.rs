//! Layers as ONNX's operators.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::formats::onnx::proto::{AttributeProto, GraphProto, NodeProto, TensorProto};
use crate::kernels::ConvParams;
use crate::network::layers::ReLU;
use crate::network::{Activation, LayerConfig, Node, Shape};

/// The graph so far. Tensors are known by names such as `layer/kernel` and `layer/output`, which cannot
/// collide because the name of a layer cannot hold a `/`.
#[derive(Default)]
pub(crate) struct Graph(GraphProto);

impl Graph {
    /// Adds the transposition of the picture to channels first.
    pub(crate) fn channels_first(&mut self, picture: &str) -> String {
        let order = AttributeProto::ints("perm", [0, 3, 1, 2]);
        self.node("Transpose", [&picture.to_string()], format!("{picture}/channels_first"), [order])
    }

    /// Adds a weight.
    pub(crate) fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        self.0.initializer.push(TensorProto::floats(name, shape, values));
        name.into()
    }

    /// The finished graph; the output of its last node is renamed to `output`.
    pub(crate) fn ending_in(mut self, output: &str) -> GraphProto {
        if let Some(last) = self.0.node.last_mut() {
            last.output = vec![output.into()];
        }
        self.0
    }

    /// Adds a layer and returns the name of its output.
    pub(crate) fn layer(&mut self, layer: &Node, inputs: &[String], weights: &[String]) -> String {
        let (name, x) = (&layer.name, &inputs[0]);
        let output = format!("{name}/output");
        let step = |step: &str| format!("{name}/{step}");
        let sliding = || sliding(layer.params).into_iter();
        match &layer.config {
            LayerConfig::Rescaling(rescaling) => {
                let scaled = self.with_number("Mul", x, rescaling.scale, step("scaled"));
                self.with_number("Add", &scaled, rescaling.offset, output)
            }
            LayerConfig::Normalization(normalization) => {
                let [scales, offsets] = normalization.factors();
                let shape = [scales.len(), 1, 1];
                let scales = self.floats(&step("scales"), &shape, &scales);
                let offsets = self.floats(&step("offsets"), &shape, &offsets);
                let scaled = self.node("Mul", [x, &scales], step("scaled"), []);
                self.node("Add", [&scaled, &offsets], output, [])
            }
            LayerConfig::SamplewiseNormalization(samplewise) => {
                let mean = self.node("ReduceMean", [x], step("mean"), [AttributeProto::ints("axes", [1, 2, 3])]);
                let centred = self.node("Sub", [x, &mean], step("centred"), []);
                if !samplewise.std {
                    return centred;
                }
                let squares = self.node("Mul", [&centred, &centred], step("squares"), []);
                let axes = [AttributeProto::ints("axes", [1, 2, 3])];
                let variance = self.node("ReduceMean", [&squares], step("variance"), axes);
                let deviation = self.node("Sqrt", [&variance], step("deviation"), []);
                let divisor = self.with_number("Add", &deviation, 1e-6, step("divisor"));
                self.node("Div", [&centred, &divisor], output, [])
            }
            LayerConfig::ZeroPadding2D(zeros) => {
                let [[top, bottom], [left, right]] = zeros.padding.get();
                self.0.initializer.push(TensorProto::ints(&step("pads"), [0, 0, top, left, 0, 0, bottom, right]));
                self.node("Pad", [x, &step("pads")], output, [])
            }
            LayerConfig::Conv2D(conv) => {
                let y = self.convolution(x, weights, step("product"), sliding(), 1);
                self.activate(conv.activation, y, name)
            }
            LayerConfig::DepthwiseConv2D(conv) => {
                let y = self.convolution(x, weights, step("product"), sliding(), layer.input.channels());
                self.activate(conv.activation, y, name)
            }
            LayerConfig::SeparableConv2D(conv) => {
                let channels = layer.input.channels();
                let channels = self.convolution(x, &weights[..1], step("depthwise"), sliding(), channels);
                let y = self.convolution(&channels, &weights[1..], step("product"), [], 1);
                self.activate(conv.activation, y, name)
            }
            LayerConfig::BatchNormalization(norm) => {
                let inputs = [x].into_iter().chain(weights);
                self.node("BatchNormalization", inputs, output, [AttributeProto::float("epsilon", norm.epsilon)])
            }
            LayerConfig::Activation(only) => self.activate(only.activation, x.clone(), name),
            LayerConfig::Softmax(_) => self.activate(Activation::Softmax, x.clone(), name),
            LayerConfig::ReLU(rule) => self.relu(rule, x, name),
            LayerConfig::LeakyReLU(rule) => {
                self.node("LeakyRelu", [x], output, [AttributeProto::float("alpha", rule.negative_slope)])
            }
            LayerConfig::MaxPooling2D(_) => self.node("MaxPool", [x], output, sliding()),
            LayerConfig::AveragePooling2D(_) => {
                let without_pads = AttributeProto::int("count_include_pad", 0);
                self.node("AveragePool", [x], output, sliding().chain([without_pads]))
            }
            LayerConfig::GlobalMaxPooling2D(_) => self.of_channels("GlobalMaxPool", x, name, layer.output),
            LayerConfig::GlobalAveragePooling2D(_) => self.of_channels("GlobalAveragePool", x, name, layer.output),
            LayerConfig::Flatten(_) if matches!(layer.input, Shape::Image(_)) => {
                let channels_last = self.channels_last(x, name);
                self.node("Flatten", [&channels_last], output, [])
            }
            LayerConfig::Reshape(_) => self.reshape(layer, x),
            LayerConfig::Dense(dense) => {
                let y = self.node("Gemm", [x].into_iter().chain(weights), step("product"), []);
                self.activate(dense.activation, y, name)
            }
            LayerConfig::Add(_) => self.node("Add", inputs, output, []),
            LayerConfig::Concatenate(_) => self.node("Concat", inputs, output, [AttributeProto::int("axis", 1)]),
            // They change nothing outside training; the layers of a residual block are written one by one.
            LayerConfig::Dropout(_)
            | LayerConfig::SpatialDropout2D(_)
            | LayerConfig::Flatten(_)
            | LayerConfig::Residual(_) => x.clone(),
        }
    }

    /// Adds one value for each channel.
    fn of_channels(&mut self, op: &str, x: &String, name: &str, output: Shape) -> String {
        let values = self.node(op, [x], format!("{name}/values"), []);
        match output {
            Shape::Image(_) => values,
            Shape::Vector(_) => self.node("Flatten", [&values], format!("{name}/output"), []),
        }
    }

    fn channels_last(&mut self, x: &String, name: &str) -> String {
        let order = AttributeProto::ints("perm", [0, 2, 3, 1]);
        self.node("Transpose", [x], format!("{name}/channels_last"), [order])
    }

    /// Adds a layer that keeps the order in which Keras lists values, channels fastest.
    fn reshape(&mut self, layer: &Node, x: &String) -> String {
        let (name, output) = (&layer.name, format!("{}/output", layer.name));
        let x = match layer.input {
            Shape::Image(_) => self.channels_last(x, name),
            Shape::Vector(_) => x.clone(),
        };
        // 0 is the number of pictures, as it is.
        let shape = format!("{name}/shape");
        match layer.output {
            Shape::Vector(units) => {
                self.0.initializer.push(TensorProto::ints(&shape, [0, units]));
                self.node("Reshape", [&x, &shape], output, [])
            }
            Shape::Image([rows, columns, channels]) => {
                self.0.initializer.push(TensorProto::ints(&shape, [0, rows, columns, channels]));
                let last = self.node("Reshape", [&x, &shape], format!("{name}/reshaped"), []);
                let order = AttributeProto::ints("perm", [0, 3, 1, 2]);
                self.node("Transpose", [&last], output, [order])
            }
        }
    }

    /// Adds a convolution; `weights` are a kernel and perhaps a bias.
    fn convolution(
        &mut self,
        x: &String,
        weights: &[String],
        output: String,
        sliding: impl IntoIterator<Item = AttributeProto>,
        groups: usize,
    ) -> String {
        let groups = AttributeProto::int("group", groups as i64);
        self.node("Conv", [x].into_iter().chain(weights), output, sliding.into_iter().chain([groups]))
    }

    fn relu(&mut self, rule: &ReLU, x: &String, name: &str) -> String {
        let step = |step: &str| format!("{name}/{step}");
        let mut y = match rule.threshold {
            0.0 => self.node("Relu", [x], step("above"), []),
            threshold => {
                let zero = self.floats(&step("zero"), &[], &[0.0]);
                let kept = self.with_number("Greater", x, threshold, step("kept"));
                self.node("Where", [&kept, x, &zero], step("above"), [])
            }
        };
        if let Some(most) = rule.max_value {
            y = self.with_number("Min", &y, most, step("most"));
        }
        if rule.negative_slope > 0.0 {
            let down = self.with_number("Mul", x, -1.0, step("down"));
            let below = self.with_number("Add", &down, rule.threshold, step("below"));
            let cut = self.node("Relu", [&below], step("cut"), []);
            let lower = self.with_number("Mul", &cut, rule.negative_slope, step("lower"));
            y = self.node("Sub", [&y, &lower], step("output"), []);
        }
        y
    }

    fn activate(&mut self, activation: Activation, x: String, layer: &str) -> String {
        let output = format!("{layer}/activation");
        let step = |step: &str| format!("{output}/{step}");
        let float = AttributeProto::float;
        match activation {
            Activation::Linear => x,
            Activation::Relu => self.node("Relu", [&x], output, []),
            Activation::Relu6 => {
                let above = self.node("Relu", [&x], step("above"), []);
                self.with_number("Min", &above, 6.0, output)
            }
            Activation::LeakyRelu => self.node("LeakyRelu", [&x], output, [float("alpha", 0.2)]),
            Activation::Elu => self.node("Elu", [&x], output, []),
            Activation::Selu => self.node("Selu", [&x], output, []),
            Activation::Gelu => {
                // x/2 (1 + erf(x/√2)); ONNX has a Gelu only from operator set 20 on.
                let scaled = self.with_number("Mul", &x, FRAC_1_SQRT_2, step("scaled"));
                let erf = self.node("Erf", [&scaled], step("erf"), []);
                let above = self.with_number("Add", &erf, 1.0, step("above"));
                let half = self.with_number("Mul", &x, 0.5, step("half"));
                self.node("Mul", [&half, &above], output, [])
            }
            Activation::Silu => {
                let gate = self.node("Sigmoid", [&x], step("gate"), []);
                self.node("Mul", [&x, &gate], output, [])
            }
            Activation::Softplus => self.node("Softplus", [&x], output, []),
            Activation::Sigmoid => self.node("Sigmoid", [&x], output, []),
            Activation::Tanh => self.node("Tanh", [&x], output, []),
            Activation::HardSigmoid => {
                self.node("HardSigmoid", [&x], output, [float("alpha", 1.0 / 6.0), float("beta", 0.5)])
            }
            Activation::HardSilu => self.node("HardSwish", [&x], output, []),
            Activation::Softmax => self.node("Softmax", [&x], output, [AttributeProto::int("axis", -1)]),
        }
    }

    /// Adds `op` of a tensor and a constant.
    fn with_number(&mut self, op: &str, x: &String, number: f64, output: String) -> String {
        let number = self.floats(&format!("{output}/number"), &[], &[number as f32]);
        self.node(op, [x, &number], output, [])
    }

    /// Adds a node and returns the name of its only output.
    fn node<'a>(
        &mut self,
        op: &str,
        inputs: impl IntoIterator<Item = &'a String>,
        output: String,
        attributes: impl IntoIterator<Item = AttributeProto>,
    ) -> String {
        self.0.node.push(NodeProto {
            input: inputs.into_iter().cloned().collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: op.into(),
            attribute: attributes.into_iter().collect(),
            domain: String::new(),
        });
        output
    }
}

/// A window's attributes; ONNX lists the pads before the data, then those after.
fn sliding(window: ConvParams) -> Vec<AttributeProto> {
    let [(top, bottom), (left, right)] = window.pads;
    let mut attributes = vec![
        AttributeProto::ints("kernel_shape", window.size),
        AttributeProto::ints("strides", window.strides),
        AttributeProto::ints("pads", [top, left, bottom, right]),
    ];
    if window.dilation != [1, 1] {
        attributes.push(AttributeProto::ints("dilations", window.dilation));
    }
    attributes
}
