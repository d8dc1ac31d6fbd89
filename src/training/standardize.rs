//! Puts the layers into a network that standardize pictures as Keras's `ImageDataGenerator` does.

use crate::data::{Augment, Dataset};
use crate::error::Result;
use crate::network::{Architecture, LayerConfig, layers::Normalization, layers::SamplewiseNormalization};
use crate::training::state::Model;

/// Adds the layers that `augment` asks for, in front but after a Rescaling that the network begins with: Keras's generator
/// rescales before it standardizes. A layer that is there already stays, with its statistics.
///
/// The statistics are those of the training pictures before any random change, as Keras's `fit` of a generator has them.
///
/// # Errors
///
/// The network cannot hold the layers.
pub(super) fn standardize(model: &mut Model, augment: &Augment, training: &Dataset) -> Result<()> {
    let old = &model.network.architecture;
    let mut config = old.config().clone();
    let rescaling = match config.layers.first() {
        Some(LayerConfig::Rescaling(rescaling)) => Some(rescaling.clone()),
        _ => None,
    };
    let mut at = usize::from(rescaling.is_some());
    if augment.samplewise_center || augment.samplewise_std_normalization {
        if !matches!(config.layers.get(at), Some(LayerConfig::SamplewiseNormalization(_))) {
            let layer = SamplewiseNormalization { std: augment.samplewise_std_normalization, name: None };
            config.layers.insert(at, LayerConfig::SamplewiseNormalization(layer));
        }
        at += 1;
    }
    let featurewise = augment.featurewise_center || augment.featurewise_std_normalization;
    if featurewise && !matches!(config.layers.get(at), Some(LayerConfig::Normalization(_))) {
        let (scale, offset) = rescaling.map_or((1.0, 0.0), |rescaling| (rescaling.scale, rescaling.offset));
        let [mean, deviation] = training.channel_statistics();
        let variance = |deviation: f64| match augment.featurewise_std_normalization {
            true => (deviation * scale.abs() + 1e-6).powi(2),
            false => 1.0,
        };
        let layer = Normalization {
            mean: mean.map(|mean| mean * scale + offset).to_vec(),
            variance: deviation.map(variance).to_vec(),
            name: None,
        };
        config.layers.insert(at, LayerConfig::Normalization(layer));
    }
    if config != *old.config() {
        model.network.architecture = Architecture::new(config, old.classes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor, TensorData};
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::{DeviceKind, Seed};

    #[derive(Deserialize)]
    struct Recorded {
        size: usize,
        picture: Vec<u8>,
        standardized: Vec<Standardized>,
    }

    #[derive(Deserialize)]
    struct Standardized {
        augment: Augment,
        rescale: f64,
        pixels: Vec<f32>,
    }

    fn recorded() -> Recorded {
        serde_json::from_str(include_str!("../../tests/keras/augment.json")).unwrap()
    }

    /// A network with a class for each value of the picture, whose logits are those values.
    async fn identity(front: Value, size: usize) -> Model {
        let values = size * size * 3;
        let dense = json!([{"type": "Flatten"}, {"type": "Dense", "units": values, "activation": "softmax"}]);
        let layers = [front.as_array().unwrap().clone(), dense.as_array().unwrap().clone()].concat();
        let config = serde_json::from_value(json!({"imageSize": size, "layers": layers})).unwrap();
        let names = (0..values).map(|value| value.to_string()).collect();
        let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap();
        let eye = (0..values * values).map(|at| f32::from(u8::from(at % (values + 1) == 0))).collect::<Vec<_>>();
        model.network.weights[0] = Tensor::from_data(TensorData::new(eye, [values * values]), &Device::flex());
        model
    }

    async fn logits(model: &mut Model, pixels: &[u8]) -> Vec<f32> {
        let size = model.image_size();
        let values: Vec<f32> = pixels.iter().map(|&value| f32::from(value)).collect();
        let images = Tensor::from_data(TensorData::new(values, [1, size, size, 3]), &Device::flex());
        model.network.logits(images).into_data_async().await.unwrap().iter().collect()
    }

    #[pollster::test]
    async fn pictures_are_standardized_as_by_keras_before_and_after_a_rescaling() {
        let Recorded { size, picture, standardized } = recorded();
        let names = vec!["a".into(), "b".into()];
        let training = Dataset::from_arrays(picture.clone(), vec![0], names, size).unwrap();
        assert_eq!(standardized.len(), 10);
        for Standardized { augment, rescale, pixels } in standardized {
            let front = if (rescale - 1.0_f64).abs() < f64::EPSILON {
                json!([])
            } else {
                json!([{"type": "Rescaling", "scale": rescale}])
            };
            let mut model = identity(front, size).await;
            standardize(&mut model, &augment, &training).unwrap();
            for (actual, expected) in logits(&mut model, &picture).await.iter().zip(&pixels) {
                assert!((actual - expected).abs() < 1e-4 * (1.0 + expected.abs()), "{augment:?}: {actual} {expected}");
            }
            let layers = model.architecture().config().clone();
            let names = vec!["a".into(), "b".into()];
            let other = Dataset::from_arrays(vec![9; picture.len()], vec![0], names, size).unwrap();
            standardize(&mut model, &augment, &other).unwrap();
            assert_eq!(*model.architecture().config(), layers, "a second fit changed the statistics");
        }
    }
}
