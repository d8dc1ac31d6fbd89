//! What is read of ONNX files that are changed in one place, and what is refused.

use prost::Message;
use serde_json::json;

use crate::formats::onnx::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, StringStringEntryProto, TensorProto,
};
use crate::formats::onnx::read::read;
use crate::formats::onnx::write;
use crate::formats::shared::ModelData;
use crate::network::{Architecture, Origins, Pixels};

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
    let file =
        write::file(&ModelData { architecture, class_names, values, manifest: None, origins: Origins::default() });
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
        ("8 rows and 9 columns, and only square ones are read; build it for square pictures, such as 9 x 9", |model| {
            axes(model, [None, Some(8), Some(9), Some(3)]);
        }),
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

/// PyTorch multiplies normalizations into the convolutions before them, and gives those other names.
#[test]
fn a_body_whose_weights_were_renamed_is_known_by_its_operators() {
    let mut model = network();
    let conv = graph(&mut model).node.iter().position(|node| node.op_type == "Conv").unwrap();
    let mut second = graph(&mut model).node[conv].clone();
    (second.output[0], second.input[0]) = ("second".into(), "conv/product".into());
    second.input.truncate(2);
    second.input[1] = "kernel".into();
    graph(&mut model).initializer.push(TensorProto::floats("kernel", &[4, 4, 3, 3], &[0.5; 4 * 4 * 9]));
    attribute(&mut second, "pads").ints = vec![1; 4];
    graph(&mut model).node.insert(conv + 1, second);
    let pool = node(&mut model, "MaxPool");
    pool.input[0] = "second".into();
    let paths = ["/net/features/features.0/features.0.0/Conv", "/net/features/features.17/conv/conv.2/Conv"];
    for (at, path) in paths.into_iter().enumerate() {
        let weight = format!("onnx::Conv_{at}");
        let node = &mut graph(&mut model).node[conv + at];
        node.name = path.into();
        let before = std::mem::replace(&mut node.input[1], weight.clone());
        tensor(&mut model, &before).name = weight;
    }
    let data = read(&model.encode_to_vec()).unwrap();
    let names: Vec<&str> = data.architecture.layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(names[..2], ["net.features.0.0", "net.features.17.conv.2"]);
    assert_eq!(data.architecture.known_pixels(), Some(Pixels::Torch));
}

/// Since operator set 12 a constant need not be a tensor.
#[test]
fn constants_may_be_lists_of_numbers() {
    let expected = read(&network().encode_to_vec()).unwrap();
    let mut model = network();
    let flatten = node(&mut model, "Flatten");
    flatten.op_type = "Reshape".into();
    flatten.input.push("shape".into());
    flatten.attribute.clear();
    let gemm = node(&mut model, "Gemm");
    gemm.input[2] = "bias".into();
    let constant = |output: &str, attribute: AttributeProto| {
        let (op_type, output) = ("Constant".into(), vec![output.into()]);
        NodeProto { op_type, output, attribute: vec![attribute], ..NodeProto::default() }
    };
    let floats = AttributeProto { name: "value_floats".into(), floats: vec![0.5; 2], ..AttributeProto::default() };
    let ints = AttributeProto { name: "value_ints".into(), ints: vec![-1, 36], ..AttributeProto::default() };
    let text = AttributeProto { name: "value_string".into(), s: b"cat".to_vec(), ..AttributeProto::default() };
    graph(&mut model).node.splice(..0, [constant("shape", ints), constant("bias", floats)]);
    let data = read(&model.encode_to_vec()).unwrap();
    assert_eq!(data.values, expected.values);
    graph(&mut model).node[1].attribute = vec![text];
    let sentence = read(&model.encode_to_vec()).map(|_| ()).unwrap_err().to_string();
    assert!(sentence.contains("Constant (\"bias\") without numbers"), "{sentence}");
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
