//! A Keras 3 script that rebuilds a trained network and classifies pictures with it.

use serde_json::{Map, Value};

use crate::formats::{
    keras::{
        network::{Front, LOAD_PICTURE, build_model},
        python,
    },
    shared::{ModelData, ModelFile, names},
};

const HEAD: &str = r#""""A network trained with tabfit, as a Keras 3 model.

    pip install keras tensorflow-cpu pillow safetensors
    python model.py picture.jpg

Or from Python: `import model; network = model.load()`.
"""

import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import load_file

"#;

const LOAD: &str = r#"

def load(weights=Path(__file__).with_name("model.safetensors")):
    """The network with its trained weights."""
    model = build_model()
    values = load_file(weights)
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(values.pop(f"{NAME}/{weight.name}"))
    if values:
        raise ValueError(f"{weights} holds weights that no layer has: {sorted(values)}")
    return model
"#;

const MAIN: &str = r#"

def main():
    network = load()
    for path in sys.argv[1:]:
        probabilities = network.predict(load_picture(path), verbose=0)[0]
        for probability, name in sorted(zip(probabilities, CLASS_NAMES), reverse=True):
            print(f"{path}: {name} {probability:.4f}")


if __name__ == "__main__":
    main()
"#;

/// `model.py`; the weights lie beside it in `model.safetensors`.
pub(crate) fn script(data: &ModelData) -> ModelFile {
    let network = build_model(&data.architecture, &data.class_names, &Front::default());
    let names = names::of_layers(&data.architecture);
    let renamed = names.iter().zip(&data.architecture.layers).filter(|(name, layer)| **name != layer.name);
    let renamed: Map<String, Value> = renamed.map(|(name, layer)| (name.clone(), layer.name.clone().into())).collect();
    // TensorFlow refuses some names that a layer may have in the file of weights.
    let (dictionary, name) = match renamed.is_empty() {
        true => (String::new(), "layer.name"),
        false => (
            format!("NAMES_IN_FILE = {}\n", python::literal(&renamed.into())),
            "NAMES_IN_FILE.get(layer.name, layer.name)",
        ),
    };
    let load = LOAD.replace("NAME", name);
    ModelFile::new("model.py", [HEAD, &dictionary, &network, &load, LOAD_PICTURE, MAIN].concat())
}
