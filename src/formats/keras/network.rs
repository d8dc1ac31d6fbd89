//! A network as Python that builds it with Keras 3.

use crate::formats::keras::python;
use crate::formats::shared::{Arguments, names};
use crate::network::{Architecture, Node};
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

/// Python constants and a function `build_model()`; `front` are layers to put before the network's own.
pub(crate) fn build_model(architecture: &Architecture, class_names: &[String], front: &[String]) -> String {
    let names: Vec<String> = class_names.iter().map(|name| python::literal(&name.as_str().into())).collect();
    let body = if architecture.is_chain() { sequential(architecture, front) } else { functional(architecture, front) };
    format!(
        r#"# The classes, in the order of the network's probabilities.
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
        python::call(&format!("keras.layers.{}", layer.config.class_name()), &arguments)
    };
    let layers = architecture.layers.iter().zip(&names).map(layer).collect();
    (format!("keras.Input((IMAGE_SIZE, IMAGE_SIZE, 3), name=\"{image}\")"), layers)
}

fn sequential(architecture: &Architecture, front: &[String]) -> String {
    let (image, layers) = constructors(architecture);
    let all = [&[image], front, &layers].concat();
    format!("    return keras.Sequential(\n        [\n{}        ]\n    )\n", python::lines("            ", &all, ","))
}

/// Keras's functional style; `x3` is the output of the fourth layer.
fn functional(architecture: &Architecture, front: &[String]) -> String {
    let (image, layers) = constructors(architecture);
    let mut lines = vec![format!("x = {image}"), "image = x".into()];
    lines.extend(front.iter().map(|layer| format!("x = {layer}(x)")));
    for (index, (node, layer)) in architecture.layers.iter().zip(layers).enumerate() {
        let inputs: Vec<String> =
            node.inputs.iter().map(|input| input.map_or("x".into(), |index| format!("x{index}"))).collect();
        let inputs = if let [one] = &inputs[..] { one.clone() } else { format!("[{}]", inputs.join(", ")) };
        lines.push(format!("x{index} = {layer}({inputs})"));
    }
    lines.push(format!("return keras.Model(image, x{})", architecture.layers.len() - 1));
    python::lines("    ", &lines, "")
}
