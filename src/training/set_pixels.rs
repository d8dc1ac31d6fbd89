//! Puts a layer in front of a network that makes the pixels which it was trained on.

use burn::tensor::Tensor;

use crate::error::Result;
use crate::network::{Pixels, Sequential, on_device};
use crate::optimizers::Optimizer;
use crate::training::state::{Measured, Model, leave_a_lost_gpu};

impl Model {
    /// Tells what pixels the network was trained on. A layer in front makes them from pixels of 0 to 255, and goes with the
    /// network into every file; a second call replaces it, and with `None` it is taken away. The optimizer starts anew with
    /// the same settings.
    ///
    /// # Errors
    ///
    /// A layer of the network has the name of the new one, `pixels`; nothing is changed then.
    pub fn set_pixels(&mut self, pixels: Option<Pixels>) -> Result<()> {
        leave_a_lost_gpu(self);
        let (architecture, replaced) = self.architecture().with_pixels(pixels)?;
        let values = pixels.map(Pixels::weights).unwrap_or_default();
        let device = self.network.device.clone();
        let kept = self.network.weights.iter().skip(replaced).cloned();
        let weights: Vec<Tensor<1>> =
            values.iter().map(|value| on_device(value.clone(), &device)).chain(kept).collect();
        self.optimizer = Optimizer::new(self.optimizer.config.clone(), weights.len())?;
        let host_copy = self
            .network
            .host_copy
            .take()
            .map(|copy| values.iter().chain(copy.iter().skip(replaced)).cloned().collect::<Vec<_>>().into());
        self.network = Sequential { architecture, weights, device, host_copy };
        (self.gpu_is_right, self.measured) = (false, Measured::default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;
    use serde_json::json;

    use super::*;
    use crate::device::DeviceKind;
    use crate::network::pixels::PIXELS;
    use crate::seed::Seed;

    /// A network of three classes whose logits are the channels of a single grey-free pixel.
    #[pollster::test]
    async fn the_network_gets_the_pixels_that_were_told() {
        let layers =
            json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 3, "activation": "softmax"}]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let names = ["r", "g", "b"].map(String::from).to_vec();
        let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap();
        let eye = vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        model.network.weights[0] = Tensor::from_data(TensorData::new(eye, [9]), &model.network.device);
        let expected = |pixels| match pixels {
            Pixels::Bytes => [51.0, 102.0, 204.0],
            Pixels::Unit => [0.2, 0.4, 0.8],
            Pixels::Lite => [-76.0 / 128.0, -25.0 / 128.0, 77.0 / 128.0],
            Pixels::Symmetric => [-0.6, -0.2, 0.6],
            Pixels::Torch => [(0.2 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0.8 - 0.406) / 0.225],
            Pixels::Caffe => [204.0 - 103.939, 102.0 - 116.779, 51.0 - 123.68],
        };
        for pixels in PIXELS.into_iter().chain(PIXELS) {
            model.set_pixels(Some(pixels)).unwrap();
            let values = [51.0f32, 102.0, 204.0].repeat(64);
            let images = Tensor::from_data(TensorData::new(values, [1, 8, 8, 3]), &model.network.device);
            let logits: Vec<f32> = model.network.logits(images).into_data_async().await.unwrap().iter().collect();
            for (actual, expected) in logits.iter().zip(expected(pixels)) {
                assert!((actual - expected).abs() < 1e-4 * (1.0 + f32::abs(expected)), "{pixels:?}: {logits:?}");
            }
            let file = model.save().await.unwrap();
            assert_eq!(Model::load(&file, DeviceKind::Cpu).await.unwrap().architecture().told_pixels(), Some(pixels));
        }
    }
}
