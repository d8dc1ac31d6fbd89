//! Says how good a network is, and how sure that is.
//!
//! Everywhere, `labels` holds the class of each picture and `probabilities` `[pictures, classes]`. What does not fit is refused by an
//! error with the name `ConfigError` and a sentence.

use js_sys::{Float64Array, Object, Reflect};
use serde::{Deserialize, Serialize};
use tabfit_care::Quality;
use tabfit_scores::{Bootstrap, Curve, Groups, Predictions, Rule};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("scores.d.ts");

/// The options of whatever draws resamples.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Options {
    groups: Option<Vec<u32>>,
    seed: Option<u32>,
    resamples: Option<u32>,
}

impl Options {
    fn read(options: JsValue) -> Result<Self, JsValue> {
        if options.is_undefined() || options.is_null() {
            return Ok(Self::default());
        }
        // serde-wasm-bindgen asks an object for the names it knows, and never sees the others.
        for name in Object::keys(&Object::from(options.clone())).iter().filter_map(|name| name.as_string()) {
            if !["groups", "seed", "resamples"].contains(&&*name) {
                return Err(refused(&format!(
                    "The scores have no option \"{name}\": groups, seed and resamples are known."
                )));
            }
        }
        serde_wasm_bindgen::from_value(options)
            .map_err(|error| refused(&format!("The options of the scores cannot be read: {error}.")))
    }

    fn bootstrap(&self) -> Bootstrap {
        let Bootstrap { seed, resamples } = Bootstrap::default();
        Bootstrap {
            seed: self.seed.map_or(seed, u64::from),
            resamples: self.resamples.map_or(resamples, |resamples| resamples as usize),
        }
    }

    fn groups(&self, pictures: usize) -> Result<Groups, JsValue> {
        groups_of(self.groups.as_deref(), pictures)
    }
}

fn groups_of(groups: Option<&[u32]>, pictures: usize) -> Result<Groups, JsValue> {
    Groups::new(groups, pictures).map_err(|error| refused(&error))
}

fn predictions<'a>(labels: &'a [u32], probabilities: &'a [f32], classes: usize) -> Result<Predictions<'a>, JsValue> {
    Predictions::new(labels, probabilities, classes).map_err(|error| refused(&error))
}

fn answer(value: impl Serialize) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}

/// Every score with its interval.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(unchecked_return_type = "ScoresReport")]
pub fn scores(
    labels: &[u32],
    probabilities: &[f32],
    #[wasm_bindgen(js_name = classNames)] class_names: Vec<String>,
    #[wasm_bindgen(unchecked_optional_param_type = "ResampleOptions")] options: JsValue,
) -> Result<JsValue, JsValue> {
    let options = Options::read(options)?;
    let predictions = predictions(labels, probabilities, class_names.len())?;
    let groups = options.groups(labels.len())?;
    let report = tabfit_scores::scores(predictions, &class_names, &groups, options.bootstrap());
    answer(report.map_err(|error| refused(&error))?)
}

/// The ROC and the precision-recall curve of one class.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(unchecked_return_type = "Curves")]
pub fn curves(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    #[wasm_bindgen(js_name = classIndex)] class_index: usize,
    #[wasm_bindgen(unchecked_optional_param_type = "ResampleOptions")] options: JsValue,
) -> Result<JsValue, JsValue> {
    let options = Options::read(options)?;
    let predictions = predictions(labels, probabilities, classes)?;
    let groups = options.groups(labels.len())?;
    let curves = tabfit_scores::curves(predictions, class_index, &groups, options.bootstrap());
    let curves = curves.map_err(|error| refused(&error))?;
    let both = Object::new();
    Reflect::set(&both, &"roc".into(), &curve(&curves.roc, ["fpr", "tpr", "auc"])?)?;
    Reflect::set(&both, &"pr".into(), &curve(&curves.precision_recall, ["recall", "precision", "averagePrecision"])?)?;
    Ok(both.into())
}

/// A curve with its names for the two axes and the area.
fn curve(curve: &Curve, [across, upwards, area]: [&str; 3]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, numbers) in [(across, &curve.across), (upwards, &curve.upwards), ("thresholds", &curve.thresholds)] {
        Reflect::set(&object, &name.into(), &Float64Array::from(&numbers[..]))?;
    }
    Reflect::set(&object, &area.into(), &answer(curve.area)?)?;
    Ok(object.into())
}

/// The threshold that a rule chooses for a class, or null.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(unchecked_return_type = "number | null")]
pub fn threshold(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    #[wasm_bindgen(js_name = classIndex)] class_index: usize,
    #[wasm_bindgen(unchecked_param_type = "ThresholdRule")] rule: JsValue,
) -> Result<JsValue, JsValue> {
    let rule: Rule = serde_wasm_bindgen::from_value(rule)
        .map_err(|error| refused(&format!("There is no such rule for a threshold: {error}.")))?;
    let predictions = predictions(labels, probabilities, classes)?;
    answer(tabfit_scores::threshold(predictions, class_index, rule).map_err(|error| refused(&error))?)
}

/// What a threshold does for a class.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(js_name = atThreshold, unchecked_return_type = "AtThreshold")]
pub fn at_threshold(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    #[wasm_bindgen(js_name = classIndex)] class_index: usize,
    threshold: f64,
    groups: Option<Vec<u32>>,
) -> Result<JsValue, JsValue> {
    let predictions = predictions(labels, probabilities, classes)?;
    let groups = groups_of(groups.as_deref(), labels.len())?;
    answer(tabfit_scores::at_threshold(predictions, class_index, threshold, &groups).map_err(|error| refused(&error))?)
}

/// A reliability diagram of the said classes, or of one class's probability.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(unchecked_return_type = "Calibration")]
pub fn calibration(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    bins: usize,
    #[wasm_bindgen(js_name = classIndex)] class_index: Option<usize>,
    groups: Option<Vec<u32>>,
) -> Result<JsValue, JsValue> {
    let predictions = predictions(labels, probabilities, classes)?;
    let groups = groups_of(groups.as_deref(), labels.len())?;
    let diagram = tabfit_scores::calibration(predictions, bins, class_index, &groups, Bootstrap::default());
    answer(diagram.map_err(|error| refused(&error))?)
}

/// The temperature with the lowest log loss, or null without pictures.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(js_name = fitTemperature, unchecked_return_type = "FittedTemperature | null")]
pub fn fit_temperature(labels: &[u32], probabilities: &[f32], classes: usize) -> Result<JsValue, JsValue> {
    answer(tabfit_scores::fit_temperature(predictions(labels, probabilities, classes)?))
}

/// The probabilities at a temperature.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(js_name = withTemperature)]
pub fn with_temperature(probabilities: &[f32], classes: usize, temperature: f64) -> Result<Vec<f32>, JsValue> {
    tabfit_scores::with_temperature(probabilities, classes, temperature).map_err(|error| refused(&error))
}

/// Compares the probabilities of two networks for the same pictures.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(unchecked_return_type = "Comparison")]
pub fn compare(
    labels: &[u32],
    first: &[f32],
    second: &[f32],
    classes: usize,
    groups: Option<Vec<u32>>,
) -> Result<JsValue, JsValue> {
    let (first, second) = (predictions(labels, first, classes)?, predictions(labels, second, classes)?);
    let groups = groups_of(groups.as_deref(), labels.len())?;
    answer(tabfit_scores::compare(first, second, &groups, Bootstrap::default()).map_err(|error| refused(&error))?)
}

/// The labels that are probably wrong, the worst first, by probabilities of a network that has not learned from these pictures.
///
/// # Errors
///
/// What does not fit.
#[wasm_bindgen(js_name = labelIssues, unchecked_return_type = "LabelIssue[]")]
pub fn label_issues(
    labels: &[u32],
    probabilities: &[f32],
    classes: usize,
    #[wasm_bindgen(unchecked_optional_param_type = "\"self_confidence\" | \"normalized_margin\"")] quality: JsValue,
) -> Result<JsValue, JsValue> {
    let quality = match quality.is_undefined() || quality.is_null() {
        true => Quality::default(),
        false => serde_wasm_bindgen::from_value(quality)
            .map_err(|error| refused(&format!("There is no such quality of labels: {error}.")))?,
    };
    answer(tabfit_care::label_issues(labels, probabilities, classes, quality).map_err(|error| refused(&error))?)
}

/// An error with the name that other parts give to arguments that do not fit.
fn refused(sentence: &str) -> JsValue {
    let error = js_sys::Error::new(sentence);
    error.set_name("ConfigError");
    error.into()
}
