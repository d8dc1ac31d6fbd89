//! Grad-CAM (Selvaraju et al. 2017): which places of a picture speak for a class.

use burn::tensor::{Tensor, TensorData, activation};
use serde::Serialize;

use super::predict::check_pixels;
use crate::data::Input;
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::{Flow, Folds, Masks, Mode, Pass, Sequential, newly_recorded};
use crate::training::state::{Model, leave_a_lost_gpu};

/// Which places of a picture speak for a class.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GradCam {
    /// The class.
    pub class_name: String,
    /// The layer whose map it is: the last map of features.
    pub layer: String,
    /// The height of the map.
    pub rows: usize,
    /// Its width.
    pub columns: usize,
    /// From 0 to 1, where 1 speaks most for the class; all are 0 where no place speaks for it. `[rows, columns]`.
    #[serde(skip)]
    pub values: Vec<f32>,
    /// The probability of the class, 0 to 1.
    pub probability: f64,
}

impl Model {
    /// The places of a picture that speak for a class, or for the most probable one: each channel of the last map of features
    /// counts as much as the logit of the class grows with it on average, and what is below 0 is left out.
    ///
    /// # Shapes
    /// - `rgb`: `[image_size, image_size, 3]`, RGB8
    ///
    /// # Errors
    ///
    /// The pixels are not of that shape, no class has that name, the network has no map of features, or the device failed.
    pub async fn grad_cam(&mut self, rgb: &[u8], class_name: Option<&str>) -> Result<GradCam> {
        let size = self.image_size();
        check_pixels(rgb, size)?;
        let class = class_name.map(|name| self.class_named(name)).transpose()?;
        leave_a_lost_gpu(self);
        let data = TensorData::new(tabfit_kernels::values(rgb), [1, size, size, 3]);
        let picture = Tensor::<4>::from_data(data, &self.network.device);
        let Traced { map, recorded, logits, layer } = trace(&self.network, picture)?;
        let probabilities = read(activation::softmax(self.scaled(logits.clone().inner()), 1)).await?;
        let class = class.unwrap_or_else(|| tabfit_kernels::first_largest(&probabilities));
        let mut gradients = logits.narrow(1, class, 1).reshape([1]).backward();
        let [_, rows, columns, channels] = map.dims();
        let map = read(map).await?;
        let values = match recorded.grad_remove(&mut gradients) {
            Some(gradient) => weighted(&map, &read(gradient).await?, channels),
            None => vec![0.0; rows * columns], // no value of the map leads to the logits
        };
        let probability = f64::from(probabilities[class]);
        Ok(GradCam { class_name: self.class_names[class].clone(), layer, rows, columns, values, probability })
    }

    fn class_named(&self, name: &str) -> Result<usize> {
        self.class_names.iter().position(|own| own == name).ok_or_else(|| {
            let known = self.class_names.join(", ");
            Error::config("className", format!("is \"{name}\", which is none of {known}"))
        })
    }
}

/// A pass through a network whose second half is recorded.
struct Traced {
    /// The last map of features, `[1, rows, columns, channels]`.
    map: Tensor<4>,
    /// The same values, `[1, values]`, from which the recording begins.
    recorded: Tensor<2>,
    /// `[1, classes]`.
    logits: Tensor<2>,
    /// The layer that makes the map.
    layer: String,
}

fn trace(network: &Sequential, picture: Tensor<4>) -> Result<Traced> {
    let architecture = network.architecture.unfused();
    let layers = architecture.last_map().ok_or_else(|| {
        Error::config("layers", "have no convolution that makes a map of the places of a picture, which Grad-CAM needs")
    })?;
    let mut own = network.weights.clone();
    let mut run = |mut pass: Pass, layers: usize| {
        while pass.layers() < layers {
            pass.next_layer(
                &architecture,
                &network.weights,
                &mut Folds::default(),
                &mut own,
                &mut Masks::default(),
                Mode::Inference,
            );
        }
        pass.output()
    };
    let Flow::Image(map) = run(Pass::new(&architecture, picture.into()), layers) else {
        unreachable!("a map is an image")
    };
    let recorded = newly_recorded(map.clone().flatten(1, 3));
    let input = Input::Features { values: recorded.clone(), layers };
    let logits = run(Pass::new(&architecture, input), architecture.layers.len()).vector();
    Ok(Traced { map, recorded, logits, layer: architecture.layers[layers - 1].name.clone() })
}

/// The map of Grad-CAM, divided by its largest value.
///
/// # Shapes
/// - `map` and `gradient`: `[places, channels]`
/// - returns `[places]`
fn weighted(map: &[f32], gradient: &[f32], channels: usize) -> Vec<f32> {
    let mut weights = vec![0.0f32; channels];
    for place in gradient.chunks_exact(channels) {
        weights.iter_mut().zip(place).for_each(|(weight, gradient)| *weight += gradient);
    }
    let sums =
        map.chunks_exact(channels).map(|place| place.iter().zip(&weights).map(|(a, b)| a * b).sum::<f32>().max(0.0));
    let sums: Vec<f32> = sums.collect();
    let largest = sums.iter().copied().fold(0.0, f32::max);
    let share = |sum: f32| if largest > 0.0 && largest.is_finite() { sum / largest } else { 0.0 };
    sums.into_iter().map(share).collect()
}
