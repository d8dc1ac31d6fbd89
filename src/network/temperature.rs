//! Temperature scaling (Guo et al. 2017): the logits are divided by one number before the softmax, as a layer.

use crate::error::Result;
use crate::network::layers::{ActivationLayer, Dense, Rescaling, Softmax};
use crate::network::{Activation, Architecture, LayerConfig};

/// The name of the layer, where no other one has it.
const NAME: &str = "temperature";

impl Architecture {
    /// The same network, with the same weights, with a layer before the softmax that divides the logits by a temperature.
    ///
    /// # Errors
    ///
    /// The network has as many layers as a network can have.
    pub(crate) fn with_temperature(&self, temperature: f64) -> Result<Self> {
        let mut config = self.config().clone();
        let name = self.layers.iter().all(|layer| layer.name != NAME).then(|| NAME.to_string());
        let scaling = LayerConfig::Rescaling(Rescaling { scale: 1.0 / temperature, offset: 0.0, name });
        let softmax = match config.layers.last_mut() {
            Some(LayerConfig::Dense(Dense { activation, .. })) => {
                *activation = Activation::Linear;
                LayerConfig::Softmax(Softmax { name: None })
            }
            Some(LayerConfig::Softmax(_) | LayerConfig::Activation(ActivationLayer { .. })) => {
                config.layers.pop().expect("it was seen")
            }
            _ => unreachable!("a checked network ends in softmax"),
        };
        config.layers.extend([scaling, softmax]);
        Self::new(config, self.classes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ends(last: Value, name: &str) -> Vec<String> {
        let layers =
            [json!([{"type": "Flatten", "name": name}]).as_array().unwrap().clone(), last.as_array().unwrap().clone()];
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers.concat()})).unwrap();
        let network = Architecture::new(config, 2).unwrap();
        let scaled = network.with_temperature(2.0).unwrap();
        let names = |network: &Architecture| network.weights().map(|weight| weight.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&network), names(&scaled));
        scaled.layers.iter().map(|layer| layer.name.clone()).collect()
    }

    #[test]
    fn it_comes_before_the_softmax_and_no_weight_gets_another_name() {
        let dense = |activation: &str| json!({"type": "Dense", "units": 2, "activation": activation});
        assert_eq!(ends(json!([dense("softmax")]), "f"), ["f", "dense", "temperature", "softmax"]);
        assert_eq!(ends(json!([dense("linear"), {"type": "Softmax"}]), "f"), ["f", "dense", "temperature", "softmax"]);
        let activation = json!({"type": "Activation", "activation": "softmax", "name": "a"});
        assert_eq!(
            ends(json!([dense("linear"), activation]), "temperature"),
            ["temperature", "dense", "rescaling", "a"]
        );
    }
}
