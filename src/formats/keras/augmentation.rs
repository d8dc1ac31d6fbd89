//! Augmentation as Keras code: an `ImageDataGenerator`, and the layers that act after it.

use crate::data::Augment;
use crate::formats::keras::python;
use crate::formats::shared::Arguments;
use crate::network::{Architecture, LayerConfig};

/// What the script needs to import.
pub(crate) const IMPORT: &str = "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n";

const SWAPPED: &str = "\
# Keras 3 moves pictures sideways by height_shift_range and up or down by width_shift_range, so they are exchanged.\n";

/// Python that makes `generator`; `None` if the generator would change no picture.
pub(crate) fn generator(augment: &Augment) -> Option<String> {
    let random = Augment { random_contrast: None, random_erasing: None, ..augment.clone() };
    if random.is_off() {
        return None;
    }
    let mut arguments = Arguments::given(&random);
    arguments.0.retain(|(name, _)| !name.starts_with("samplewise") && !name.starts_with("featurewise"));
    let mut swapped = "";
    for (name, _) in &mut arguments.0 {
        let other = match name.as_str() {
            "width_shift_range" => "height_shift_range",
            "height_shift_range" => "width_shift_range",
            _ => continue,
        };
        (*name, swapped) = (other.into(), SWAPPED);
    }
    let arguments = python::lines("    ", &python::keywords(&arguments), ",");
    Some(format!("\n{swapped}generator = ImageDataGenerator(\n{arguments})\n"))
}

/// The layers to put before the network's own, which change pictures in training only.
pub(crate) fn layers(augment: &Augment) -> Vec<String> {
    let mut layers = Vec::new();
    if augment.random_contrast.is_some() {
        let only = Augment { random_contrast: augment.random_contrast.clone(), ..Augment::default() };
        let mut factor = Arguments::given(&only);
        factor.0.iter_mut().for_each(|(name, _)| *name = "factor".into());
        layers.push(python::call("keras.layers.RandomContrast", &factor));
    }
    if let Some(erasing) = &augment.random_erasing {
        layers.push(python::call("keras.layers.RandomErasing", &Arguments::given(erasing)));
    }
    layers
}

/// Python that computes the statistics of the training pictures `x`, where a layer needs them.
pub(crate) fn statistics(augment: &Augment, architecture: &Architecture) -> Option<String> {
    let variance = match (augment.featurewise_std_normalization, augment.featurewise_center) {
        (true, _) => "(pixels.std((0, 1, 2)) + 1e-6) ** 2",
        (false, true) => "np.ones(3)",
        (false, false) => return None,
    };
    let pixels = match &architecture.layers[0].config {
        LayerConfig::Rescaling(layer) => format!("x * {} + {}", layer.scale, layer.offset),
        _ => "x".into(),
    };
    Some(format!(
        "\n# The statistics of the training pictures stay with the network.\npixels = {pixels}\n\
         MEAN, VARIANCE = pixels.mean((0, 1, 2)), {variance}\n"
    ))
}

/// The layers that standardize pictures.
pub(crate) fn standard(augment: &Augment, featurewise: bool) -> Vec<String> {
    let samplewise = match (augment.samplewise_std_normalization, augment.samplewise_center) {
        (true, _) => Some("SamplewiseNormalization(std=True)"),
        (false, true) => Some("SamplewiseNormalization()"),
        (false, false) => None,
    };
    let featurewise = featurewise.then_some("keras.layers.Normalization(mean=MEAN, variance=VARIANCE)");
    samplewise.into_iter().chain(featurewise).map(String::from).collect()
}
