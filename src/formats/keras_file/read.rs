//! A network from what a Keras file holds.

use std::collections::HashMap;

use serde_json::Value;

use crate::error::Result;
use crate::formats::keras_config::{self, Described, Version};
use crate::formats::keras_file::refusal::refused;
use crate::formats::keras_file::weights::Tensors;
use crate::formats::keras_file::write_layers::Written;
use crate::formats::shared::{FileContents, ModelData};
use crate::network::{Architecture, Origins};

pub(super) const CONFIG: &str = "config.json";
pub(super) const METADATA: &str = "metadata.json";
const COMPILED: &str = "compile_config.json";

/// Reads the network.
///
/// # Errors
///
/// It has a layer or an argument that there is not here, or holds other weights than its layers need.
pub(crate) fn read(mut contents: FileContents) -> Result<ModelData> {
    let config = contents.texts.remove(CONFIG).ok_or_else(|| {
        refused(
            "holds weights and not the layers that they are for; open their network first, and then this file under a name that ends in .weights.h5",
        )
    })?;
    let json = |name: &str, text: &str| -> Result<Value> {
        serde_json::from_str(text).map_err(|error| refused(format!("has a damaged {name} ({error})")))
    };
    let metadata = contents.texts.get(METADATA).map(|text| json(METADATA, text)).transpose()?.unwrap_or_default();
    let version = Version::of(metadata.get("keras_version").and_then(Value::as_str));
    let config = json(CONFIG, &config)?;
    // The weights do not depend on it, and Python writes infinite numbers there, which are no JSON.
    let compiled: Option<Value> = contents.texts.get(COMPILED).and_then(|text| serde_json::from_str(text).ok());
    let compiled = compiled.as_ref().or_else(|| config.get("compile_config"));
    let described = keras_config::read(&config, compiled, version).map_err(refused)?;
    let own = metadata.get("tabfit");
    let class_names = described.class_names(own.and_then(|own| own.get("classNames"))).map_err(refused)?;
    let tensors = Tensors::new(contents.tensors).map_err(refused)?;
    let values = tensors.values(&described.architecture, &described.origins).map_err(refused)?;
    let manifest = own.and_then(|own| own.get("manifest")).filter(|manifest| !manifest.is_null()).cloned();
    let Described { architecture, origins } = described;
    Ok(ModelData { architecture, class_names, values, manifest, origins })
}

/// Reads the weights of a network that is there already; `opened` says where its layers stood in the file that it came from.
///
/// # Errors
///
/// They are those of another network.
pub(crate) fn read_weights(
    architecture: &Architecture,
    opened: &Origins,
    contents: FileContents,
) -> Result<Vec<Vec<f32>>> {
    let not_for_it = |clause: String| {
        refused(format!("is not for this network: it {clause}; open the network that it belongs to first"))
    };
    let tensors = Tensors::new(contents.tensors).map_err(not_for_it)?;
    // Keras does not know what was put in front of the network here, unless it got the network from here.
    let front = architecture.in_front();
    let lengths = front.iter().map(Vec::len).scan(0, |sum, length| {
        *sum += length;
        Some(*sum)
    });
    let unknown = architecture.weights().count().checked_sub(tensors.len());
    let skipped = std::iter::once(0).chain(lengths).position(|length| Some(length) == unknown).unwrap_or(0);
    let given = |layers: usize| -> HashMap<String, Vec<f32>> { front[..layers].iter().flatten().cloned().collect() };

    let mut as_opened = opened.clone();
    as_opened.given.extend(given(front.len()));
    if tensors.are_of(architecture, &as_opened) {
        return tensors.values(architecture, &as_opened).map_err(not_for_it);
    }
    if tensors.is_nested() {
        return Err(refused(
            "holds the weights of a network with another one inside it, which does not say where they belong; open its .keras file",
        ));
    }
    let listed = Origins { layers: Written::of(architecture).without(skipped).origins(), given: given(skipped) };
    // What fits neither belongs to the network as it was opened, and what lacks there is said.
    let wanted = if opened.layers.is_empty() || tensors.are_of(architecture, &listed) { &listed } else { &as_opened };
    tensors.values(architecture, wanted).map_err(not_for_it)
}
