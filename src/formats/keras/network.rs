//! A network as Python that builds it with Keras 3.

use crate::formats::keras::{python, samplewise::SAMPLEWISE};
use crate::formats::shared::{Arguments, names};
use crate::network::{Architecture, LayerConfig, Node};
use crate::text::unique_name::unique;

/// A Python function that reads a picture as the training pictures were read.
pub(crate) const LOAD_PICTURE: &str = r#"

def load_picture(path):
    """A picture as the network sees it: [1, IMAGE_SIZE, IMAGE_SIZE, 3], RGB from 0 to 255.

    Any aspect ratio is stretched to the square, bilinear with antialiasing; what is transparent is black.
    """
    with Image.open(path) as file:
        picture = ImageOps.exif_transpose(file).convert("RGBA")
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture).convert("RGB")
    square = picture.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BILINEAR)
    return np.asarray(square, np.float32)[None]
"#;

/// Layers that a script puts before the network's own, as Python.
#[derive(Default)]
pub(crate) struct Front {
    /// They change pictures at random, in training only.
    pub(crate) random: Vec<String>,
    /// They standardize pictures, after a Rescaling that the network begins with.
    pub(crate) standard: Vec<String>,
}

/// Python constants and a function `build_model()`.
pub(crate) fn build_model(architecture: &Architecture, class_names: &[String], front: &Front) -> String {
    let names: Vec<String> = class_names.iter().map(|name| python::literal(&name.as_str().into())).collect();
    let body = if architecture.is_chain() { sequential(architecture, front) } else { functional(architecture, front) };
    let samplewise = if body.contains("SamplewiseNormalization(") { SAMPLEWISE } else { "" };
    format!(
        r#"{samplewise}# The classes, in the order of the network's probabilities.
CLASS_NAMES = [
{}]
IMAGE_SIZE = {}


def build_model():
    """Takes float32 pixels [batch, rows, columns, RGB] from 0 to 255; gives probabilities."""
{body}"#,
        python::lines("    ", &names, ","),
        architecture.config().image_size,
    )
}

/// Python expressions that construct the input and each layer.
fn constructors(architecture: &Architecture) -> (String, Vec<String>) {
    let names = names::of_layers(architecture);
    let image = unique("image", |name| names.iter().any(|other| other == name));
    let layer = |(layer, name): (&Node, &String)| {
        let arguments = Arguments::of_layer(&layer.config, name, Arguments::given);
        // Keras has all of the layers but one, which the script brings with it.
        let module = if matches!(layer.config, LayerConfig::SamplewiseNormalization(_)) { "" } else { "keras.layers." };
        python::call(&format!("{module}{}", layer.config.class_name()), &arguments)
    };
    let layers = architecture.layers.iter().zip(&names).map(layer).collect();
    (format!("keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3), name=\"{image}\")"), layers)
}

/// How many layers of the network come before those that standardize.
fn rescaled(architecture: &Architecture) -> usize {
    usize::from(matches!(architecture.layers[0].config, LayerConfig::Rescaling(_)))
}

fn sequential(architecture: &Architecture, front: &Front) -> String {
    let (image, layers) = constructors(architecture);
    let (before, after) = layers.split_at(rescaled(architecture));
    let all = [&[image], &front.random[..], before, &front.standard, after].concat();
    format!("    return keras.Sequential(\n        [\n{}        ]\n    )\n", python::lines("            ", &all, ","))
}

/// Keras's functional style; `x3` is the output of the fourth layer.
fn functional(architecture: &Architecture, front: &Front) -> String {
    let (image, layers) = constructors(architecture);
    let rescaled = rescaled(architecture);
    let mut lines = vec![format!("x = {image}"), "image = x".into()];
    lines.extend(front.random.iter().map(|layer| format!("x = {layer}(x)")));
    if rescaled == 0 {
        lines.extend(front.standard.iter().map(|layer| format!("x = {layer}(x)")));
    }
    for (index, (node, layer)) in architecture.layers.iter().zip(layers).enumerate() {
        let inputs: Vec<String> =
            node.inputs.iter().map(|input| input.map_or("x".into(), |index| format!("x{index}"))).collect();
        let inputs = if let [one] = &inputs[..] { one.clone() } else { format!("[{}]", inputs.join(", ")) };
        lines.push(format!("x{index} = {layer}({inputs})"));
        if index + 1 == rescaled {
            lines.extend(front.standard.iter().map(|layer| format!("x{index} = {layer}(x{index})")));
        }
    }
    lines.push(format!("return keras.Model(image, x{})", architecture.layers.len() - 1));
    python::lines("    ", &lines, "")
}
