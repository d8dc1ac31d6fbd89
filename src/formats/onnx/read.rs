//! Reads ONNX: classifiers of pictures, made of convolutions and what stands between them.
//!
//! A file that was written here describes its layers beside the operators. Where these are still the ones that the layers
//! are written as, the layers are taken as they were. All other files are translated operator by operator.

use std::collections::HashMap;

use prost::Message;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::formats::onnx::extent::described;
use crate::formats::onnx::layout::channels_last;
use crate::formats::onnx::network::translated;
use crate::formats::onnx::proto::{GraphProto, ModelProto, TensorProto};
use crate::formats::onnx::write;
use crate::formats::shared::{ModelData, refusal};
use crate::network::{Architecture, ModelConfig, WeightSpec};

/// The most bytes of a description.
const MOST_DESCRIBED: usize = 8 << 20;
/// Before it, shapes were matched by other rules.
const OLDEST_VERSION: i64 = 7;

fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("ONNX file", clause.as_ref())
}

/// Reads the network.
///
/// # Errors
///
/// The file is damaged or too large, or has an operator or a shape that there is not here.
pub(crate) fn read(bytes: &[u8]) -> Result<ModelData> {
    let damaged = || refused("is cut off, damaged, or of another kind");
    if described(bytes).ok_or_else(damaged)? > MOST_DESCRIBED {
        return Err(refused("describes its network in over 8 MB; it holds something other than a few layers"));
    }
    let model = ModelProto::decode(bytes).map_err(|_| damaged())?;
    let entries: HashMap<&str, &str> =
        model.metadata_props.iter().map(|entry| (entry.key.as_str(), entry.value.as_str())).collect();
    let class_names = entries.get("class_names").and_then(|json| serde_json::from_str::<Vec<String>>(json).ok());
    let class_names = class_names.filter(|names| names.len() > 1);
    let manifest = entries.get("manifest").and_then(|json| serde_json::from_str(json).ok());
    let graph = model.graph.as_ref().ok_or_else(|| refused("holds no network"))?;
    if let (Some(layers), Some(class_names)) = (entries.get("model"), &class_names)
        && let Some(data) = as_written_here(graph, layers, class_names, manifest.as_ref())
    {
        return Ok(data);
    }
    let version = model.opset_import.iter().find(|set| matches!(set.domain.as_str(), "" | "ai.onnx"));
    let version = version.map_or(1, |set| set.version);
    if version < OLDEST_VERSION {
        return Err(refused(format!("was written for operator set {version}; {OLDEST_VERSION} and newer are read")));
    }
    translated(graph, version, class_names, manifest).map_err(refused)
}

/// The network that the layers describe, if it is written as this very graph.
fn as_written_here(
    graph: &GraphProto,
    layers: &str,
    class_names: &[String],
    manifest: Option<&Value>,
) -> Option<ModelData> {
    let config: ModelConfig = serde_json::from_str(layers).ok()?;
    let architecture = Architecture::new(config, class_names.len()).ok()?;
    let tensors: HashMap<&str, &TensorProto> =
        graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let value = |spec: &WeightSpec| {
        let tensor = tensors.get(spec.name.as_str())?;
        let values = tensor.read_floats().ok()?;
        match tensor.shape().ok()?[..] {
            [outputs, inputs, rows, columns] => Some(channels_last([outputs, inputs, rows, columns], &values)),
            _ => Some(values),
        }
        .filter(|values| values.len() == spec.len())
    };
    let values = architecture.weights().map(value).collect::<Option<Vec<_>>>()?;
    let data = ModelData { architecture, class_names: class_names.to_vec(), values, manifest: manifest.cloned() };
    (write::graph(&data) == *graph).then_some(data)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::onnx::proto::{AttributeProto, DimensionProto, NodeProto, StringStringEntryProto};

    /// The file of a small network, without the layers in its metadata.
    fn network() -> ModelProto {
        let layers = json!([
            {"type": "Conv2D", "filters": 4, "kernelSize": 3, "name": "conv"},
            {"type": "MaxPooling2D"},
            {"type": "Flatten"},
            {"type": "Dense", "units": 2, "activation": "softmax"}
        ]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let architecture = Architecture::new(config, 2).unwrap();
        let values = architecture.weights().map(|spec| vec![0.5; spec.len()]).collect();
        let class_names = ["cat", "dog"].map(String::from).to_vec();
        let file = write::file(&ModelData { architecture, class_names, values, manifest: None });
        let mut model = ModelProto::decode(&file.bytes[..]).unwrap();
        model.metadata_props.retain(|entry| entry.key != "model");
        model
    }

    fn graph(model: &mut ModelProto) -> &mut GraphProto {
        model.graph.as_mut().unwrap()
    }

    fn node<'a>(model: &'a mut ModelProto, kind: &str) -> &'a mut NodeProto {
        graph(model).node.iter_mut().find(|node| node.op_type == kind).unwrap()
    }

    fn attribute<'a>(node: &'a mut NodeProto, name: &str) -> &'a mut AttributeProto {
        node.attribute.iter_mut().find(|attribute| attribute.name == name).unwrap()
    }

    fn tensor<'a>(model: &'a mut ModelProto, name: &str) -> &'a mut TensorProto {
        graph(model).initializer.iter_mut().find(|tensor| tensor.name == name).unwrap()
    }

    fn axes(model: &mut ModelProto, lengths: [Option<i64>; 4]) {
        let tensor = graph(model).input[0].r#type.as_mut().unwrap().tensor_type.as_mut().unwrap();
        let axis = |dim_value| DimensionProto { dim_value, dim_param: None };
        tensor.shape.as_mut().unwrap().dim = lengths.map(axis).to_vec();
    }

    type Change = fn(&mut ModelProto);

    #[test]
    fn what_there_is_not_here_is_refused_by_name() {
        assert!(read(&network().encode_to_vec()).is_ok());
        let changes: [(&str, Change); 28] = [
            ("an operator Einsum (\"conv/product\") that there is not here", |model| {
                node(model, "Conv").op_type = "Einsum".into();
            }),
            ("of \"com.microsoft\", which is not ONNX's own", |model| {
                node(model, "Conv").domain = "com.microsoft".into();
            }),
            ("in 2 groups", |model| attribute(node(model, "Conv"), "group").i = Some(2)),
            ("along other axes", |model| tensor(model, "conv/kernel").dims = vec![4, 3, 9]),
            ("for 9 channels, but it gets 3", |model| tensor(model, "conv/kernel").dims = vec![4, 9, 1, 3]),
            ("another number of values", |model| {
                tensor(model, "conv/kernel").raw_data.pop();
            }),
            ("shape that cannot be", |model| tensor(model, "conv/kernel").dims = vec![4, -3, 3, 3]),
            ("shape that cannot be", |model| {
                let kernel = tensor(model, "conv/kernel");
                (kernel.dims, kernel.raw_data) = (vec![0, 3, 4_000_000_000, 1], Vec::new());
            }),
            ("another number of values", |model| {
                tensor(model, "conv/kernel").dims = vec![1 << 40, 3, 1 << 40, 3];
            }),
            ("quantized networks are not read", |model| tensor(model, "conv/kernel").data_type = 3),
            ("in another file", |model| tensor(model, "conv/kernel").data_location = 1),
            ("strides = [2, -1]", |model| attribute(node(model, "Conv"), "strides").ints = vec![2, -1]),
            ("pads = [1, 2, 3]", |model| attribute(node(model, "Conv"), "pads").ints = vec![1, 2, 3]),
            ("pads = [9000, 0, 0, 0]", |model| attribute(node(model, "Conv"), "pads").ints = vec![9000, 0, 0, 0]),
            ("[[1, 1], [1, 1]], which pools do not have", |model| {
                // The convolution before it may give values below 0.
                let pool = node(model, "MaxPool");
                attribute(pool, "pads").ints = vec![1; 4];
            }),
            ("perm = [3, 2, 1, 0]", |model| attribute(node(model, "Transpose"), "perm").ints = vec![3, 2, 1, 0]),
            ("whose weights are for 36 values, but it gets 64", |model| {
                attribute(node(model, "Conv"), "pads").ints = vec![1; 4];
            }),
            ("\"nobody\", which nothing before it computes", |model| node(model, "Gemm").input[0] = "nobody".into()),
            ("a second time", |model| node(model, "MaxPool").output[0] = "conv/product".into()),
            ("ends in the activation \"sigmoid\"", |model| node(model, "Softmax").op_type = "Sigmoid".into()),
            ("ends in the activation \"softmax\" times a constant", |model| {
                let softmax = node(model, "Softmax");
                let end = std::mem::replace(&mut softmax.output[0], "likely".into());
                let (op_type, input) = ("Mul".into(), vec!["likely".into(), "two".into()]);
                let double = NodeProto { op_type, input, output: vec![end], ..NodeProto::default() };
                graph(model).node.push(double);
                graph(model).initializer.push(TensorProto::floats("two", &[], &[2.0]));
            }),
            ("1 inputs and 2 outputs", |model| {
                let output = graph(model).output[0].clone();
                graph(model).output.push(output);
            }),
            (
                "8 rows and 9 columns, and only square ones are read; build it for square pictures, such as 9 x 9",
                |model| axes(model, [None, Some(8), Some(9), Some(3)]),
            ),
            ("[?, 8, 8, 4]; pictures of three channels", |model| axes(model, [None, Some(8), Some(8), Some(4)])),
            ("does not say the size", |model| axes(model, [None, None, None, Some(3)])),
            ("operator set 6", |model| model.opset_import[0].version = 6),
            ("6000 operators", |model| graph(model).node = vec![NodeProto::default(); 6000]),
            ("names 3 classes but tells 2 apart", |model| {
                model.metadata_props[0].value = json!(["a", "b", "c"]).to_string();
            }),
        ];
        for (part, change) in changes {
            let mut model = network();
            change(&mut model);
            let sentence = read(&model.encode_to_vec()).map_or_else(|error| error.to_string(), |_| "nothing".into());
            assert!(sentence.starts_with("This ONNX file ") && sentence.contains(part), "{part} is not in: {sentence}");
        }
    }

    #[test]
    fn a_network_of_grey_pictures_gets_the_grey_of_colours() {
        let mut model = network();
        axes(&mut model, [None, Some(8), Some(8), Some(1)]);
        let kernel = tensor(&mut model, "conv/kernel");
        kernel.dims = vec![4, 1, 3, 3];
        kernel.raw_data.truncate(4 * 3 * 3 * 4);
        let data = read(&model.encode_to_vec()).unwrap();
        let first = &data.architecture.layers[0];
        assert_eq!((first.name.as_str(), first.output.dims()), ("grey", vec![8, 8, 1]));
        assert_eq!(data.values[..2], [vec![0.2989, 0.587, 0.114], vec![0.5; 36]]);
    }

    #[test]
    fn what_is_no_onnx_file_or_too_long_is_refused() {
        let mut model = network();
        let bytes = model.encode_to_vec();
        for length in (0..bytes.len()).step_by(bytes.len() / 60) {
            assert!(read(&bytes[..length]).is_err(), "{length}");
        }
        model.doc_string = "x".repeat(9 << 20);
        let sentence = read(&model.encode_to_vec()).map(|_| ()).unwrap_err().to_string();
        assert!(sentence.contains("over 8 MB"), "{sentence}");
    }

    /// The operators say another thing than the layers beside them, and the operators are what other tools run.
    #[test]
    fn layers_that_are_not_those_of_the_operators_are_not_believed() {
        let mut model = network();
        let layers = json!({"imageSize": 8, "layers": [
            {"type": "Conv2D", "filters": 4, "kernelSize": 3, "activation": "relu", "name": "conv"},
            {"type": "MaxPooling2D"},
            {"type": "Flatten"},
            {"type": "Dense", "units": 2, "activation": "softmax"}
        ]});
        model.metadata_props[0].key = "model".into();
        let names = model.metadata_props[0].clone();
        model.metadata_props[0].value = layers.to_string();
        model.metadata_props.push(StringStringEntryProto { key: "class_names".into(), ..names });
        let data = read(&model.encode_to_vec()).unwrap();
        let first = data.architecture.layers.iter().find(|layer| layer.name == "conv").unwrap();
        assert!(!format!("{:?}", first.config).contains("Relu"), "{first:?}");
        assert_eq!(data.class_names, ["cat", "dog"]);
    }
}
