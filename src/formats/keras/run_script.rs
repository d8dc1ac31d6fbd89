//! The settings of a run as a Python script that does the same with Keras 3.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::formats::keras::augmentation::IMPORT;
use crate::formats::keras::metric::{self, F1_OF_CLASS};
use crate::formats::keras::network::{Front, LOAD_PICTURE, build_model};
use crate::formats::keras::{augmentation, callback, python, steering};
use crate::formats::shared::Arguments;
use crate::metrics::{MetricClass, MetricConfig};
use crate::network::{Architecture, ModelConfig};
use crate::optimizers::{Loss, OptimizerConfig};
use crate::text::shorthand::short_or_long;
use crate::training::history::Change;
use crate::training::plan::{ClassWeight, FitConfig, SplitRule, ValidationSplit};

/// A network and the arguments of `compile` and `fit`. The script holds only the arguments that are given.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KerasCode {
    model: ModelConfig,
    class_names: Vec<String>,
    #[serde(default)]
    compile: Compile,
    #[serde(default)]
    fit: Arguments,
    /// What was changed while the run went on.
    #[serde(default)]
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Compile {
    #[serde(deserialize_with = "by_name_or_arguments")]
    optimizer: Option<Arguments>,
    loss: Option<Value>,
    metrics: Vec<MetricConfig>,
}

fn by_name_or_arguments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arguments>, D::Error> {
    let expecting = "optimizer must be a name, or an object with a type and its options";
    short_or_long(deserializer, expecting, |name: String| Arguments(vec![("type".into(), name.into())]), |given| given)
        .map(Some)
}

const HEAD: &str = r#""""The network and the settings of tabfit, for Keras 3.

    pip install keras tensorflow-cpu pillow
    python train.py FOLDER    # FOLDER holds one folder of pictures per class
"""

import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image, ImageOps

"#;

const LOAD_FOLDER: &str = r#"

def load_folder(folder):
    """All pictures, class by class, and the number of each one's class."""
    paths = [(path, label) for label, name in enumerate(CLASS_NAMES) for path in sorted(Path(folder, name).iterdir())]
    return np.concatenate([load_picture(path) for path, _ in paths]), np.array([label for _, label in paths])


"#;

const LOAD: &str = r"keras.utils.set_random_seed(SEED)
x, labels = load_folder(sys.argv[1])
y = keras.utils.to_categorical(labels, len(CLASS_NAMES))
";

/// The rule of [`SplitRule::Stratified`]; `NumPy` draws other pictures than tabfit.
const SPLIT_STRATIFIED: &str = r"
# The same share of every class is held out.
rng = np.random.default_rng(SEED)
held_out = np.zeros(len(labels), bool)
for label, count in enumerate(np.bincount(labels, minlength=len(CLASS_NAMES))):
    share = min(max(round(count * SHARE), 1), count - 1) if count > 1 else 0
    held_out[rng.permutation(np.flatnonzero(labels == label))[:share]] = True
";

/// Keras's `validation_split`, which it refuses beside a generator.
const SPLIT_LAST: &str = r"
# The last pictures are held out.
held_out = np.arange(len(labels)) >= int(len(labels) * (1 - SHARE))
";

/// Where a fold or groups were held out, which hang on what a person decided about the pictures.
const SPLIT_NOTE: &str = "\n# tabfit held out a fold, or whole groups of pictures; the manifest of the run lists them. This is the same share, drawn anew.";

const SPLIT: &str = r"x_val, y_val = x[held_out], y[held_out]
x, y, labels = x[~held_out], y[~held_out], labels[~held_out]
";

const SPLIT_WEIGHTS: &str = "sample_weight, sample_weight_val = sample_weight[~held_out], sample_weight[held_out]\n";

const BALANCED: &str = r"
# Every class counts the same, however rare it is.
counts = np.bincount(labels, minlength=len(CLASS_NAMES))
class_weight = {label: len(labels) / (len(CLASS_NAMES) * max(count, 1)) for label, count in enumerate(counts)}
";

/// Python source that builds the network, compiles and fits it, with callbacks.
///
/// # Errors
///
/// A setting is unknown or out of its range, by name.
pub fn keras_code(config: &KerasCode) -> Result<String> {
    let KerasCode { model, class_names, compile, fit, changes } = config;
    let architecture = Architecture::new(model.clone(), class_names.len())?;
    let settings: FitConfig = checked("fit", &Value::Object(fit.clone().into_object()))?;
    settings.augment.check()?;
    let generator = augmentation::generator(&settings.augment);
    let mut script = vec![HEAD.to_string()];
    if generator.is_some() {
        script[0] = HEAD.replace("pillow\n", "pillow scipy\n").replace("ImageOps\n", &format!("ImageOps\n{IMPORT}"));
    }
    if compile.metrics.iter().any(is_f1_of_a_class) {
        script.push(F1_OF_CLASS.into());
    }
    let statistics = augmentation::statistics(&settings.augment, &architecture);
    let front = Front {
        random: augmentation::layers(&settings.augment),
        standard: augmentation::standard(&settings.augment, statistics.is_some()),
    };
    script.push(build_model(&architecture, class_names, &front));
    script.extend([LOAD_PICTURE, LOAD_FOLDER].map(String::from));
    script.push(format!("SEED = {}\n{LOAD}", settings.seed));

    let mut plain = fit.clone();
    for written_otherwise in ["seed", "validationSplit", "split", "augment", "classWeight", "sampleWeight", "callbacks"]
    {
        plain.remove(written_otherwise);
    }
    let mut pictures = vec!["x".to_string(), "y".into()];
    let sample_weight = fit.get("sampleWeight").and_then(Value::as_array);
    if let Some(weights) = sample_weight {
        script.push(format!("sample_weight = np.array({})\n", python::floats(weights)));
        pictures.push("sample_weight=sample_weight".into());
    }
    let mut arguments = pictures.clone();
    if let Some(generator) = &generator {
        script.push(generator.clone());
        let mut of_flow = plain.clone();
        of_flow.0.retain(|(name, _)| name == "batchSize" || name == "shuffle");
        pictures.extend(python::keywords(&Arguments::all(&of_flow)));
        arguments = vec![format!("generator.flow({}, seed=SEED)", pictures.join(", "))];
        plain.remove("batchSize");
    }
    arguments.extend(python::keywords(&Arguments::all(&plain)));
    match (settings.validation_split.share(), settings.split) {
        (0.0, _) => {}
        (share, SplitRule::Last) if generator.is_none() => arguments.push(format!("validation_split={share}")),
        (share, rule) => {
            let split = if rule == SplitRule::Last { SPLIT_LAST } else { SPLIT_STRATIFIED };
            let note = if matches!(settings.validation_split, ValidationSplit::Share(_)) { "" } else { SPLIT_NOTE };
            script.push([note, &split.replace("SHARE", &share.to_string()), SPLIT].concat());
            if sample_weight.is_some() {
                script.push(SPLIT_WEIGHTS.into());
            }
            let weights = if sample_weight.is_some() { ", sample_weight_val" } else { "" };
            arguments.push(format!("validation_data=(x_val, y_val{weights})"));
        }
    }
    match &settings.class_weight {
        Some(ClassWeight::Rule(_)) => {
            script.push(BALANCED.into());
            arguments.push("class_weight=class_weight".into());
        }
        Some(ClassWeight::Each(weights)) => {
            let weight = |(index, name): (usize, &String)| format!("{index}: {}", weights.get(name).unwrap_or(&1.0));
            let weights: Vec<String> = class_names.iter().enumerate().map(weight).collect();
            arguments.push(format!("class_weight={{{}}}", weights.join(", ")));
        }
        None => {}
    }
    let callbacks = fit.get("callbacks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let steering = steering::callback(changes, &architecture);
    // It comes first, so that callbacks of the rate go on from its changes between two epochs.
    let steered = steering.is_some().then(|| "Steering()".to_string());
    let callbacks: Vec<String> = steered.into_iter().chain(callbacks.iter().map(callback::python)).collect();
    script.extend(steering);
    if !callbacks.is_empty() {
        arguments.push(format!("callbacks=[\n{}    ]", python::lines("        ", &callbacks, ",")));
    }
    script.extend(statistics);
    script.push(format!(
        "\nmodel = build_model()\nmodel.compile(\n{})\nhistory = model.fit(\n{})\n",
        python::lines("    ", &compile.arguments(class_names)?, ","),
        python::lines("    ", &arguments, ",")
    ));
    Ok(script.concat())
}

fn is_f1_of_a_class(metric: &MetricConfig) -> bool {
    matches!(metric, MetricConfig::Class(MetricClass::F1Score { class_name: Some(_), .. }))
}

/// Settings as the type that checks them.
fn checked<T: DeserializeOwned>(field: &str, given: &Value) -> Result<T> {
    serde_json::from_value(given.clone()).map_err(|error| Error::config(field, format!("is not understood: {error}")))
}

impl Compile {
    fn arguments(&self, class_names: &[String]) -> Result<Vec<String>> {
        let optimizer = self.optimizer.clone().unwrap_or_else(|| Arguments(vec![("type".into(), json!("adam"))]));
        let config: OptimizerConfig = checked("optimizer", &Value::Object(optimizer.clone().into_object()))?;
        config.check()?;
        let class = match config {
            OptimizerConfig::Adam { .. } => "Adam",
            OptimizerConfig::AdamW { .. } => "AdamW",
            OptimizerConfig::Sgd { .. } => "SGD",
            OptimizerConfig::RmsProp { .. } => "RMSprop",
        };
        let optimizer = python::call_with_floats(&format!("keras.optimizers.{class}"), &Arguments::all(&optimizer));
        let loss: Loss = self.loss.as_ref().map_or(Ok(Loss::default()), |loss| checked("loss", loss))?;
        loss.check()?;
        let loss = match loss {
            Loss::CategoricalCrossentropy => "keras.losses.CategoricalCrossentropy()".to_string(),
            Loss::SmoothedCrossentropy { label_smoothing } => {
                format!("keras.losses.CategoricalCrossentropy(label_smoothing={label_smoothing})")
            }
            Loss::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing } => format!(
                "keras.losses.CategoricalFocalCrossentropy(alpha={alpha}, gamma={gamma}, label_smoothing={label_smoothing})"
            ),
        };
        Ok(vec![
            format!("optimizer={optimizer}"),
            format!("loss={loss}"),
            format!("metrics={}", metric::list(&self.metrics, class_names)),
        ])
    }
}
