//! Asks a network about pictures that have no label.

use burn::tensor::{Tensor, TensorData, activation};
use serde::Serialize;

use super::BATCH_SIZE;
use crate::data::{Dataset, image};
use crate::device::read;
use crate::error::{Error, Result};
use crate::training::parallel::Helpers;
use crate::training::state::{Model, leave_a_lost_gpu};

/// A class and its probability.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    /// The name of the class.
    pub class_name: String,
    /// 0 to 1; all classes sum to 1.
    pub probability: f64,
}

/// What a network says of a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Every class, the most probable first.
    pub predictions: Vec<Prediction>,
    /// How unlike the picture is to the training pictures: above 1, more than 95 % of the validation pictures. `None` where the
    /// network remembers no training pictures.
    pub unlike: Option<f32>,
}

/// Checks that these are the bytes of an RGB picture of this size.
pub(super) fn check_pixels(rgb: &[u8], size: usize) -> Result<()> {
    match rgb.len() == size * size * 3 {
        true => Ok(()),
        false => Err(Error::Dataset(format!(
            "A picture for this network is {size} x {size} RGB pixels, not {} bytes.",
            rgb.len()
        ))),
    }
}

impl Model {
    /// The probability of every class, the highest first.
    ///
    /// # Shapes
    /// - `rgb`: `[image_size, image_size, 3]`, RGB8
    ///
    /// # Errors
    ///
    /// The pixels are not of that shape, or the device failed.
    pub async fn predict(&mut self, rgb: &[u8]) -> Result<Vec<Prediction>> {
        let size = self.image_size();
        check_pixels(rgb, size)?;
        leave_a_lost_gpu(self);
        let values = tabfit_kernels::values(rgb);
        let pixels = Tensor::<4>::from_data(TensorData::new(values, [1, size, size, 3]), &self.network.device);
        let logits = self.network.logits(pixels);
        let probabilities = read(activation::softmax(self.scaled(logits), 1)).await?;
        Ok(self.predictions(&probabilities))
    }

    /// [`Self::predict`] for many pictures at once, divided among this thread and helpers on the CPU; and how unlike each is to
    /// the training pictures.
    ///
    /// # Shapes
    /// - `rgb`: `[pictures, image_size, image_size, 3]`, RGB8
    ///
    /// # Errors
    ///
    /// The pixels are not of that shape, or the device failed.
    pub async fn predict_many(&mut self, helpers: &mut impl Helpers, rgb: Vec<u8>) -> Result<Vec<Answer>> {
        let (size, classes) = (self.image_size(), self.class_names.len());
        let count = rgb.len() / (size * size * 3);
        if rgb.is_empty() {
            return Ok(Vec::new());
        }
        check_pixels(&rgb[count.saturating_sub(1) * size * size * 3..], size)?;
        let pictures = Dataset::unlabelled(rgb, self.class_names.clone(), size);
        let answers = self.answers(helpers, &pictures, BATCH_SIZE, &mut ()).await?;
        let unlike = self.unlike(helpers, &pictures, &mut ()).await?;
        let probabilities = answers.map(|(_, probabilities)| probabilities).unwrap_or_default();
        let rows = probabilities.chunks_exact(classes).enumerate();
        let answer = |(picture, row): (usize, &[f32])| Answer {
            predictions: self.predictions(row),
            unlike: unlike.as_ref().map(|unlike| unlike[picture]),
        };
        Ok(rows.map(answer).collect())
    }

    /// Logits divided by the temperature.
    pub(super) fn scaled(&self, logits: Tensor<2>) -> Tensor<2> {
        match self.measured.temperature {
            Some(temperature) => logits * (1.0 / temperature),
            None => logits,
        }
    }

    fn predictions(&self, probabilities: &[f32]) -> Vec<Prediction> {
        let mut predictions: Vec<Prediction> = (self.class_names.iter().zip(probabilities))
            .map(|(name, &probability)| Prediction { class_name: name.clone(), probability: f64::from(probability) })
            .collect();
        predictions.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        predictions
    }

    /// [`Self::predict`] for an encoded picture of any size.
    ///
    /// # Errors
    ///
    /// The file is not a readable picture, or the device failed.
    pub async fn predict_encoded(&mut self, bytes: &[u8]) -> Result<Vec<Prediction>> {
        let rgb =
            image::decode(bytes, self.image_size()).map_err(|reason| Error::Dataset(format!("This file {reason}.")))?;
        self.predict(&rgb).await
    }
}
