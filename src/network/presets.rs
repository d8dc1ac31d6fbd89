//! Ready-made networks.

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::network::{ModelConfig, efficientnet_lite};

/// A ready-made network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// The name for [`Preset::named`] and the command line.
    pub name: &'static str,
    /// A few words for a list.
    pub label: &'static str,
    /// What it is good for.
    pub description: &'static str,
    /// Where its weights come along, the height and width, in pixels, of the pictures that suit them best; its body is
    /// frozen. `None` where all weights start at random.
    pub pretrained_size: Option<usize>,
}

/// Every preset; the first one is the default.
pub const PRESETS: [Preset; 7] = [
    Preset {
        name: "small",
        label: "Small and fast",
        description: "Three convolutions and a small head: a good first network, quick on any laptop.",
        pretrained_size: None,
    },
    Preset {
        name: "bench",
        label: "Larger",
        description: "Four convolutions and a wide head: more accurate, several times slower.",
        pretrained_size: None,
    },
    Preset {
        name: "resnet",
        label: "ResNet",
        description: "Six residual blocks with batch normalization: deep, yet few weights; for 32 to 150 pixels.",
        pretrained_size: None,
    },
    Preset {
        name: "mobilenet",
        label: "MobileNet",
        description: "Depthwise and pointwise convolutions in turn: the fewest multiplications for its depth.",
        pretrained_size: None,
    },
    Preset {
        name: "tutorial4",
        label: "Tutorial, four classes",
        description: "The brain-tumour tutorial's script: raw pixels, batch normalization, dropout; made for 150 x 150.",
        pretrained_size: None,
    },
    Preset {
        name: "tutorial3",
        label: "Tutorial, three classes",
        description: "The tutorial's notebook: 2 x 2 kernels and a very wide head; 45 million weights at 150 x 150.",
        pretrained_size: None,
    },
    Preset {
        name: "efficientnet-lite0",
        label: "A network that knows ImageNet",
        description: "EfficientNet-Lite0 has learnt from 1.3 million photographs. Its body stays as it is, and only a new last layer learns: the best choice for few pictures. It was trained at 224 x 224; 160 x 160 takes half the work, and was as accurate on the brain MRIs of our tests.",
        pretrained_size: Some(160),
    },
];

impl Preset {
    /// The preset of that name.
    ///
    /// # Errors
    ///
    /// There is none; the sentence lists all presets.
    pub fn named(name: &str) -> Result<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name).ok_or_else(|| {
            let names = PRESETS.map(|preset| preset.name).join(", ");
            Error::config("model", format!("is one of {names}, not \"{name}\""))
        })
    }

    /// Whether it has learnt before: its weights come along in a file.
    #[must_use]
    pub fn is_pretrained(self) -> bool {
        self.pretrained_size.is_some()
    }

    /// The preset written out for this picture size and number of classes.
    #[must_use]
    pub fn config(self, image_size: usize, classes: usize) -> ModelConfig {
        // The first layer halves large pictures, so that a step stays affordable.
        let stem = if image_size < 64 { 1 } else { 2 };
        let mut layers = match self.name {
            "bench" => bench(),
            "resnet" => resnet(stem),
            "mobilenet" => mobilenet(stem),
            "tutorial4" => tutorial4(),
            "tutorial3" => tutorial3(),
            "efficientnet-lite0" => efficientnet_lite::body(),
            _ => small(),
        };
        layers.push(json!({"type": "Dense", "units": classes, "activation": "softmax"}));
        let layers = serde_json::from_value(Value::Array(layers)).expect("presets are well-formed layers");
        ModelConfig { image_size, layers }
    }
}

fn small() -> Vec<Value> {
    let convolutions = [16, 32, 64].into_iter().flat_map(|filters| [conv(filters, 3, "relu"), pool()]);
    [rescaling()].into_iter().chain(convolutions).chain([flatten(), dropout(0.2), dense(64)]).collect()
}

fn bench() -> Vec<Value> {
    let conv = |filters| conv(filters, 3, "relu");
    let features = [rescaling(), conv(32), conv(32), pool(), conv(64), pool(), conv(128), pool()];
    features.into_iter().chain([flatten(), dense(256), dropout(0.3)]).collect()
}

fn tutorial4() -> Vec<Value> {
    let conv = |activation| conv(32, 3, activation);
    let wide = || self::conv(64, 3, "relu");
    let first = [conv("linear"), conv("relu"), norm(), pool()];
    let second = [wide(), pool(), dropout(0.25), wide(), pool(), dropout(0.25)];
    first.into_iter().chain(second).chain([flatten(), dense(512)]).collect()
}

fn tutorial3() -> Vec<Value> {
    let block = |filters, first| [conv(filters, 2, first), conv(filters, 2, "relu"), norm(), pool(), dropout(0.25)];
    let features = block(32, "linear").into_iter().chain(block(64, "relu"));
    features.chain([flatten(), dense(512), dropout(0.5)]).collect()
}

/// He et al. 2015 for small pictures (their section 4.2), with two blocks in each of three stages.
fn resnet(stem: usize) -> Vec<Value> {
    let relu = || json!({"type": "ReLU"});
    let conv = |filters: usize, size: usize, strides: usize| {
        json!({
            "type": "Conv2D", "filters": filters, "kernelSize": size, "strides": strides, "padding": "same",
            "useBias": false, "kernelInitializer": "he_normal"
        })
    };
    let block = |filters: usize, strides: usize| {
        let body = [conv(filters, 3, strides), fast_norm(), relu(), conv(filters, 3, 1), fast_norm()];
        let projection = [conv(filters, 1, strides), fast_norm()];
        let shortcut = if strides == 1 { &[][..] } else { &projection };
        [json!({"type": "Residual", "layers": body, "shortcut": shortcut}), relu()]
    };
    let blocks = [(16, 1), (16, 1), (32, 2), (32, 1), (64, 2), (64, 1)];
    let features = [rescaling(), conv(16, 3, stem), fast_norm(), relu()];
    let blocks = blocks.into_iter().flat_map(|(filters, strides)| block(filters, strides));
    features.into_iter().chain(blocks).chain([mean()]).collect()
}

/// Howard et al. 2017 for small pictures.
fn mobilenet(stem: usize) -> Vec<Value> {
    let relu6 = || json!({"type": "ReLU", "maxValue": 6.0});
    let conv = |filters: usize, size: usize, strides: usize| {
        json!({
            "type": "Conv2D", "filters": filters, "kernelSize": size, "strides": strides, "padding": "same",
            "useBias": false
        })
    };
    let depthwise = |strides: usize| json!({"type": "DepthwiseConv2D", "kernelSize": 3, "strides": strides, "padding": "same", "useBias": false});
    let block = |filters: usize, strides: usize| {
        [depthwise(strides), fast_norm(), relu6(), conv(filters, 1, 1), fast_norm(), relu6()]
    };
    let blocks = [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2)];
    let features = [rescaling(), conv(16, 3, stem), fast_norm(), relu6()];
    let blocks = blocks.into_iter().flat_map(|(filters, strides)| block(filters, strides));
    features.into_iter().chain(blocks).chain([mean(), dropout(0.2)]).collect()
}

fn rescaling() -> Value {
    json!({"type": "Rescaling", "scale": 1.0 / 255.0})
}

fn conv(filters: usize, size: usize, activation: &str) -> Value {
    json!({"type": "Conv2D", "filters": filters, "kernelSize": size, "padding": "same", "activation": activation})
}

fn norm() -> Value {
    json!({"type": "BatchNormalization"})
}

/// With momentum 0.9, the moving statistics settle within one epoch of a small folder; Keras's 0.99 takes several.
fn fast_norm() -> Value {
    json!({"type": "BatchNormalization", "momentum": 0.9})
}

fn pool() -> Value {
    json!({"type": "MaxPooling2D"})
}

fn mean() -> Value {
    json!({"type": "GlobalAveragePooling2D"})
}

fn flatten() -> Value {
    json!({"type": "Flatten"})
}

fn dropout(rate: f64) -> Value {
    json!({"type": "Dropout", "rate": rate})
}

fn dense(units: usize) -> Value {
    json!({"type": "Dense", "units": units, "activation": "relu"})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Architecture;

    /// All parameters, and those that are trained.
    fn parameters(name: &str, size: usize, classes: usize) -> (usize, usize) {
        let config = Preset::named(name).unwrap().config(size, classes);
        let summary = Architecture::new(config, classes).unwrap().summary();
        (summary.parameters, summary.trainable)
    }

    /// `tutorial3` as its notebook printed it; the others as Keras 3.15 counts them in the network that
    /// `tests/keras/network.py` builds from the preset.
    #[test]
    fn presets_have_the_parameters_keras_counts() {
        assert_eq!(parameters("tutorial3", 150, 3), (44_891_075, 44_890_883));
        assert_eq!(parameters("tutorial4", 150, 4), (10_685_092, 10_685_028));
        assert_eq!(parameters("bench", 64, 4), (2_200_932, 2_200_932));
        assert_eq!(parameters("resnet", 64, 4), (175_988, 174_868));
        assert_eq!(parameters("mobilenet", 64, 4), (73_828, 71_588));
        assert_eq!(parameters("efficientnet-lite0", 160, 4), (3_413_024 + 1281 * 4, 1281 * 4));
    }

    #[test]
    fn every_preset_fits_small_and_large_pictures() {
        for preset in PRESETS {
            for size in [16, 63, 64, 150] {
                assert!(Architecture::new(preset.config(size, 2), 2).is_ok(), "{} at {size}", preset.name);
            }
        }
        assert!(Preset::named("vgg").unwrap_err().to_string().contains("small, bench"));
    }
}
