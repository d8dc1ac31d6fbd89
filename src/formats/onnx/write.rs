//! ONNX, operator set 17: input `image` `[batch, rows, columns, 3]`, RGB from 0 to 255; output
//! `probabilities` `[batch, classes]`.
//!
//! Inside, pictures lie as `[batch, channels, rows, columns]`, the only way in which ONNX convolves.

use prost::Message;

use crate::{
    formats::{
        ModelFile, Trained,
        onnx::{
            graph::Graph,
            proto::{GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto, ValueInfoProto},
        },
    },
    network::{layers::LayerConfig, node::Node, weight::WeightSpec},
};

const OPERATOR_SET: i64 = 17;
/// The version of the file format that came with that operator set.
const IR_VERSION: i64 = 8;
const MEANING: &str = "image: float32 [batch, rows, columns, RGB], values from 0 to 255; probabilities: [batch, classes] in the order of class_names";

/// A layer's weight as ONNX lays it: a kernel `[rows, columns, in, out]` as `[out, in, rows, columns]`;
/// one of each channel by itself has one input and as many outputs as it makes of all channels.
fn channels_first(layer: &Node, place: usize, shape: &[usize], value: &[f32]) -> (Vec<usize>, Vec<f32>) {
    let [rows, columns, inputs, outputs] = *shape else { return (shape.to_vec(), value.to_vec()) };
    let (inputs, outputs) = match (&layer.config, place) {
        (LayerConfig::DepthwiseConv2D(_) | LayerConfig::SeparableConv2D(_), 0) => (1, inputs * outputs),
        _ => (inputs, outputs),
    };
    let area = rows * columns;
    let places = (0..outputs).flat_map(|output| (0..inputs).map(move |input| (output, input)));
    let values =
        places.flat_map(|(output, input)| (0..area).map(move |pixel| (pixel * inputs + input) * outputs + output));
    (vec![outputs, inputs, rows, columns], values.map(|at| value[at]).collect())
}

/// `model.onnx`.
pub(crate) fn file(trained: &Trained<'_>) -> ModelFile {
    let mut graph = Graph::default();
    let picture = graph.channels_first("image");
    let mut outputs: Vec<String> = Vec::new();
    for (layer, values) in trained.layers() {
        let inputs: Vec<String> =
            layer.inputs.iter().map(|input| input.map_or(&picture, |index| &outputs[index]).clone()).collect();
        let mut written = |(place, (weight, value)): (usize, (&WeightSpec, &Vec<f32>))| {
            let (shape, value) = channels_first(layer, place, &weight.shape, value);
            graph.floats(&weight.name, &shape, &value)
        };
        let weights: Vec<String> = layer.weights.iter().zip(values).enumerate().map(&mut written).collect();
        outputs.push(graph.layer(layer, &inputs, &weights));
    }
    let size = trained.architecture.config().image_size;
    let entry = |key: &str, value| StringStringEntryProto { key: key.into(), value };
    let model = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "tabfit".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: MEANING.into(),
        graph: Some(GraphProto {
            name: "network".into(),
            input: vec![ValueInfoProto::floats("image", &[size, size, 3])],
            output: vec![ValueInfoProto::floats("probabilities", &[trained.class_names.len()])],
            ..graph.ending_in("probabilities")
        }),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPERATOR_SET }],
        metadata_props: vec![
            entry("class_names", trained.class_names_json()),
            entry("preprocessing", trained.preprocessing().to_string()),
        ],
    };
    ModelFile::new("model.onnx", model.encode_to_vec())
}
