//! What a `.keras` file of a network holds.

use serde_json::json;

use crate::formats::keras_file::read::{CONFIG, METADATA};
use crate::formats::keras_file::write_layers::Written;
use crate::formats::shared::{FileContents, FileTensor, ModelData};

/// The version of Keras whose words the file uses.
const KERAS: &str = "3.0.0";

/// The texts and tensors of the file. The metadata also hold the names of the classes and how pictures become pixels.
pub(crate) fn contents(data: ModelData) -> FileContents {
    let metadata = json!({
        "keras_version": KERAS,
        "tabfit": {"classNames": data.class_names, "preprocessing": data.preprocessing(), "manifest": data.manifest},
    });
    let written = Written::of(&data.architecture);
    let (config, origins) = (written.json(), written.origins());
    let texts = [(CONFIG, config), (METADATA, metadata)].map(|(name, json)| (name.to_string(), json.to_string()));
    let layers = data.architecture.layers.iter();
    let weights =
        layers.flat_map(|layer| layer.weights.iter().enumerate().map(move |(index, weight)| (layer, index, weight)));
    let tensors = weights.zip(data.values).map(|((layer, index, weight), values)| {
        let name = format!("{}/vars/{index}", origins[&layer.name].path);
        FileTensor { name, shape: weight.shape.clone(), values }
    });
    FileContents { texts: texts.into(), tensors: tensors.collect() }
}
