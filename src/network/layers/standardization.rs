//! Layers that bring values to a mean of 0 and a standard deviation of 1, with statistics that no step changes.

use burn::tensor::{Device, Tensor, TensorData};

use super::kind::{Forward, LayerKind, layer_arguments};
use crate::network::{Flow, ForwardContext, Shape};

layer_arguments! {
    /// `(x - mean) / sqrt(variance)` of each channel: Keras's layer with its two arguments given.
    Normalization {
        pub mean: Vec<f64>,
        pub variance: Vec<f64>,
    }

    /// Subtracts from each picture the mean of all its values and, with `std`, divides by their standard deviation plus
    /// 1e-6: `samplewise_center` and `samplewise_std_normalization` of Keras's `ImageDataGenerator`.
    SamplewiseNormalization { #[serde(default)] pub std: bool, }
}

/// Keras divides by no smaller number.
const SMALLEST: f64 = 1e-7;

impl Normalization {
    /// The factor and the offset of each channel.
    pub(crate) fn factors(&self) -> [Vec<f32>; 2] {
        let scales: Vec<f64> = self.variance.iter().map(|variance| 1.0 / variance.sqrt().max(SMALLEST)).collect();
        let offsets = self.mean.iter().zip(&scales).map(|(mean, scale)| (-mean * scale) as f32);
        [scales.iter().map(|&scale| scale as f32).collect(), offsets.collect()]
    }
}

impl LayerKind for Normalization {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        let [.., channels] = input.image()?;
        let finite = self.mean.iter().chain(&self.variance).all(|value| value.is_finite() && value.abs() < 1e12);
        if self.mean.len() != channels || self.variance.len() != channels || !finite {
            return Err(format!("needs a finite mean and variance for each of {channels} channels"));
        }
        match self.variance.iter().all(|&variance| variance >= 0.0) {
            true => Ok(input),
            false => Err("needs variances of 0 or more".into()),
        }
    }
}

impl Forward for Normalization {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let x = x.image();
        let channels = |values: Vec<f32>, device: &Device| {
            let length = values.len();
            Tensor::<4>::from_data(TensorData::new(values, [1, 1, 1, length]), device)
        };
        let (device, [scales, offsets]) = (x.device(), self.factors());
        Flow::Image(x * channels(scales, &device) + channels(offsets, &device))
    }
}

impl LayerKind for SamplewiseNormalization {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        input.image().map(|_| input)
    }
}

impl Forward for SamplewiseNormalization {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let x = x.image();
        let shape = x.dims();
        let x: Tensor<2> = x.flatten(1, 3);
        let centred = x.clone() - x.mean_dim(1);
        let y = match self.std {
            true => centred.clone() / ((centred.clone() * centred).mean_dim(1).sqrt() + 1e-6),
            false => centred,
        };
        Flow::Image(y.reshape(shape))
    }
}
