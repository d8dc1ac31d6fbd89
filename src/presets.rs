//! Networks to start from.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    layer::ModelConfig,
};

/// A network by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Preset {
    /// What [`Preset::config`] and the command line take.
    pub name: &'static str,
    /// A few words for a list.
    pub label: &'static str,
    /// What it is good for.
    pub description: &'static str,
}

/// Every preset; the first one is the default.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "small",
        label: "Small and fast",
        description: "Three convolutions and a small head: a good first network, quick on any laptop.",
    },
    Preset {
        name: "bench",
        label: "Larger",
        description: "Four convolutions and a wide head: more accurate, several times slower.",
    },
    Preset {
        name: "tutorial4",
        label: "Tutorial, four classes",
        description: "The brain-tumour tutorial's script: raw pixels, batch normalization, dropout; made for 150 x 150.",
    },
    Preset {
        name: "tutorial3",
        label: "Tutorial, three classes",
        description: "The tutorial's notebook: 2 x 2 kernels and a very wide head; 45 million weights at 150 x 150.",
    },
];

impl Preset {
    /// The preset of that name.
    ///
    /// # Errors
    ///
    /// There is none; the sentence lists those there are.
    pub fn named(name: &str) -> Result<Self> {
        PRESETS.into_iter().find(|preset| preset.name == name).ok_or_else(|| {
            let names = PRESETS.map(|preset| preset.name).join(", ");
            Error::config("model", format!("is one of {names}, not \"{name}\""))
        })
    }

    /// The preset written out for this picture size and number of classes.
    #[must_use]
    pub fn config(self, image_size: usize, classes: usize) -> ModelConfig {
        let rescaling = json!({"type": "Rescaling", "scale": 1.0 / 255.0});
        let conv = |filters: usize, kernel: usize, activation: &str| json!({"type": "Conv2D", "filters": filters, "kernelSize": kernel, "padding": "same", "activation": activation});
        let (pool, norm, flatten) =
            (json!({"type": "MaxPooling2D"}), json!({"type": "BatchNormalization"}), json!({"type": "Flatten"}));
        let dropout = |rate: f64| json!({"type": "Dropout", "rate": rate});
        let dense = |units: usize| json!({"type": "Dense", "units": units, "activation": "relu"});
        let head = json!({"type": "Dense", "units": classes, "activation": "softmax"});
        let (pool, norm) = (|| pool.clone(), || norm.clone());
        let layers: Vec<Value> = match self.name {
            "bench" => vec![
                rescaling,
                conv(32, 3, "relu"),
                conv(32, 3, "relu"),
                pool(),
                conv(64, 3, "relu"),
                pool(),
                conv(128, 3, "relu"),
                pool(),
                flatten,
                dense(256),
                dropout(0.3),
                head,
            ],
            "tutorial4" => vec![
                conv(32, 3, "linear"),
                conv(32, 3, "relu"),
                norm(),
                pool(),
                conv(64, 3, "relu"),
                pool(),
                dropout(0.25),
                conv(64, 3, "relu"),
                pool(),
                dropout(0.25),
                flatten,
                dense(512),
                head,
            ],
            "tutorial3" => vec![
                conv(32, 2, "linear"),
                conv(32, 2, "relu"),
                norm(),
                pool(),
                dropout(0.25),
                conv(64, 2, "relu"),
                conv(64, 2, "relu"),
                norm(),
                pool(),
                dropout(0.25),
                flatten,
                dense(512),
                dropout(0.5),
                head,
            ],
            _ => vec![
                rescaling,
                conv(16, 3, "relu"),
                pool(),
                conv(32, 3, "relu"),
                pool(),
                conv(64, 3, "relu"),
                pool(),
                flatten,
                dropout(0.2),
                dense(64),
                head,
            ],
        };
        let layers = serde_json::from_value(Value::Array(layers)).expect("presets are well-formed layers");
        ModelConfig { image_size, layers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;

    fn parameters(name: &str, size: usize, classes: usize) -> usize {
        let config = Preset::named(name).unwrap().config(size, classes);
        Architecture::new(config, classes).unwrap().summary().parameters
    }

    /// `tutorial3` as its notebook printed it; `bench` as Keras counts the yardstick's network.
    #[test]
    fn presets_have_the_parameters_keras_counts() {
        assert_eq!(parameters("tutorial3", 150, 3), 44_891_075);
        assert_eq!(parameters("tutorial4", 150, 4), 10_685_092);
        assert_eq!(parameters("bench", 64, 4), 2_200_932);
    }

    #[test]
    fn typescript_knows_every_preset() {
        let types = include_str!("web/types.d.ts");
        let names = PRESETS.map(|preset| format!("{:?}", preset.name)).join(" | ");
        assert!(types.contains(&format!("type PresetName = {names};")), "{names}");
    }

    #[test]
    fn every_preset_fits_small_pictures() {
        for preset in PRESETS {
            assert!(Architecture::new(preset.config(16, 2), 2).is_ok(), "{}", preset.name);
        }
        assert!(Preset::named("resnet").unwrap_err().to_string().contains("small, bench"));
    }
}
