//! A network made of the graph of an ONNX file: its picture, its layers, and the values of their weights.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::data::image_size::check_image_size;
use crate::formats::keras_config::{self, Described, Version};
use crate::formats::onnx::constants;
use crate::formats::onnx::features::Order;
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::{GraphProto, ValueInfoProto};
use crate::formats::onnx::step::PICTURE;
use crate::formats::onnx::translate::Translator;
use crate::formats::shared::{Arguments, ModelData, labels, refusal};
use crate::network::Origins;

/// The most operators of a network.
const MOST_OPERATORS: usize = 2000;

/// The network that the operators of a graph compute.
pub(super) fn translated(
    graph: &GraphProto,
    version: i64,
    class_names: Option<Vec<String>>,
    manifest: Option<Value>,
) -> Result<ModelData, String> {
    let count = graph.node.len();
    if !(1..=MOST_OPERATORS).contains(&count) {
        return Err(format!("has {count} operators; from 1 to {MOST_OPERATORS} are read"));
    }
    // Older files list their weights among the inputs too.
    let constants: HashSet<&str> = graph.initializer.iter().map(|tensor| tensor.name.as_str()).collect();
    let inputs: Vec<_> = graph.input.iter().filter(|input| !constants.contains(input.name.as_str())).collect();
    let ([input], [output]) = (&inputs[..], &graph.output[..]) else {
        return Err(format!("has {} inputs and {} outputs; one of each is read", inputs.len(), graph.output.len()));
    };
    let (order, dims) = picture(input)?;
    let listed = constants::listed(&graph.node);
    let mut translator = Translator::new(version, (&input.name, order, dims), &output.name, &listed);
    graph.initializer.iter().for_each(|tensor| translator.constant(tensor));
    translator.operators(&graph.node)?;
    let output = translator.output()?;
    let last = Operator { node: &graph.node[count - 1] };
    let output = translator.finished(last, output)?;

    let keras = keras(&translator, output.at, dims);
    let mut weights = translator.weights;
    let Described { architecture, origins } = keras_config::read(&keras, None, Version::Three)?;
    let values = origins.values(&architecture, |_, _, weight| Ok(weights.remove(&weight.name)))?;
    let classes = architecture.classes();
    let class_names = class_names.unwrap_or_else(|| labels::numbered(classes));
    match class_names.len() == classes {
        true => Ok(ModelData { architecture, class_names, values, manifest, origins: Origins::default() }),
        false => Err(format!("names {} classes but tells {classes} apart", class_names.len())),
    }
}

/// The order of the axes of the picture, and its rows, columns and channels.
fn picture(input: &ValueInfoProto) -> Result<(Order, [usize; 3]), String> {
    let tensor = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let axes = tensor.and_then(|tensor| tensor.shape.as_ref()).map_or(&[][..], |shape| &shape.dim);
    let lengths: Vec<Option<usize>> =
        axes.iter().map(|axis| axis.dim_value.and_then(|length| usize::try_from(length).ok())).collect();
    let (order, channels, [rows, columns]) = match lengths[..] {
        [_, Some(3), rows, columns] => (Order::ChannelsFirst, 3, [rows, columns]),
        [_, rows, columns, Some(3)] => (Order::ChannelsLast, 3, [rows, columns]),
        [_, Some(1), rows, columns] => (Order::ChannelsFirst, 1, [rows, columns]),
        [_, rows, columns, Some(1)] => (Order::ChannelsLast, 1, [rows, columns]),
        _ => {
            let text = |length: &Option<usize>| length.map_or("?".into(), |length: usize| length.to_string());
            let lengths = lengths.iter().map(text).collect::<Vec<_>>().join(", ");
            return Err(format!(
                "takes an input of [{lengths}]; pictures of three channels, or of one for grey, are read"
            ));
        }
    };
    match (rows, columns) {
        (Some(rows), Some(columns)) if rows == columns && rows > 0 => {
            check_image_size(rows).map_err(|error| format!("takes pictures of a size that {}", error.clause()))?;
            Ok((order, [rows, columns, channels]))
        }
        (Some(rows), Some(columns)) if rows > 0 && columns > 0 => Err(refusal::not_square(rows as u64, columns as u64)),
        _ => Err("does not say the size of its pictures; export it with fixed rows and columns".into()),
    }
}

/// The layers as Keras 3 describes a Functional model.
fn keras(translator: &Translator<'_>, output: usize, dims: [usize; 3]) -> Value {
    let name = |at: usize| at.checked_sub(1).map_or(PICTURE, |index| &translator.steps[index].name);
    let [rows, columns, channels] = dims;
    let input = json!({"name": PICTURE, "batch_shape": [null, rows, columns, channels]});
    let mut layers = vec![json!({"class_name": "InputLayer", "name": PICTURE, "config": input, "inbound_nodes": []})];
    for step in &translator.steps {
        let config = Arguments::of_layer(&step.layer, &step.name, Arguments::all).into_object();
        let inputs: Vec<Value> = step.inputs.iter().map(|&input| json!([name(input), 0, 0, {}])).collect();
        let class_name = step.layer.class_name();
        layers.push(json!({"class_name": class_name, "name": step.name, "config": config, "inbound_nodes": [inputs]}));
    }
    let ends = |at: usize| json!([[name(at), 0, 0]]);
    let config = json!({"name": "model", "layers": layers, "input_layers": ends(0), "output_layers": ends(output)});
    json!({"class_name": "Functional", "config": config})
}
