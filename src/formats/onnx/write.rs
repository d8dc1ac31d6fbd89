//! ONNX, operator set 17: input `image` `[batch, rows, columns, 3]`, RGB from 0 to 255; output
//! `probabilities` `[batch, classes]`.
//!
//! Inside, tensors are `[batch, channels, rows, columns]`, the only layout in which ONNX convolves.

use prost::Message;

use crate::formats::onnx::graph::Graph;
use crate::formats::onnx::layout::channels_first;
use crate::formats::onnx::proto::{GraphProto, ModelProto, OperatorSetIdProto, StringStringEntryProto, ValueInfoProto};
use crate::formats::shared::{ModelData, ModelFile};
use crate::network::WeightSpec;

const OPERATOR_SET: i64 = 17;
/// The version of the file format that came with that operator set.
const IR_VERSION: i64 = 8;
const MEANING: &str = "image: float32 [batch, rows, columns, RGB], values from 0 to 255; probabilities: [batch, classes] in the order of class_names";

/// The operators and weights of a network.
pub(super) fn graph(data: &ModelData) -> GraphProto {
    let mut graph = Graph::default();
    let picture = graph.channels_first("image");
    let mut outputs: Vec<String> = Vec::new();
    for (layer, values) in data.layers() {
        let inputs: Vec<String> =
            layer.inputs.iter().map(|input| input.map_or(&picture, |index| &outputs[index]).clone()).collect();
        let mut written = |(index, (weight, value)): (usize, (&WeightSpec, &Vec<f32>))| {
            let (shape, value) = channels_first(layer, index, &weight.shape, value);
            graph.floats(&weight.name, &shape, &value)
        };
        let weights: Vec<String> = layer.weights.iter().zip(values).enumerate().map(&mut written).collect();
        outputs.push(graph.layer(layer, &inputs, &weights));
    }
    let size = data.architecture.config().image_size;
    GraphProto {
        name: "network".into(),
        input: vec![ValueInfoProto::floats("image", &[size, size, 3])],
        output: vec![ValueInfoProto::floats("probabilities", &[data.class_names.len()])],
        ..graph.ending_in("probabilities")
    }
}

/// `model.onnx`. Its metadata are JSON: the class names, the preprocessing, the layers, and how the network was trained.
pub(crate) fn file(data: &ModelData) -> ModelFile {
    let layers = serde_json::to_string(data.architecture.config()).expect("plain data always serialises");
    let entry = |key: &str, value| StringStringEntryProto { key: key.into(), value };
    let model = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "tabfit".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        doc_string: MEANING.into(),
        graph: Some(graph(data)),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPERATOR_SET }],
        metadata_props: [
            Some(entry("class_names", data.class_names_json())),
            Some(entry("preprocessing", data.preprocessing().to_string())),
            Some(entry("model", layers)),
            data.manifest.as_ref().map(|manifest| entry("manifest", manifest.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    ModelFile::new("model.onnx", model.encode_to_vec())
}
