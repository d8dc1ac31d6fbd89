//! Goes on from a trained network: frozen layers, and a new head for other classes.

use crate::{
    error::{Error, Result},
    metrics::MetricPlan,
    network::{
        activation::Activation,
        architecture::Architecture,
        layers::{ActivationLayer, Dense, LayerConfig},
        sequential::Sequential,
    },
    optimizers::optimizer::Optimizer,
    seed::Seed,
    training::{history::History, state::model::Model},
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

    /// # Errors
    ///
    /// No weight may move.
    pub(crate) fn check_learns(&self) -> Result<()> {
        match self.weights().any(|weight| weight.trainable) {
            true => Ok(()),
            false => Err(Error::config("trainable", "is false for every layer, so nothing can learn; let one of them")),
        }
    }

    /// The same layers for another number of classes, and the name of the one that differs.
    fn with_head(&self, classes: usize) -> Result<(Self, String)> {
        let mut config = self.config().clone();
        let softmax = |layer: &LayerConfig| {
            let alone =
                matches!(layer, LayerConfig::Activation(ActivationLayer { activation: Activation::Softmax, .. }));
            alone || matches!(layer, LayerConfig::Softmax(_))
        };
        let after = config.layers.iter().rev().take_while(|layer| softmax(layer)).count();
        let Some(LayerConfig::Dense(Dense { units, trainable, .. })) = config.layers.iter_mut().rev().nth(after) else {
            return Err(Error::config("layers", "do not end in Dense, so there is no head to replace"));
        };
        (*units, *trainable) = (classes, true);
        let network = Self::new(config, classes)?;
        let name = network.layers[network.layers.len() - 1 - after].name.clone();
        Ok((network, name))
    }
}

impl Model {
    /// Freezes layers or lets them learn, see [`Architecture::set_trainable`].
    ///
    /// # Errors
    ///
    /// A name that no layer has; nothing is changed then.
    pub fn set_trainable(&mut self, names: &[String], trainable: bool) -> Result<()> {
        self.network.architecture.set_trainable(names, trainable)
    }

    /// Replaces the last Dense layer by one for other classes, drawn from the seed. Every other weight
    /// stays; the history is empty and the optimizer remembers nothing.
    ///
    /// # Errors
    ///
    /// There are fewer than two classes, or the network does not end in Dense; nothing is changed then.
    pub fn replace_head(&mut self, class_names: Vec<String>, seed: Seed) -> Result<()> {
        if class_names.len() < 2 {
            return Err(Error::config("classNames", "must name at least two classes"));
        }
        self.leave_a_lost_gpu();
        let (architecture, head) = self.architecture().with_head(class_names.len())?;
        let of_head = architecture.layers.iter().filter(|layer| layer.name == head);
        let drawn: Vec<usize> = of_head.flat_map(|layer| layer.first..layer.first + layer.weights.len()).collect();
        let mut network = Sequential::new(architecture, seed, &self.network.device);
        for (index, weight) in self.network.weights.iter().enumerate().filter(|(index, _)| !drawn.contains(index)) {
            network.weights[index] = weight.clone();
        }
        self.optimizer = Optimizer::new(self.optimizer.config.clone(), network.weights.len())?;
        self.network = network;
        // A metric of a class that is gone has nothing to measure.
        self.metrics = MetricPlan::new(self.metrics.configs(), &class_names).unwrap_or_default().into();
        self.class_names = class_names;
        self.history = History::default();
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
    use crate::{
        data::dataset::Dataset,
        device::DeviceKind,
        training::{
            fit::fit,
            plan::{FitConfig, FitPlan},
        },
    };

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

    #[test]
    fn a_network_without_weights_that_move_is_told() {
        let mut network = network();
        let names: Vec<String> = network.layers.iter().map(|layer| layer.name.clone()).collect();
        assert!(network.check_learns().is_ok());
        network.set_trainable(&names, false).unwrap();
        assert!(network.check_learns().unwrap_err().to_string().contains("trainable is false for every layer"));
    }

    #[pollster::test]
    async fn a_new_head_keeps_every_other_weight() {
        let classes = |count: usize| (0..count).map(|class| class.to_string()).collect::<Vec<_>>();
        let config = network().config().clone();
        let mut model = Model::new(config, classes(2), DeviceKind::Cpu, Seed(1)).await.unwrap();
        let before = model.read_weights().await.unwrap();
        model.set_trainable(&["dense".into()], false).unwrap();
        model.replace_head(classes(5), Seed(2)).unwrap();
        let after = model.read_weights().await.unwrap();
        let head = after.len() - 2;
        assert_eq!(after[..head], before[..head]);
        assert_eq!((after[head].len(), &after[head + 1][..]), (192 * 5, &[0.0; 5][..]));
        assert_eq!((model.class_names().len(), model.architecture().classes()), (5, 5));
        assert_eq!(trainable(model.architecture()).last(), Some(&"dense/bias"));

        // Other classes of the same number are another head too.
        model.replace_head(classes(5), Seed(3)).unwrap();
        let again = model.read_weights().await.unwrap();
        assert_eq!(again[..head], before[..head]);
        assert_ne!(again[head], after[head]);
        assert!(model.replace_head(classes(1), Seed(1)).unwrap_err().to_string().contains("two classes"));
    }

    #[pollster::test]
    async fn only_the_head_learns_where_all_else_is_frozen() {
        let names = vec!["dark".to_string(), "light".to_string()];
        let pixels = (0..8).flat_map(|picture| vec![(picture % 2) * 200; 8 * 8 * 3]).collect();
        let pictures = Dataset::from_arrays(pixels, (0..8).map(|picture| picture % 2).collect(), names.clone(), 8);
        let mut model = Model::new(network().config().clone(), names, DeviceKind::Cpu, Seed(1)).await.unwrap();
        model.set_trainable(&["conv2d".into(), "batch_normalization".into(), "block".into()], false).unwrap();
        let before = model.read_weights().await.unwrap();
        let plan = FitPlan::new(FitConfig::default(), pictures.unwrap(), None).unwrap();
        Box::pin(fit(&mut model, plan, &mut ())).await.unwrap();
        let after = model.read_weights().await.unwrap();
        let head = after.len() - 2;
        assert_eq!(after[..head], before[..head]);
        assert_ne!(after[head..], before[head..]);
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
