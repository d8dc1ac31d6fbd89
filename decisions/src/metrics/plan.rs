//! The metrics of a `compile`, checked against the class names.

use std::slice;

use super::config::{Average, ClassChoice, MetricClass, MetricConfig, Positives};
use super::count::{Count, Rule};
use super::formula::{EpochCounts, Formula, Over};
use crate::error::{Error, Result};
use crate::text::unique_name::unique;

/// Enough for one metric of each of a thousand classes and a hundred others, more than anyone reads.
const MOST_METRICS: usize = 1100;
/// 256 MB of counts.
const MOST_COUNTS: usize = 1 << 26;

/// The checked metrics of a model: what is counted on the device, and the formulas for the numbers.
///
/// Metrics share their counts, so that precision, recall and F1 of every class cost as much as one of them.
/// A plan without metrics counts nothing beside loss and accuracy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricPlan {
    /// By their names in the logs, in the order in which they were asked for.
    metrics: Vec<(String, Formula)>,
    counts: Vec<Count>,
    classes: usize,
    /// The metrics as they were given, for files.
    configs: Vec<MetricConfig>,
}

impl MetricPlan {
    /// Checks what `compile` was given; `accuracy` is measured whether it is listed or not.
    ///
    /// # Errors
    ///
    /// A metric or a class is unknown, an argument is out of range, a metric or a name occurs twice, or
    /// there are too many.
    pub fn new(configs: &[MetricConfig], class_names: &[String]) -> Result<Self> {
        let mut plan = Self { classes: class_names.len(), configs: configs.to_vec(), ..Self::default() };
        let mut seen: Vec<MetricClass> = Vec::new();
        for config in configs {
            let (class, given) = match config {
                MetricConfig::Name(name) => {
                    (MetricClass::named(name).ok_or_else(|| unknown(name))?, Some(name.clone()))
                }
                MetricConfig::Class(class) => class.clone().without_name(),
            };
            let chosen = class.class().map(|choice| class_of(choice, class_names)).transpose()?;
            let kind = class.default_name();
            let name = match given {
                Some(name) => plan.claim(&name, &class)?,
                None if seen.contains(&class) => {
                    return refuse(format!("list {kind} twice; leave one out or give it a name"));
                }
                None => plan.free(&chosen.map_or(kind.into(), |index| format!("{kind}_{}", class_names[index]))),
            };
            let formula = plan.formula(&class, chosen)?;
            plan.measure(name.clone(), formula)?;
            if let (MetricClass::F1Score { average: None, .. }, None, Formula::F1 { positives, support, .. }) =
                (&class, chosen, formula)
            {
                for (index, class_name) in class_names.iter().enumerate() {
                    let name = plan.free(&format!("{name}_{class_name}"));
                    plan.measure(name, Formula::F1 { positives, support, over: Over::Class(index) })?;
                }
            }
            seen.push(class);
        }
        plan.metrics.retain(|(name, _)| name != "accuracy");
        Ok(plan)
    }

    /// The plan of those metrics that fit the classes: one that names a class which there is not is dropped, and so is one that
    /// asks for more classes than there are.
    #[must_use]
    pub fn of_those_that_fit(configs: &[MetricConfig], class_names: &[String]) -> Self {
        let fits = |metric: &&MetricConfig| Self::new(slice::from_ref(*metric), class_names).is_ok();
        let metrics: Vec<_> = configs.iter().filter(fits).cloned().collect();
        Self::new(&metrics, class_names).unwrap_or_default()
    }

    /// All names that a callback may monitor; with validation pictures also those with `val_`.
    #[must_use]
    pub fn log_names(&self, validated: bool) -> Vec<String> {
        let names = || ["loss", "accuracy"].into_iter().chain(self.metrics.iter().map(|(name, _)| name.as_str()));
        let of_validation = names().filter(|_| validated).map(|name| format!("val_{name}"));
        names().map(String::from).chain(of_validation).collect()
    }

    /// What [`Self::new`] was given.
    #[must_use]
    pub fn configs(&self) -> &[MetricConfig] {
        &self.configs
    }

    /// The tables that each batch is added to on the device.
    #[must_use]
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// How many numbers all tables of counts hold.
    #[must_use]
    pub fn counts_len(&self) -> usize {
        self.counts.iter().map(|count| count.len(self.classes)).sum()
    }

    /// The metrics by name, from the counts of an epoch.
    #[must_use]
    pub fn values(&self, accuracy: f64, pictures: usize, counts: &[f32]) -> Vec<(String, f64)> {
        let mut rest = counts;
        let tables = self.counts.iter().map(|count| {
            let (table, tail) = rest.split_at(count.len(self.classes));
            rest = tail;
            table
        });
        let tables = tables.collect();
        let counts = EpochCounts { pictures: pictures as f64, accuracy, tables, classes: self.classes };
        self.metrics.iter().map(|(name, formula)| (name.clone(), formula.value(&counts))).collect()
    }

    fn measure(&mut self, name: String, formula: Formula) -> Result<()> {
        self.metrics.push((name, formula));
        match self.metrics.len() <= MOST_METRICS && self.counts_len() <= MOST_COUNTS {
            true => Ok(()),
            false => refuse("ask for more numbers than memory is for; leave some out or give them an average".into()),
        }
    }

    fn formula(&mut self, class: &MetricClass, chosen: Option<usize>) -> Result<Formula> {
        let over = |average| chosen.map_or(Over::Classes(average), Over::Class);
        Ok(match class {
            MetricClass::CategoricalAccuracy { .. } => Formula::Accuracy,
            MetricClass::TopKCategoricalAccuracy { k, .. } => {
                let k = whole(class, "k", *k, 1, self.classes)?;
                Formula::TopK { hits: self.table(Count::InTop { k }) }
            }
            MetricClass::Precision(arguments) => {
                let rule = self.rule(class, arguments)?;
                Formula::Precision { positives: self.table(Count::Predicted(rule)), over: over(Average::Micro) }
            }
            MetricClass::Recall(arguments) => {
                let rule = self.rule(class, arguments)?;
                let positives = self.table(Count::Predicted(rule));
                Formula::Recall { positives, support: self.table(Count::Support), over: over(Average::Micro) }
            }
            MetricClass::F1Score { average, threshold, .. } => {
                let rule = match threshold {
                    None => Rule::Highest,
                    Some(threshold) if *threshold > 0.0 && *threshold <= 1.0 => Rule::Above(*threshold),
                    Some(threshold) => {
                        return refuse(format!(
                            "have the threshold {threshold} for f1_score, but it must be above 0, to 1"
                        ));
                    }
                };
                let positives = self.table(Count::Predicted(rule));
                let average = average.unwrap_or(Average::Macro);
                Formula::F1 { positives, support: self.table(Count::Support), over: over(average) }
            }
            MetricClass::Auc { num_thresholds, curve, multi_label, .. } => {
                let thresholds = whole(class, "numThresholds", *num_thresholds, 2, 10_000)?;
                let average = if *multi_label { Average::Macro } else { Average::Micro };
                let scores = self.table(Count::Between { thresholds });
                Formula::Auc { scores, curve: *curve, over: over(average) }
            }
        })
    }

    fn rule(&self, class: &MetricClass, Positives { thresholds, top_k, .. }: &Positives) -> Result<Rule> {
        if let Some(threshold) = thresholds.filter(|threshold| !(0.0..=1.0).contains(threshold)) {
            let kind = class.default_name();
            return refuse(format!("have thresholds = {threshold} for {kind}, but it must be a number from 0 to 1"));
        }
        Ok(match top_k {
            None => Rule::Above(thresholds.unwrap_or(0.5)),
            Some(k) => Rule::Top { k: whole(class, "topK", *k, 1, self.classes)?, above: *thresholds },
        })
    }

    /// The index of a table of counts, which is added if the plan does not have it yet.
    fn table(&mut self, count: Count) -> usize {
        let known = self.counts.iter().position(|known| *known == count);
        known.unwrap_or_else(|| {
            self.counts.push(count);
            self.counts.len() - 1
        })
    }

    /// Checks that a name chosen by the caller is free.
    fn claim(&self, name: &str, class: &MetricClass) -> Result<String> {
        let accuracy = matches!(class, MetricClass::CategoricalAccuracy { .. });
        let reserved = ["", "epoch", "loss", "learning_rate"].contains(&name)
            || name.starts_with("val_")
            || name == "accuracy" && !accuracy;
        if reserved {
            return refuse(format!("name one \"{name}\", which the logs use for something else; choose another name"));
        }
        if self.is_taken(name) {
            return refuse(format!("name two \"{name}\"; leave one out or give it another name"));
        }
        Ok(name.to_string())
    }

    fn free(&self, name: &str) -> String {
        unique(name, |name| self.is_taken(name))
    }

    fn is_taken(&self, name: &str) -> bool {
        self.metrics.iter().any(|(taken, _)| taken == name)
    }
}

fn class_of(choice: &ClassChoice, class_names: &[String]) -> Result<usize> {
    let (found, written) = match choice {
        ClassChoice::Name(name) => (class_names.iter().position(|known| known == name), format!("\"{name}\"")),
        ClassChoice::Id(id) => {
            ((0..class_names.len()).find(|&index| (index as f64).total_cmp(id).is_eq()), id.to_string())
        }
    };
    found.map_or_else(|| refuse(format!("choose the class {written}, which is none of {}", class_names.join(", "))), Ok)
}

fn whole(class: &MetricClass, argument: &str, value: f64, least: usize, most: usize) -> Result<usize> {
    if value.fract() == 0.0 && (least as f64..=most as f64).contains(&value) {
        return Ok(value as usize);
    }
    refuse(format!(
        "have {argument} = {value} for {}, but with these classes it must be a whole number from {least} to {most}",
        class.default_name()
    ))
}

fn unknown(name: &str) -> Error {
    Error::config(
        "metrics",
        format!(
            "name \"{name}\", which is none of accuracy, categorical_accuracy, top_k_categorical_accuracy, precision, recall, f1_score and auc"
        ),
    )
}

fn refuse<T>(reason: String) -> Result<T> {
    Err(Error::config("metrics", reason))
}
