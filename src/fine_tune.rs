//! Goes on from a trained network: frozen layers.

use crate::{
    architecture::Architecture,
    error::{Error, Result},
    layer::LayerConfig,
};

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
        set_chosen(&mut config.layers, &mut in_order, trainable);
        *self = Self::new(config, self.classes())?;
        Ok(())
    }
}

/// `chosen` answers for each layer in the order of the graph, in which a block comes after its layers.
fn set_chosen(layers: &mut [LayerConfig], chosen: &mut dyn Iterator<Item = bool>, trainable: bool) {
    for layer in layers {
        if let LayerConfig::Residual(block) = layer {
            set_chosen(&mut block.layers, chosen, trainable);
            set_chosen(&mut block.shortcut, chosen, trainable);
        }
        if chosen.next() == Some(true) {
            layer.kind_mut().set_trainable(trainable);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn network() -> Architecture {
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
}
