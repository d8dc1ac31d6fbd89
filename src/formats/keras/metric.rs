//! Metrics as Python.

use serde_json::json;

use crate::formats::keras::python;
use crate::formats::shared::{Arguments, names};
use crate::metrics::{ClassChoice, MetricClass, MetricConfig};

/// Keras's `F1Score` returns the scores of all classes or their average, and cannot select one class.
pub(crate) const F1_OF_CLASS: &str = r#"
class F1OfClass(keras.metrics.F1Score):
    """The F1 score of one class."""

    def __init__(self, class_id, **arguments):
        super().__init__(average=None, **arguments)
        self.class_id = class_id

    def result(self):
        return super().result()[self.class_id]


"#;

/// The list for `compile`, led by `accuracy`, which tabfit always measures.
pub(crate) fn list(metrics: &[MetricConfig], class_names: &[String]) -> String {
    let accuracy = |metric: &MetricConfig| matches!(metric, MetricConfig::Name(name) if name == "accuracy");
    let others = metrics.iter().filter(|metric| !accuracy(metric)).map(|metric| python(metric, class_names));
    let all: Vec<String> = std::iter::once("\"accuracy\"".to_string()).chain(others).collect();
    format!("[{}]", all.join(", "))
}

fn python(metric: &MetricConfig, class_names: &[String]) -> String {
    let (class, name) = match metric {
        MetricConfig::Name(name) => match MetricClass::named(name) {
            Some(class) => (class, Some(name.clone())),
            None => return python::literal(&json!(name)),
        },
        MetricConfig::Class(class) => class.clone().without_name(),
    };
    let chosen = class.class().and_then(|choice| match choice {
        ClassChoice::Name(name) => class_names.iter().position(|other| other == name),
        ClassChoice::Id(index) => Some(*index as usize).filter(|&index| index < class_names.len()),
    });
    let mut arguments = Arguments::given(&class);
    arguments.remove("class_name");
    let mut function = format!("keras.metrics.{}", Arguments::class_of(&class));
    match (&class, chosen) {
        (MetricClass::F1Score { .. }, Some(index)) => {
            function = "F1OfClass".into();
            arguments.remove("average");
            arguments.set("class_id", index);
        }
        // In tabfit's logs `f1_score` is the mean of all classes.
        (MetricClass::F1Score { average: None, .. }, None) => arguments.set("average", "macro"),
        (MetricClass::Auc { .. }, Some(index)) => {
            let weights: Vec<usize> = (0..class_names.len()).map(|class| usize::from(class == index)).collect();
            arguments.set("multi_label", true);
            arguments.set("num_labels", class_names.len());
            arguments.set("label_weights", weights);
        }
        (_, Some(index)) => arguments.set("class_id", index),
        (_, None) => {}
    }
    let by_class = chosen.map(|index| format!("{}_{}", class.default_name(), class_names[index]));
    if let Some(name) = name.or(by_class) {
        arguments.set("name", names::valid(&name));
    }
    python::call(&function, &arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_keras_classes_with_the_names_of_the_logs() {
        let metrics = json!([
            "accuracy", "f1_score", {"type": "Precision", "className": "cat", "thresholds": 0.25},
            {"type": "F1Score", "classId": 1, "name": "dogs"}, {"type": "AUC", "curve": "PR", "className": "dog"},
            {"type": "TopKCategoricalAccuracy", "k": 2},
        ]);
        let metrics: Vec<MetricConfig> = serde_json::from_value(metrics).unwrap();
        let code = list(&metrics, &["cat", "dog"].map(String::from));
        let expected = [
            r#""accuracy""#,
            r#"keras.metrics.F1Score(average="macro", name="f1_score")"#,
            r#"keras.metrics.Precision(thresholds=0.25, class_id=0, name="precision_cat")"#,
            r#"F1OfClass(class_id=1, name="dogs")"#,
            r#"keras.metrics.AUC(curve="PR", multi_label=True, num_labels=2, label_weights=[0, 1], name="auc_dog")"#,
            "keras.metrics.TopKCategoricalAccuracy(k=2)",
        ];
        assert_eq!(code, format!("[{}]", expected.join(", ")));
    }
}
