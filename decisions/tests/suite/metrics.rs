//! Keras's formulas for metrics beside what Keras made of the same scores, which `tests/keras/metrics.py` recorded. They are counted
//! here one by one; `tests/suite/metrics.rs` has them counted by a device.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tabfit_decisions::metrics::{Count, MetricConfig, MetricPlan, Rule};

#[derive(Deserialize)]
struct Golden {
    counted: CountCase,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountCase {
    class_names: Vec<String>,
    metrics: BTreeMap<String, Value>,
    batches: Vec<Scores>,
    values: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Scores {
    logits: Vec<Vec<f32>>,
    labels: Vec<usize>,
}

/// A picture's probabilities and its class.
struct Picture {
    probabilities: Vec<f32>,
    label: usize,
}

impl Picture {
    fn new(logits: &[f32], label: usize) -> Self {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let powers: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
        let sum: f32 = powers.iter().sum();
        Self { probabilities: powers.iter().map(|power| power / sum).collect(), label }
    }

    /// How many classes are above this one; with `first`, equal ones before it count too.
    fn above(&self, class: usize, first: bool) -> usize {
        let own = self.probabilities[class];
        #[expect(clippy::float_cmp, reason = "a tie is an equal score")]
        let is_above = |(other, &score): (usize, &f32)| score > own || first && score == own && other < class;
        self.probabilities.iter().enumerate().filter(|&entry| is_above(entry)).count()
    }

    fn is_predicted(&self, class: usize, rule: Rule) -> bool {
        let over = |threshold: f64| self.probabilities[class] > threshold as f32;
        match rule {
            Rule::Highest => self.above(class, false) == 0,
            Rule::Above(threshold) => over(threshold),
            Rule::Top { k, above } => self.above(class, true) < k && above.is_none_or(over),
        }
    }
}

/// A table of the plan, summed over all pictures.
fn table(count: Count, pictures: &[Picture], classes: usize) -> Vec<f32> {
    let mut table = vec![0.0; count.len(classes)];
    let half = table.len() / 2;
    for picture in pictures {
        match count {
            Count::Support => table[picture.label] += 1.0,
            Count::InTop { k } => table[0] += f32::from(picture.above(picture.label, false) < k),
            Count::Predicted(rule) => {
                for class in (0..classes).filter(|&class| picture.is_predicted(class, rule)) {
                    table[class] += 1.0;
                    table[half + class] += f32::from(class == picture.label);
                }
            }
            Count::Between { thresholds } => {
                for (class, probability) in picture.probabilities.iter().enumerate() {
                    let bucket = ((probability * (thresholds - 1) as f32).ceil() - 1.0).max(0.0) as usize;
                    let entry = class * thresholds + bucket.min(thresholds - 2);
                    table[entry] += 1.0;
                    table[half + entry] += f32::from(class == picture.label);
                }
            }
        }
    }
    table
}

/// The data have ties, a class that never occurs and one that is never predicted.
#[test]
fn every_metric_is_keras() {
    let golden: Golden = serde_json::from_str(include_str!("../../../tests/keras/metrics.json")).unwrap();
    let CountCase { class_names, metrics, batches, values } = golden.counted;
    let named = |(name, mut config): (String, Value)| -> MetricConfig {
        config["name"] = name.into();
        serde_json::from_value(config).unwrap()
    };
    let configs: Vec<MetricConfig> = metrics.into_iter().map(named).collect();
    let pictures: Vec<Picture> = (batches.iter())
        .flat_map(|batch| batch.logits.iter().zip(&batch.labels).map(|(logits, &label)| Picture::new(logits, label)))
        .collect();
    let hits = pictures.iter().filter(|picture| picture.above(picture.label, true) == 0).count();

    let plan = MetricPlan::new(&configs, &class_names).unwrap();
    let counts: Vec<f32> = plan.counts().iter().flat_map(|&count| table(count, &pictures, class_names.len())).collect();
    assert_eq!(counts.len(), plan.counts_len());
    let results: BTreeMap<String, f64> =
        plan.values(hits as f64 / pictures.len() as f64, pictures.len(), &counts).into_iter().collect();
    assert!(values.len() > 60 && values.len() == results.len());
    for (name, expected) in &values {
        let near = (results[name] - expected).abs() <= 1e-5 * (1.0 + expected.abs());
        assert!(near, "{name}: {} is not {expected}", results[name]);
    }
}

/// Keras adds its epsilon of 1e-7 to each denominator of an F score, so that a perfect one is a little below 1.
#[test]
fn a_perfect_f_score_lacks_keras_epsilons() {
    let f1 = |average: Value| {
        let config = serde_json::from_value(json!({"type": "F1Score", "average": average, "name": "f1"})).unwrap();
        let plan = MetricPlan::new(&[config], &["a".to_string()]).unwrap();
        // One picture, which is predicted and right; it is the support too.
        plan.values(1.0, 1, &[1.0; 3])[0].1
    };
    assert!((f1(json!("micro")) - (1.0 - 1.5e-7)).abs() < 1e-11, "predicted, support, and their sum");
    assert!((f1(json!("weighted")) - (1.0 - 2.5e-7)).abs() < 1e-11, "and the total of the supports");
}
