//! Changes to a network that is there already: freezing layers, other rates of dropout, and a new head.

use crate::error::{Error, Result};
use crate::network::fusion::Fusion;
use crate::network::layers::{ActivationLayer, Dense};
use crate::network::{Activation, Architecture, LayerConfig};

impl Architecture {
    /// Freezes layers or lets them learn: Keras's `layer.trainable`. A block's name stands for every
    /// layer in it; a layer without weights may be named and does not change.
    ///
    /// # Errors
    ///
    /// A name that no layer has; nothing is changed then.
    pub fn set_trainable(&mut self, names: &[String], trainable: bool) -> Result<()> {
        if let Some(stranger) = names.iter().find(|&name| self.layers.iter().all(|layer| layer.name != *name)) {
            let known = self.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(", ");
            return Err(Error::config("trainable", format!("names \"{stranger}\", which is none of {known}")));
        }
        let mut config = self.config().clone();
        let mut in_order = self.layers.iter().map(|layer| names.contains(&layer.name));
        change_chosen(&mut config.layers, &mut in_order, &|layer| layer.kind_mut().set_trainable(trainable));
        *self = Self::new(config, self.classes())?;
        Ok(())
    }

    /// The layers of dropout: their names and rates.
    pub(crate) fn dropouts(&self) -> impl Iterator<Item = (&str, f64)> {
        self.layers.iter().filter_map(|layer| Some((layer.name.as_str(), layer.config.kind().dropout()?)))
    }

    /// Changes the rate of a layer of dropout.
    ///
    /// # Errors
    ///
    /// The rate is out of its range; nothing is changed then.
    pub(crate) fn set_dropout(&mut self, name: &str, rate: f64) -> Result<()> {
        let mut config = self.config().clone();
        let mut in_order = self.layers.iter().map(|layer| layer.name == name);
        change_chosen(&mut config.layers, &mut in_order, &|layer| layer.kind_mut().set_dropout(rate));
        *self = Self::new(config, self.classes())?;
        Ok(())
    }

    /// The same network, in which every layer computes what it is named after and nothing else.
    pub(crate) fn unfused(&self) -> Self {
        let mut architecture = self.clone();
        for layer in &mut architecture.layers {
            (layer.fused_pool, layer.fused_norm, layer.fused_sum) = (None, None, None);
            layer.fused_into_previous = Fusion::Never;
        }
        architecture
    }

    /// Checks that a fit has something to learn.
    ///
    /// # Errors
    ///
    /// Every weight is frozen.
    pub(crate) fn check_learns(&self) -> Result<()> {
        match self.weights().any(|weight| weight.trainable) {
            true => Ok(()),
            false => Err(Error::config("trainable", "is false for every layer, so nothing can learn; let one of them")),
        }
    }

    /// The same layers for another number of classes, and the name of the Dense layer that differs.
    ///
    /// # Errors
    ///
    /// The network does not end in Dense, or the new one does not fit.
    pub(crate) fn with_head(&self, classes: usize) -> Result<(Self, String)> {
        let mut config = self.config().clone();
        let follows = |layer: &LayerConfig| {
            let softmax =
                matches!(layer, LayerConfig::Activation(ActivationLayer { activation: Activation::Softmax, .. }));
            softmax || matches!(layer, LayerConfig::Softmax(_) | LayerConfig::Dropout(_))
        };
        // How many layers of softmax and dropout follow the head.
        let after = config.layers.iter().rev().take_while(|layer| follows(layer)).count();
        let Some(LayerConfig::Dense(Dense { units, trainable, .. })) = config.layers.iter_mut().rev().nth(after) else {
            return Err(Error::config("layers", "do not end in Dense, so there is no head to replace"));
        };
        (*units, *trainable) = (classes, true);
        let network = Self::new(config, classes)?;
        let name = network.layers[network.layers.len() - 1 - after].name.clone();
        Ok((network, name))
    }
}

/// Changes the chosen layers. `chosen` has an answer for each layer in the order of the graph, in which a
/// block comes after its layers.
fn change_chosen(
    layers: &mut [LayerConfig],
    chosen: &mut dyn Iterator<Item = bool>,
    change: &dyn Fn(&mut LayerConfig),
) {
    for layer in layers {
        layer.branches_mut().into_iter().for_each(|branch| change_chosen(branch, chosen, change));
        if chosen.next() == Some(true) {
            change(layer);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn network() -> Architecture {
        let conv = json!({"type": "Conv2D", "filters": 3, "kernelSize": 1});
        let layers = json!([
            conv, {"type": "BatchNormalization"},
            {"type": "Residual", "layers": [conv], "shortcut": [conv], "name": "block"},
            {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}
        ]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        Architecture::new(config, 2).unwrap()
    }

    fn trainable(network: &Architecture) -> Vec<&str> {
        network.weights().filter(|weight| weight.trainable).map(|weight| weight.name.as_str()).collect()
    }

    #[test]
    fn named_layers_freeze_and_thaw() {
        let mut network = network();
        let all = network.summary();
        network.set_trainable(&["conv2d".into(), "batch_normalization".into(), "block".into()], false).unwrap();
        assert_eq!(trainable(&network), ["dense/kernel", "dense/bias"]);
        assert_eq!((network.summary().parameters, network.summary().trainable), (all.parameters, 3 * 64 * 2 + 2));
        network.set_trainable(&["conv2d_2".into(), "flatten".into()], true).unwrap();
        assert_eq!(trainable(&network)[..2], ["conv2d_2/kernel", "conv2d_2/bias"]);
        let sentence = network.set_trainable(&["conv2d".into(), "conv".into()], true).unwrap_err().to_string();
        assert!(sentence.contains("\"conv\"") && sentence.contains("conv2d, batch_normalization"), "{sentence}");
        assert_eq!(trainable(&network).len(), 4);
    }

    #[test]
    fn the_rate_of_a_dropout_inside_a_block_changes_and_nothing_else_does() {
        let drops = |rate: f64| json!({"type": "Dropout", "rate": rate});
        let network = |rate: f64| {
            let layers = json!([
                {"type": "Residual", "layers": [drops(rate)]}, {"type": "SpatialDropout2D", "rate": 0.1},
                {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}
            ]);
            let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
            Architecture::new(config, 2).unwrap()
        };
        let mut changed = network(0.0);
        changed.set_dropout("dropout", 0.5).unwrap();
        assert_eq!(changed.dropouts().collect::<Vec<_>>(), [("dropout", 0.5), ("spatial_dropout2d", 0.1)]);
        assert_eq!(changed.config(), network(0.5).config());
        assert!(changed.set_dropout("dropout", 1.0).is_err());
        assert_eq!(changed.config(), network(0.5).config());
    }

    #[test]
    fn a_network_without_weights_that_move_is_told() {
        let mut network = network();
        let names: Vec<String> = network.layers.iter().map(|layer| layer.name.clone()).collect();
        assert!(network.check_learns().is_ok());
        network.set_trainable(&names, false).unwrap();
        assert!(network.check_learns().unwrap_err().to_string().contains("trainable is false for every layer"));
    }

    #[test]
    fn a_softmax_of_its_own_is_not_the_head() {
        let layers = json!([{"type": "Flatten"}, {"type": "Dense", "units": 2}, {"type": "Softmax"}]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let network = Architecture::new(config, 2).unwrap();
        assert_eq!(network.with_head(7).unwrap().0.classes(), 7);
        let layers = json!([{"type": "Conv2D", "filters": 2, "kernelSize": 1}, {"type": "GlobalMaxPooling2D"}, {"type": "Softmax"}]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let sentence = Architecture::new(config, 2).unwrap().with_head(7).unwrap_err().to_string();
        assert!(sentence.contains("no head to replace"), "{sentence}");
    }
}
