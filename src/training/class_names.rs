//! Names the classes of a network whose file does not.

use crate::error::{Error, Result};
use crate::metrics::MetricPlan;
use crate::training::state::Model;

impl Model {
    /// Gives the classes other names, in the order of the network's outputs. Nothing else of the network changes; metrics of a
    /// class that has no such name any more are no longer measured.
    ///
    /// # Errors
    ///
    /// There are more or fewer names than classes; nothing is changed then.
    pub fn set_class_names(&mut self, class_names: Vec<String>) -> Result<()> {
        let (names, classes) = (class_names.len(), self.class_names.len());
        if names != classes {
            return Err(Error::config(
                "classNames",
                format!("are {names} names, and the network tells {classes} classes apart; give each class one name"),
            ));
        }
        self.metrics = MetricPlan::of_those_that_fit(self.metrics.configs(), &class_names).into();
        self.class_names = class_names;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::device::DeviceKind;
    use crate::seed::Seed;
    use crate::training::state::Model;

    #[pollster::test]
    async fn names_go_with_the_network_and_another_number_of_them_changes_nothing() {
        let layers = json!([{"type": "Flatten"}, {"type": "Dense", "units": 3, "activation": "softmax"}]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let names = |names: [&str; 3]| names.map(String::from).to_vec();
        let numbered = names(["class 1", "class 2", "class 3"]);
        let mut model = Model::new(config, numbered.clone(), DeviceKind::Cpu, Seed(1)).await.unwrap();
        for wrong in [Vec::new(), names(["a", "b", "c"])[..2].to_vec()] {
            let sentence = model.set_class_names(wrong).unwrap_err().to_string();
            assert!(sentence.contains("the network tells 3 classes apart"), "{sentence}");
            assert_eq!(model.class_names(), numbered);
        }
        model.set_class_names(names(["cat", "dog", "cow"])).unwrap();
        let file = model.save().await.unwrap();
        assert_eq!(Model::load(&file, DeviceKind::Cpu).await.unwrap().class_names(), ["cat", "dog", "cow"]);
    }
}
