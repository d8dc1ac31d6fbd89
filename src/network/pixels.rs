//! What a network was trained to take for pixels, which most files do not say, as a layer in front of it.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::network::layers::{Normalization, Rescaling};
use crate::network::{Architecture, LayerConfig, grey};

/// The pixels that a network expects; "torch" and "caffe" are those of `preprocess_input` in `keras.applications`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pixels {
    /// As they are in a picture, from 0 to 255.
    #[serde(rename = "0..255")]
    Bytes,
    /// Divided by 255.
    #[serde(rename = "0..1")]
    Unit,
    /// Divided by 127.5, less 1: `keras.applications` calls it `tf`.
    #[serde(rename = "-1..1")]
    Symmetric,
    /// Divided by 255, less ImageNet's mean, divided by its standard deviation, as torchvision's networks take them.
    #[serde(rename = "torch")]
    Torch,
    /// Blue first, less ImageNet's mean, as the networks of Caffe and Keras's `ResNet50` and `VGG16` take them.
    #[serde(rename = "caffe")]
    Caffe,
    /// Less 127, divided by 128, as EfficientNet-Lite takes them.
    #[serde(rename = "lite")]
    Lite,
}

/// All of them, the most frequent first.
pub const PIXELS: [Pixels; 6] =
    [Pixels::Symmetric, Pixels::Unit, Pixels::Torch, Pixels::Caffe, Pixels::Lite, Pixels::Bytes];

/// The name of the layer.
const NAME: &str = "pixels";
/// ImageNet's mean and standard deviation of red, green and blue from 0 to 1, as torchvision has them.
const MEAN: [f64; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f64; 3] = [0.229, 0.224, 0.225];
/// The mean of blue, green and red from 0 to 255, as Caffe's networks have it.
const CAFFE_MEAN: [f32; 3] = [103.939, 116.779, 123.68];

/// Names of layers by which the bodies that many people have are known, and what they were trained on. The first network all
/// of whose names are there is the one.
const BODIES: [(&[&str], Pixels); 13] = [
    // keras.applications
    (&["conv_dw_1", "conv_pw_13"], Pixels::Symmetric), // MobileNet
    (&["block_1_expand", "block_16_project"], Pixels::Symmetric), // MobileNetV2
    (&["conv2_block1_preact_bn", "post_bn"], Pixels::Symmetric), // ResNet50V2, 101V2, 152V2
    (&["conv2_block1_1_conv", "conv5_block3_3_conv"], Pixels::Caffe), // ResNet50, 101, 152
    (&["block2_sepconv1", "block14_sepconv2"], Pixels::Symmetric), // Xception
    (&["mixed0", "mixed10"], Pixels::Symmetric),       // InceptionV3
    (&["block1_conv1", "block5_conv3"], Pixels::Caffe), // VGG16, VGG19
    (&["conv2_block1_concat", "pool4_conv"], Pixels::Torch), // DenseNet
    // Keras's names of EfficientNet: the others of that name have squeeze-and-excite, and cannot be opened here
    (&["stem_conv", "block7a_project_conv", "top_conv"], Pixels::Lite),
    // torchvision, from ONNX
    (&["layer1.0.conv1", "layer4.1.conv2"], Pixels::Torch), // ResNet
    (&["features.0.0", "features.17.conv.2"], Pixels::Torch), // MobileNetV2
    (&["features.0", "features.28", "classifier.6"], Pixels::Torch), // VGG16
    (&["features.denseblock1.denselayer1.conv1", "features.norm5"], Pixels::Torch), // DenseNet
];

impl Pixels {
    /// The layer that makes them of pixels from 0 to 255, and its weights. Where it changes nothing, it says that this is known.
    fn layer(self) -> (LayerConfig, Vec<Vec<f32>>) {
        let name = Some(NAME.to_string());
        let rescaling = |scale, offset, name| LayerConfig::Rescaling(Rescaling { scale, offset, name });
        match self {
            Self::Bytes => (rescaling(1.0, 0.0, name), Vec::new()),
            Self::Unit => (rescaling(1.0 / 255.0, 0.0, name), Vec::new()),
            Self::Symmetric => (rescaling(1.0 / 127.5, -1.0, name), Vec::new()),
            Self::Lite => (rescaling(1.0 / 128.0, -127.0 / 128.0, name), Vec::new()),
            Self::Torch => {
                let mean = MEAN.map(|mean| mean * 255.0).to_vec();
                let variance = DEVIATION.map(|deviation| (deviation * 255.0).powi(2)).to_vec();
                (LayerConfig::Normalization(Normalization { mean, variance, name }), Vec::new())
            }
            Self::Caffe => {
                // A frozen convolution of single pixels turns the channels round and subtracts the mean.
                let layer = grey::mixture(3, true, name);
                let turned = vec![0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0];
                (LayerConfig::Conv2D(layer), vec![turned, CAFFE_MEAN.map(|mean| -mean).to_vec()])
            }
        }
    }

    /// The weights of its layer, flat.
    pub(crate) fn weights(self) -> Vec<Vec<f32>> {
        self.layer().1
    }
}

impl Architecture {
    /// What the layer in front makes of the pixels, if `with_pixels` put one there.
    #[must_use]
    pub fn told_pixels(&self) -> Option<Pixels> {
        let first = self.config().layers.first()?;
        PIXELS.into_iter().find(|pixels| pixels.layer().0 == *first)
    }

    /// What the network makes of the pixels first: what it was told to, or nothing; `None` if it begins with another layer
    /// that scales them.
    #[must_use]
    pub fn pixels(&self) -> Option<Pixels> {
        // What makes grey of them does not scale them.
        let own = self.config().layers.iter().find(|layer| !grey::is(layer));
        self.told_pixels().or(match own {
            Some(
                LayerConfig::Rescaling(_) | LayerConfig::Normalization(_) | LayerConfig::SamplewiseNormalization(_),
            ) => None,
            _ => Some(Pixels::Bytes),
        })
    }

    /// What the network was trained on, if it is one of the bodies that are known by the names of their layers.
    #[must_use]
    pub fn known_pixels(&self) -> Option<Pixels> {
        // A body that is a part of another program has that one's names before its own.
        let is = |layer: &str, name: &str| {
            layer.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        let has = |name: &&str| self.layers.iter().any(|layer| is(&layer.name, name));
        BODIES.iter().find(|(names, _)| names.iter().all(has)).map(|(_, pixels)| *pixels)
    }

    /// The layers that were put in front of the network here, for its pixels and for pictures that are grey: the name and the
    /// values of each of their weights.
    pub(crate) fn in_front(&self) -> Vec<Vec<(String, Vec<f32>)>> {
        let told = self.told_pixels().map(Pixels::weights);
        let next = self.layers.get(usize::from(told.is_some()));
        let grey = next.filter(|layer| grey::is(&layer.config)).map(|_| vec![grey::kernel()]);
        let fronts = told.into_iter().chain(grey).zip(&self.layers);
        fronts
            .map(|(values, layer)| layer.weights.iter().map(|weight| weight.name.clone()).zip(values).collect())
            .collect()
    }

    /// The same network for other pixels: a layer in front makes them, in the place of one that was put there before; with
    /// `None` there is no such layer. Returns how many weights the one before had.
    ///
    /// # Errors
    ///
    /// A layer of the network has the name of the new one.
    pub(crate) fn with_pixels(&self, pixels: Option<Pixels>) -> Result<(Self, usize)> {
        let mut config = self.config().clone();
        let mut weights = 0;
        if self.told_pixels().is_some() {
            weights = self.layers[0].weights.len();
            config.layers.remove(0);
        }
        config.layers.splice(..0, pixels.map(|pixels| pixels.layer().0));
        Ok((Self::new(config, self.classes())?, weights))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn network(front: &Value) -> Architecture {
        let tail = json!([{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        let layers = [front.as_array().unwrap().clone(), tail.as_array().unwrap().clone()].concat();
        Architecture::new(serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap(), 2).unwrap()
    }

    #[test]
    fn a_choice_takes_the_place_of_the_one_before_and_no_other_layer() {
        let plain = network(&json!([{"type": "Conv2D", "filters": 2, "kernelSize": 3, "name": "first"}]));
        assert_eq!((plain.pixels(), plain.told_pixels()), (Some(Pixels::Bytes), None));
        let mut changed = plain.clone();
        for pixels in PIXELS.into_iter().chain(PIXELS) {
            let before =
                changed.layers.iter().take_while(|layer| layer.name != "first").map(|layer| layer.weights.len());
            let (next, weights) = changed.with_pixels(Some(pixels)).unwrap();
            assert_eq!(weights, before.sum::<usize>());
            changed = next;
            assert_eq!((changed.pixels(), changed.told_pixels()), (Some(pixels), Some(pixels)));
            assert_eq!(changed.layers.len(), plain.layers.len() + 1);
            let weights = changed.layers[0].weights.iter().zip(pixels.weights());
            assert!(pixels.weights().is_empty() || weights.clone().count() == 2);
            for (spec, values) in weights {
                assert_eq!((spec.len(), spec.trainable), (values.len(), false));
            }
        }
        assert_eq!(changed.with_pixels(None).unwrap().0.config(), plain.config());
        let own = network(&json!([{"type": "Rescaling", "scale": 0.5}]));
        assert_eq!(own.pixels(), None);
        assert_eq!(own.with_pixels(Some(Pixels::Unit)).unwrap().0.layers.len(), own.layers.len() + 1);
    }

    #[test]
    fn what_makes_grey_does_not_scale() {
        let front = |more: &Value| {
            let grey = serde_json::to_value(grey::layer("luma".into())).unwrap();
            network(&[json!([grey]).as_array().unwrap().clone(), more.as_array().unwrap().clone()].concat().into())
        };
        let plain = front(&json!([]));
        assert_eq!(plain.pixels(), Some(Pixels::Bytes));
        assert_eq!(front(&json!([{"type": "Rescaling", "scale": 0.5}])).pixels(), None);
        let told = plain.with_pixels(Some(Pixels::Caffe)).unwrap().0;
        assert_eq!(told.pixels(), Some(Pixels::Caffe));
        assert_eq!(told.with_pixels(None).unwrap().0.config(), plain.config());
    }

    #[test]
    fn bodies_are_known_by_their_layers() {
        let layers = |names: &[&str]| -> Value {
            names.iter().map(|name| json!({"type": "Activation", "activation": "relu", "name": name})).collect()
        };
        for (names, pixels) in BODIES {
            assert_eq!(network(&layers(names)).known_pixels(), Some(pixels), "{names:?}");
            assert_eq!(network(&layers(&names[1..])).known_pixels(), None, "{names:?}");
        }
    }
}
