//! A network from what a Keras file holds.

use serde_json::Value;

use crate::error::Result;
use crate::formats::keras_config::{self, Origin, Version};
use crate::formats::keras_file::refusal::refused;
use crate::formats::keras_file::weights;
use crate::formats::keras_file::write_layers::Written;
use crate::formats::shared::{FileContents, ModelData};
use crate::network::{Architecture, WeightSpec, grey};

pub(super) const CONFIG: &str = "config.json";
pub(super) const METADATA: &str = "metadata.json";

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
    let described = keras_config::read(&json(CONFIG, &config)?, version).map_err(refused)?;
    let own = metadata.get("tabfit");
    let class_names = described.class_names(own.and_then(|own| own.get("classNames"))).map_err(refused)?;
    let origin = |name: &str| described.origins.get(name);
    let given = |weight: &WeightSpec| described.given(weight);
    let values = weights::values(&described.architecture, origin, given, contents.tensors).map_err(refused)?;
    let manifest = own.and_then(|own| own.get("manifest")).filter(|manifest| !manifest.is_null()).cloned();
    Ok(ModelData { architecture: described.architecture, class_names, values, manifest })
}

/// Reads the weights of a network that is there already, as Keras lists its layers.
///
/// # Errors
///
/// They are those of another network.
pub(crate) fn read_weights(architecture: &Architecture, contents: FileContents) -> Result<Vec<Vec<f32>>> {
    if contents.tensors.iter().any(|tensor| tensor.name.matches("layers/").count() > 1) {
        return Err(refused(
            "holds the weights of a network with another one inside it, which does not say where they belong; open its .keras file",
        ));
    }
    // Keras does not know a layer that was put in front of a network of grey pictures.
    let front = architecture.layers.first().filter(|layer| grey::is(&layer.config));
    let front = front.filter(|_| contents.tensors.len() + 1 == architecture.weights().count());
    let written = Written::of(architecture);
    let origins = if front.is_some() { written.without_first() } else { written }.origins();
    let origin = |name: &str| origins.get(name) as Option<&Origin>;
    let given = |weight: &WeightSpec| front.filter(|layer| layer.weights.contains(weight)).map(|_| grey::kernel());
    weights::values(architecture, origin, given, contents.tensors).map_err(|clause| {
        refused(format!("is not for this network: it {clause}; open the network that it belongs to first"))
    })
}
