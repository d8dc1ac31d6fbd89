//! A Keras description as a network that is checked.

use std::collections::HashMap;

use serde_json::Value;

use crate::data::image_size::check_image_size;
use crate::formats::keras_config::blocks::{self, Chain};
use crate::formats::keras_config::graph::Graph;
use crate::formats::keras_config::logits::{ends_in_logits, to_probabilities};
use crate::formats::keras_config::loss;
use crate::formats::keras_config::version::Version;
use crate::formats::shared::{labels, refusal};
use crate::network::{Architecture, Builder, ModelConfig, Origins, Shape, grey};
use crate::text::unique_name::unique;

/// A network from a description.
pub(crate) struct Described {
    pub(crate) architecture: Architecture,
    /// Where each layer stood.
    pub(crate) origins: Origins,
}

/// Reads `{"class_name": "Functional", "config": {…}}`. `compiled` are the arguments of `compile`, where the file has them.
///
/// # Errors
///
/// A clause that completes "This … file": a layer, an argument or a connection that there is not here, by name.
pub(crate) fn read(model: &Value, compiled: Option<&Value>, version: Version) -> Result<Described, String> {
    let kind = model.get("class_name").and_then(Value::as_str).unwrap_or_default();
    let config = model.get("config").ok_or("describes no layers")?;
    let (graph, output) = Graph::of(kind, config)?;
    let (image_size, is_grey) = picture(&graph.input_shapes)?;
    let Chain { mut layers, vectors_only, without } = blocks::layers(&graph, output, version)?;
    let free = |wanted: &str| unique(wanted, |name| graph.nodes.iter().any(|node| node.name == name));
    let front = is_grey.then(|| free("grey"));
    layers.splice(..0, front.clone().map(grey::layer));
    let mut config = ModelConfig { image_size, layers };
    let impossible = |error: crate::Error| format!("describes a network that cannot be: {}", error.clause());
    check_image_size(image_size).map_err(impossible)?;
    let mut nodes = Builder::build(&config).map_err(impossible)?;
    if ends_in_logits(&nodes) {
        if let Some(loss) = compiled.and_then(loss::of_numbers) {
            return Err(format!(
                "was trained to predict numbers, by the loss {loss}; a network must end in probabilities of two or more classes"
            ));
        }
        to_probabilities(&mut config.layers, free);
        nodes = Builder::build(&config).map_err(impossible)?;
    }
    let classes = match nodes.last().map(|last| (last.output, &last.name)) {
        Some((Shape::Vector(classes @ 2..=65_536), _)) => classes,
        Some((shape, name)) => {
            return Err(format!(
                "ends in the layer \"{name}\", which gives {shape}; a network must end in probabilities of two or more classes"
            ));
        }
        None => return Err("describes no layers".into()),
    };
    let architecture = Architecture::new(config, classes).map_err(impossible)?;
    let misplaced = architecture
        .layers
        .iter()
        .find(|layer| vectors_only.contains(&layer.name) && matches!(layer.input, Shape::Image(_)));
    if let Some(layer) = misplaced {
        return Err(format!(
            "has axis = 1 in \"{}\", the rows of a picture; here it can only be the channels",
            layer.name
        ));
    }
    let mut given: HashMap<_, _> = front.map(|name| (format!("{name}/kernel"), grey::kernel())).into_iter().collect();
    for weight in architecture.weights() {
        let value = without.get(&weight.name).map(|&value| vec![value; weight.len()]);
        given.extend(value.map(|values| (weight.name.clone(), values)));
    }
    let layers = graph.nodes.into_iter().map(|node| (node.name, node.origin)).collect();
    Ok(Described { architecture, origins: Origins { layers, given } })
}

impl Described {
    /// The given names of the classes, else `class 1`, `class 2`, ….
    ///
    /// # Errors
    ///
    /// There are names, and another number of them than of classes.
    pub(crate) fn class_names(&self, names: Option<&Value>) -> Result<Vec<String>, String> {
        let classes = self.architecture.classes();
        let Some(names) = names.filter(|names| !names.is_null()) else {
            return Ok(labels::numbered(classes));
        };
        let names: Vec<String> = serde_json::from_value(names.clone())
            .map_err(|_| "has classNames that are not a list of names".to_string())?;
        match names.len() == classes {
            true => Ok(names),
            false => Err(format!("names {} classes and gives probabilities of {classes}", names.len())),
        }
    }
}

/// The size of the pictures and whether they are grey, from the first shape that says it.
fn picture(shapes: &[Value]) -> Result<(usize, bool), String> {
    let axes = |shape: &Value| shape.as_array()?.iter().skip(1).map(Value::as_u64).collect::<Option<Vec<_>>>();
    for shape in shapes {
        match axes(shape).as_deref() {
            Some(&[rows, columns, channels @ (1 | 3)]) if rows == columns => {
                return Ok((rows as usize, channels == 1));
            }
            Some(&[rows, columns, 1 | 3]) => return Err(refusal::not_square(rows, columns)),
            Some(_) => {
                return Err(format!(
                    "takes an input of {shape}; square pictures of three channels, or of one for grey, are read: [null, size, size, 3]"
                ));
            }
            None => {}
        }
    }
    Err(match shapes.first() {
        Some(shape) => format!("takes pictures of any size ({shape}); save it with the size that it was trained on"),
        None => "does not say the size of its pictures".into(),
    })
}
