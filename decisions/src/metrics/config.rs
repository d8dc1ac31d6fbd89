//! The `metrics` of `compile`, with Keras's names, classes, arguments and defaults.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::shorthand::short_or_long;

/// One of Keras's `metrics`.
///
/// Its name in the logs is, as in Keras, the string itself if it is given as a string; else `name`; else
/// Keras's default (`precision`, `auc`, `f1_score`, …), followed by `_` and the class if one is chosen
/// (`precision_glioma`). If a default name is in use, it becomes `precision_1`, then `precision_2`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum MetricConfig {
    /// A metric with its defaults, logged under this very name.
    Name(String),
    /// A class with arguments.
    Class(MetricClass),
}

/// A metric by its Keras class. As in Keras, `classWeight` changes none of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub enum MetricClass {
    /// The share of pictures whose highest score is their class, like `accuracy`.
    #[serde(alias = "SparseCategoricalAccuracy")]
    CategoricalAccuracy {
        #[serde(default)]
        name: Option<String>,
    },
    /// The share of pictures with fewer than `k` classes scored above their own.
    #[serde(alias = "SparseTopKCategoricalAccuracy")]
    TopKCategoricalAccuracy {
        #[serde(default = "five")]
        k: f64,
        #[serde(default)]
        name: Option<String>,
    },
    /// `TP / (TP + FP)`; 0 where nothing was predicted.
    Precision(Positives),
    /// `TP / (TP + FN)`; 0 where there was nothing to find.
    Recall(Positives),
    /// `2 · precision · recall / (precision + recall)` of each class, and their average.
    F1Score {
        /// Without one, the score of each class is logged as `f1_score_CLASS` and their mean as `f1_score`,
        /// because Keras's progress line shows the mean of such a metric.
        #[serde(default)]
        average: Option<Average>,
        /// A class is predicted where its probability is above it; without it, where no other class scores
        /// higher.
        #[serde(default)]
        threshold: Option<f64>,
        #[serde(default, alias = "classId")]
        class_name: Option<ClassChoice>,
        #[serde(default)]
        name: Option<String>,
    },
    /// The area under a curve of `num_thresholds` points, summed by Keras's interpolation: over all
    /// entries of the table of scores, the mean over classes (`multi_label`), or one class against
    /// the rest.
    #[serde(rename = "AUC")]
    Auc {
        #[serde(default = "two_hundred")]
        num_thresholds: f64,
        #[serde(default)]
        curve: Curve,
        /// As in Keras, a class that never occurs counts as 0.
        #[serde(default)]
        multi_label: bool,
        #[serde(default, alias = "classId")]
        class_name: Option<ClassChoice>,
        #[serde(default)]
        name: Option<String>,
    },
}

/// The arguments of `Precision` and `Recall`. They count over all entries of the table of scores,
/// pictures by classes, or over the column of one class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Positives {
    /// An entry is predicted where its probability is above it. By default 0.5, and no bound with `topK`.
    pub thresholds: Option<f64>,
    /// If given, only so many of the highest entries of each picture are predicted.
    pub top_k: Option<f64>,
    /// Keras's `class_id`, by name or index.
    #[serde(alias = "classId")]
    pub class_name: Option<ClassChoice>,
    /// The name in the logs.
    pub name: Option<String>,
}

/// A class, by its name or by its index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a class must be given by its name or its index")]
pub enum ClassChoice {
    /// One of the model's class names.
    Name(String),
    /// From 0, in the order of the class names.
    Id(f64),
}

/// Which curve an area lies under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Curve {
    /// Recall over the false positive rate.
    #[default]
    #[serde(rename = "ROC", alias = "roc")]
    Roc,
    /// Precision over recall.
    #[serde(rename = "PR", alias = "pr")]
    Pr,
}

/// How the scores of the classes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Average {
    /// From the counts of all classes together.
    Micro,
    /// The plain mean.
    Macro,
    /// The mean weighted by the number of pictures of each class.
    Weighted,
}

fn five() -> f64 {
    5.0
}

fn two_hundred() -> f64 {
    200.0
}

impl MetricClass {
    /// The class with its defaults, by a name that Keras's `compile` understands.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "accuracy"
            | "Accuracy"
            | "acc"
            | "categorical_accuracy"
            | "CategoricalAccuracy"
            | "sparse_categorical_accuracy"
            | "SparseCategoricalAccuracy" => Self::CategoricalAccuracy { name: None },
            "top_k_categorical_accuracy"
            | "TopKCategoricalAccuracy"
            | "sparse_top_k_categorical_accuracy"
            | "SparseTopKCategoricalAccuracy" => Self::TopKCategoricalAccuracy { k: five(), name: None },
            "precision" | "Precision" => Self::Precision(Positives::default()),
            "recall" | "Recall" => Self::Recall(Positives::default()),
            "f1" | "f1_score" | "F1Score" => {
                Self::F1Score { average: None, threshold: None, class_name: None, name: None }
            }
            "auc" | "AUC" => Self::Auc {
                num_thresholds: two_hundred(),
                curve: Curve::Roc,
                multi_label: false,
                class_name: None,
                name: None,
            },
            _ => return None,
        })
    }

    /// Keras's default name.
    #[must_use]
    pub fn default_name(&self) -> &'static str {
        match self {
            Self::CategoricalAccuracy { .. } => "categorical_accuracy",
            Self::TopKCategoricalAccuracy { .. } => "top_k_categorical_accuracy",
            Self::Precision(_) => "precision",
            Self::Recall(_) => "recall",
            Self::F1Score { .. } => "f1_score",
            Self::Auc { .. } => "auc",
        }
    }

    /// The metric without its `name`, and that name.
    #[must_use]
    pub fn without_name(mut self) -> (Self, Option<String>) {
        let name = match &mut self {
            Self::CategoricalAccuracy { name }
            | Self::TopKCategoricalAccuracy { name, .. }
            | Self::Precision(Positives { name, .. })
            | Self::Recall(Positives { name, .. })
            | Self::F1Score { name, .. }
            | Self::Auc { name, .. } => name.take(),
        };
        (self, name)
    }

    /// The class that the metric is restricted to.
    #[must_use]
    pub fn class(&self) -> Option<&ClassChoice> {
        match self {
            Self::CategoricalAccuracy { .. } | Self::TopKCategoricalAccuracy { .. } => None,
            Self::Precision(Positives { class_name, .. })
            | Self::Recall(Positives { class_name, .. })
            | Self::F1Score { class_name, .. }
            | Self::Auc { class_name, .. } => class_name.as_ref(),
        }
    }
}

impl<'de> Deserialize<'de> for MetricConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expecting = "a metric must be its name, or an object with its type and arguments";
        short_or_long(deserializer, expecting, Self::Name, Self::Class)
            .map_err(|error| D::Error::custom(format!("in metrics, {error}")))
    }
}
