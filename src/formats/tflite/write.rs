//! `model.tflite`: input `image` `[batch, rows, columns, 3]`, RGB from 0 to 255; output `probabilities` `[batch, classes]`;
//! all numbers are 32-bit. `labels.txt` has a line for each class, as examples for phones read them.

use super::graph::Graph;
use super::schema::Model;
use crate::formats::shared::{ModelData, ModelFile};
use crate::network::Shape;

const MEANING: &str = "image: float32 [batch, rows, columns, RGB], values from 0 to 255; probabilities: [batch, classes] in the order of class_names";

/// `model.tflite` and `labels.txt`. The metadata `class_names`, `preprocessing` and `manifest` are JSON.
pub(crate) fn files(data: &ModelData) -> Vec<ModelFile> {
    let mut graph = Graph::default();
    let size = data.architecture.config().image_size;
    let picture = graph.computed("image", Shape::Image([size, size, 3]));
    let mut outputs: Vec<usize> = Vec::new();
    for (layer, values) in data.layers() {
        let inputs: Vec<usize> =
            layer.inputs.iter().map(|input| input.map_or(picture, |index| outputs[index])).collect();
        outputs.push(graph.layer(layer, &inputs, values));
    }
    let output = outputs.last().copied().unwrap_or(picture);
    graph.tensors[output].name = "probabilities".into();
    let texts = [
        Some(("class_names", data.class_names_json())),
        Some(("preprocessing", data.preprocessing().to_string())),
        data.manifest.as_ref().map(|manifest| ("manifest", manifest.to_string())),
    ];
    let model = Model {
        description: MEANING,
        tensors: graph.tensors,
        calls: graph.calls,
        input: picture,
        output,
        metadata: texts.into_iter().flatten().collect(),
    };
    let labels: String = data.class_names.iter().map(|name| name.replace(['\r', '\n'], " ") + "\n").collect();
    vec![ModelFile::new("model.tflite", model.bytes()), ModelFile::new("labels.txt", labels)]
}
