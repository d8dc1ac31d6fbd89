//! Asks a network about single pictures.

use burn::tensor::{Tensor, TensorData};
use serde::Serialize;

use crate::data::image;
use crate::device::read;
use crate::error::{Error, Result};
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
        if rgb.len() != size * size * 3 {
            return Err(Error::Dataset(format!(
                "A picture for this network is {size} x {size} RGB pixels, not {} bytes.",
                rgb.len()
            )));
        }
        leave_a_lost_gpu(self);
        let values = tabfit_kernels::values(rgb);
        let pixels = Tensor::<4>::from_data(TensorData::new(values, [1, size, size, 3]), &self.network.device);
        let probabilities = read(self.network.probabilities(pixels)).await?;
        let mut predictions: Vec<Prediction> = (self.class_names.iter().zip(probabilities))
            .map(|(name, probability)| Prediction { class_name: name.clone(), probability: f64::from(probability) })
            .collect();
        predictions.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Ok(predictions)
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
