//! Layers as ONNX's operators.

use std::f64::consts::FRAC_1_SQRT_2;

use super::onnx_proto::{AttributeProto, GraphProto, NodeProto, TensorProto};
use crate::{
    activation::Activation,
    architecture::Layer,
    layer::LayerConfig,
    shape::Shape,
    window::{Pads, Window},
};

/// The graph so far. Tensors are known by name: `layer/kernel`, `layer/output`; no layer's name
/// holds a `/`, so that no two tensors share a name.
#[derive(Default)]
pub(super) struct Graph(GraphProto);

impl Graph {
    /// Adds the picture with its channels first.
    pub(super) fn channels_first(&mut self, picture: &str) -> String {
        let order = AttributeProto::ints("perm", [0, 3, 1, 2]);
        self.node("Transpose", &[picture], format!("{picture}/channels_first"), [order])
    }

    /// Adds a weight.
    pub(super) fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        self.0.initializer.push(TensorProto::floats(name, shape, values));
        name.into()
    }

    /// The graph, what its last node makes renamed.
    pub(super) fn ending_in(mut self, output: &str) -> GraphProto {
        if let Some(last) = self.0.node.last_mut() {
            last.output = vec![output.into()];
        }
        self.0
    }

    /// Adds a layer and returns what it makes.
    pub(super) fn layer(&mut self, layer: &Layer, inputs: &[String], weights: &[String]) -> String {
        let x = &inputs[0];
        let step = |step: &str| format!("{}/{step}", layer.name);
        let weighted: Vec<&str> = std::iter::once(x).chain(weights).map(String::as_str).collect();
        let window = layer.config.kind().window();
        match (&layer.config, window) {
            (LayerConfig::Rescaling(rescaling), _) => {
                let scaled = self.with_number("Mul", x, rescaling.scale, step("scaled"));
                self.with_number("Add", &scaled, rescaling.offset, step("output"))
            }
            (LayerConfig::Conv2D(conv), Some(window)) => {
                let [size, strides, pads] = sliding(window, layer.pads);
                let dilations = AttributeProto::ints("dilations", window.dilation);
                let y = self.node("Conv", &weighted, step("product"), [size, strides, pads, dilations]);
                self.activate(conv.activation, y, &layer.name)
            }
            (LayerConfig::BatchNormalization(norm), _) => {
                let epsilon = AttributeProto::float("epsilon", norm.epsilon);
                self.node("BatchNormalization", &weighted, step("output"), [epsilon])
            }
            (LayerConfig::Activation(activation), _) => self.activate(activation.activation, x.clone(), &layer.name),
            (LayerConfig::MaxPooling2D(_), Some(window)) => {
                self.node("MaxPool", &[x], step("output"), sliding(window, layer.pads))
            }
            (LayerConfig::AveragePooling2D(_), Some(window)) => {
                let [size, strides, pads] = sliding(window, layer.pads);
                let without_pads = AttributeProto::int("count_include_pad", 0);
                self.node("AveragePool", &[x], step("output"), [size, strides, pads, without_pads])
            }
            (LayerConfig::GlobalAveragePooling2D(_), _) => {
                let mean = self.node("GlobalAveragePool", &[x], step("mean"), []);
                self.node("Flatten", &[&mean], step("output"), [])
            }
            (LayerConfig::Flatten(_), _) if matches!(layer.input, Shape::Image(_)) => {
                let order = AttributeProto::ints("perm", [0, 2, 3, 1]);
                let channels_last = self.node("Transpose", &[x], step("channels_last"), [order]);
                self.node("Flatten", &[&channels_last], step("output"), [])
            }
            (LayerConfig::Dense(dense), _) => {
                let y = self.node("Gemm", &weighted, step("product"), []);
                self.activate(dense.activation, y, &layer.name)
            }
            (LayerConfig::Add(_), _) => self.node("Add", &[x, &inputs[1]], step("output"), []),
            // What only trains, and what changes nothing.
            _ => x.clone(),
        }
    }

    fn activate(&mut self, activation: Activation, x: String, layer: &str) -> String {
        let output = format!("{layer}/activation");
        let step = |step: &str| format!("{output}/{step}");
        match activation {
            Activation::Linear => x,
            Activation::Relu => self.node("Relu", &[&x], output, []),
            Activation::LeakyRelu => self.node("LeakyRelu", &[&x], output, [AttributeProto::float("alpha", 0.2)]),
            Activation::Elu => self.node("Elu", &[&x], output, []),
            Activation::Gelu => {
                // x/2 (1 + erf(x/√2)); ONNX has a word for it only from operator set 20 on.
                let scaled = self.with_number("Mul", &x, FRAC_1_SQRT_2, step("scaled"));
                let erf = self.node("Erf", &[&scaled], step("erf"), []);
                let above = self.with_number("Add", &erf, 1.0, step("above"));
                let half = self.with_number("Mul", &x, 0.5, step("half"));
                self.node("Mul", &[&half, &above], output, [])
            }
            Activation::Silu => {
                let gate = self.node("Sigmoid", &[&x], step("gate"), []);
                self.node("Mul", &[&x, &gate], output, [])
            }
            Activation::Sigmoid => self.node("Sigmoid", &[&x], output, []),
            Activation::Tanh => self.node("Tanh", &[&x], output, []),
            Activation::Softmax => self.node("Softmax", &[&x], output, [AttributeProto::int("axis", -1)]),
        }
    }

    /// `op` of a tensor and a number.
    fn with_number(&mut self, op: &str, x: &str, number: f64, output: String) -> String {
        let number = self.floats(&format!("{output}/number"), &[], &[number as f32]);
        self.node(op, &[x, &number], output, [])
    }

    /// Adds a node and returns the one tensor it makes.
    fn node<const A: usize, S: AsRef<str>>(
        &mut self,
        op: &str,
        inputs: &[S],
        output: String,
        attributes: [AttributeProto; A],
    ) -> String {
        self.0.node.push(NodeProto {
            input: inputs.iter().map(|input| input.as_ref().into()).collect(),
            output: vec![output.clone()],
            name: output.clone(),
            op_type: op.into(),
            attribute: attributes.into(),
        });
        output
    }
}

/// A window's attributes; ONNX lists the pads before the data, then those after.
fn sliding(window: Window, [(top, bottom), (left, right)]: Pads) -> [AttributeProto; 3] {
    [
        AttributeProto::ints("kernel_shape", window.size),
        AttributeProto::ints("strides", window.strides),
        AttributeProto::ints("pads", [top, left, bottom, right]),
    ]
}
