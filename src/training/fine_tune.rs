//! Fine-tunes a trained network: freezes layers and replaces the head for other classes.

use crate::error::{Error, Result};
use crate::metrics::MetricPlan;
use crate::network::{Node, Sequential};
use crate::optimizers::Optimizer;
use crate::seed::Seed;
use crate::training::history::History;
use crate::training::state::{Measured, Model, leave_a_lost_gpu};

impl Model {
    /// Freezes layers or makes them trainable again, as [`Architecture`](crate::Architecture::set_trainable) does.
    ///
    /// # Errors
    ///
    /// A name that no layer has; nothing is changed then.
    pub fn set_trainable(&mut self, names: &[String], trainable: bool) -> Result<()> {
        self.network.architecture.set_trainable(names, trainable)
    }

    /// Replaces the last Dense layer by a new one for other classes, initialized from the seed. All other
    /// weights stay. The history becomes empty, the optimizer starts anew with the same settings, and metrics of a class
    /// that is not among the new ones are no longer measured.
    ///
    /// # Errors
    ///
    /// There are fewer than two classes, or the network does not end in Dense; nothing is changed then.
    pub fn replace_head(&mut self, class_names: Vec<String>, seed: Seed) -> Result<()> {
        if class_names.len() < 2 {
            return Err(Error::config("classNames", "must name at least two classes"));
        }
        leave_a_lost_gpu(self);
        let (architecture, head) = self.architecture().with_head(class_names.len())?;
        let of_head = architecture.layers.iter().filter(|layer| layer.name == head);
        let fresh: Vec<usize> = of_head.flat_map(Node::weight_range).collect();
        let mut network = Sequential::new(architecture, seed, &self.network.device);
        for (index, weight) in self.network.weights.iter().enumerate().filter(|(index, _)| !fresh.contains(index)) {
            network.weights[index] = weight.clone();
        }
        self.optimizer = Optimizer::new(self.optimizer.config.clone(), network.weights.len())?;
        self.network = network;
        self.metrics = MetricPlan::of_those_that_fit(self.metrics.configs(), &class_names).into();
        self.class_names = class_names;
        (self.history, self.manifest, self.measured) = (History::default(), None, Measured::default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dataset;
    use crate::device::DeviceKind;
    use crate::network::edit::tests::network;
    use crate::training::fit::fit;
    use crate::training::plan::{FitConfig, FitPlan};

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
        let moving = model.architecture().weights().filter(|weight| weight.trainable);
        assert_eq!(moving.last().map(|weight| weight.name.as_str()), Some("dense/bias"));

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
}
