//! Every score beside what scikit-learn and statsmodels say, in ordinary and in degenerate cases. `tests/scores/make.py` wrote their
//! numbers.

use serde_json::Value as Json;
use tabfit_scores::{
    Bootstrap, Curve, Groups, Method, Predictions, Rule, Value, at_threshold, calibration, compare, curves,
    fit_temperature, scores, threshold, with_temperature,
};

/// A case as it was written: what a network said, and what the other libraries say of it.
struct Case {
    json: Json,
    labels: Vec<u32>,
    probabilities: Vec<f32>,
    classes: usize,
}

fn written() -> Json {
    serde_json::from_str(include_str!("../../tests/scores/scores.json")).expect("make.py writes JSON")
}

fn rows(json: &Json) -> Vec<f32> {
    let rows = json.as_array().expect("rows").iter().flat_map(|row| row.as_array().expect("a row"));
    rows.map(|p| p.as_f64().expect("a number") as f32).collect()
}

fn labels(json: &Json) -> Vec<u32> {
    json.as_array().expect("labels").iter().map(|label| label.as_u64().expect("a label") as u32).collect()
}

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().expect("numbers").iter().map(|number| number.as_f64().unwrap_or(f64::INFINITY)).collect()
}

fn cases() -> Vec<Case> {
    let cases = written()["cases"].as_array().expect("cases").clone();
    let case = |json: Json| Case {
        labels: labels(&json["labels"]),
        probabilities: rows(&json["probabilities"]),
        classes: json["perClass"].as_array().expect("classes").len(),
        json,
    };
    cases.into_iter().map(case).collect()
}

impl Case {
    fn predictions(&self) -> Predictions<'_> {
        Predictions::new(&self.labels, &self.probabilities, self.classes).expect("a valid case")
    }

    fn groups(&self) -> Groups {
        Groups::alone(self.labels.len())
    }

    /// Compares within 1e-9, and null with what is not defined.
    fn near(&self, what: &str, value: Option<f64>, wanted: &Json) {
        let same = match (value, wanted.as_f64()) {
            (None, None) => true,
            (Some(value), Some(wanted)) => (value - wanted).abs() <= 1e-9,
            _ => false,
        };
        assert!(same, "{}, {what}: {value:?} instead of {wanted}", self.json["name"]);
    }
}

/// Few resamples: the values do not depend on them.
const FEW: Bootstrap = Bootstrap { seed: 1, resamples: 20 };

#[test]
fn every_score_of_every_case() {
    assert!(cases().len() >= 14);
    for case in cases() {
        let names: Vec<String> = (0..case.classes).map(|class| class.to_string()).collect();
        let report = scores(case.predictions(), &names, &case.groups(), FEW).unwrap();
        let near = |name: &str, value: Value| case.near(name, value.value, &case.json[name]);
        near("accuracy", report.accuracy);
        near("balancedAccuracy", report.balanced_accuracy);
        near("mcc", report.mcc);
        near("logLoss", report.log_loss);
        near("brier", report.brier);
        near("brierRefinement", report.brier_refinement);
        near("macroF1", report.macro_f1);
        near("macroAuc", report.macro_auc);
        // scikit-learn's rows are made to sum to 1 in 64 bits first.
        assert!((report.brier.value.unwrap() - case.json["brierOfScikitLearn"].as_f64().unwrap()).abs() < 1e-6);
        let sum = report.brier_calibration.value.unwrap() + report.brier_refinement.value.unwrap();
        case.near("calibration and refinement", Some(sum), &case.json["brier"]);
        assert_eq!(serde_json::to_value(&report.confusion_matrix).unwrap(), case.json["confusionMatrix"]);
        let top_k = case.json["topK"].as_object().unwrap();
        assert_eq!(report.top_k.len(), if case.classes > 2 { top_k.len() } else { 0 });
        report.top_k.iter().for_each(|top| case.near("topK", top.share.value, &top_k[&top.k.to_string()]));
        let wilson = numbers(&case.json["wilson"]);
        let interval = report.accuracy.interval.unwrap();
        assert!((interval.low - wilson[0]).abs() < 1e-9 && (interval.high - wilson[1]).abs() < 1e-9);
        for (scores, wanted) in report.per_class.iter().zip(case.json["perClass"].as_array().unwrap()) {
            let near = |name: &str, value: Value| case.near(name, value.value, &wanted[name]);
            assert_eq!(
                (Some(scores.support as u64), Some(scores.said as u64)),
                (wanted["support"].as_u64(), wanted["said"].as_u64())
            );
            near("sensitivity", scores.sensitivity);
            near("specificity", scores.specificity);
            near("precision", scores.precision);
            near("npv", scores.npv);
            near("f1", scores.f1);
            near("auc", scores.auc);
            near("averagePrecision", scores.average_precision);
        }
        let json = serde_json::to_string(&report).unwrap();
        assert!(!json.contains("NaN") && !json.contains("inf"), "{json}");
    }
}

/// Where every answer is right, resamples cannot say how sure that is, and nothing is claimed; a share still has Wilson's interval.
#[test]
fn nothing_is_certain_because_no_answer_was_wrong() {
    let case = cases().into_iter().find(|case| case.json["name"] == "all right, and sure of it").unwrap();
    let names: Vec<String> = (0..case.classes).map(|class| class.to_string()).collect();
    let report = scores(case.predictions(), &names, &case.groups(), Bootstrap::default()).unwrap();
    for perfect in [report.balanced_accuracy, report.mcc, report.macro_f1, report.macro_auc, report.per_class[0].auc] {
        assert_eq!((perfect.value, perfect.interval, perfect.method), (Some(1.0), None, Method::None));
    }
    assert!(report.accuracy.interval.unwrap().low < 0.9 && report.per_class[0].sensitivity.interval.unwrap().low < 0.9);
}

/// Every point of scikit-learn's curve lies within a thousandth of ours, and every one of ours is one of its points.
fn same_curve(name: &str, curve: &Curve, wanted: &Json, [across, upwards]: [&str; 2]) {
    let points: Vec<(f64, f64)> = numbers(&wanted[across]).into_iter().zip(numbers(&wanted[upwards])).collect();
    let thresholds = numbers(&wanted["thresholds"]);
    let ours: Vec<(f64, f64)> = curve.across.iter().copied().zip(curve.upwards.iter().copied()).collect();
    for (point, threshold) in ours.iter().zip(&curve.thresholds) {
        let known = points.iter().zip(&thresholds).any(|(other, of)| {
            let same = (of.is_infinite() && threshold.is_infinite()) || (of - threshold).abs() < 1e-12;
            same && (point.0 - other.0).abs() < 1e-9 && (point.1 - other.1).abs() < 1e-9
        });
        assert!(known, "{name}: scikit-learn has no point {point:?} at {threshold}");
    }
    for point in &points {
        let near = ours.windows(2).any(|ends| {
            let ((x0, y0), (x1, y1)) = (ends[0], ends[1]);
            let length = (x1 - x0).hypot(y1 - y0).max(1e-12);
            let along = (((point.0 - x0) * (x1 - x0) + (point.1 - y0) * (y1 - y0)) / length / length).clamp(0.0, 1.0);
            (x0 + along * (x1 - x0) - point.0).hypot(y0 + along * (y1 - y0) - point.1) <= 1e-3 + 1e-9
        });
        assert!(near, "{name}: the drawn curve misses {point:?}");
    }
}

#[test]
fn curves_and_thresholds() {
    let (mut drawn, mut read) = (0, 0);
    for case in cases() {
        for (class, wanted) in case.json["perClass"].as_array().unwrap().iter().enumerate() {
            let name = format!("{}, class {class}", case.json["name"]);
            let both = curves(case.predictions(), class, &case.groups(), FEW).unwrap();
            case.near("auc", both.roc.area.value, &wanted["auc"]);
            case.near("averagePrecision", both.precision_recall.area.value, &wanted["averagePrecision"]);
            assert_eq!(both.roc.across.is_empty(), wanted["auc"].is_null());
            if wanted.get("roc").is_some() {
                same_curve(&name, &both.roc, &wanted["roc"], ["fpr", "tpr"]);
                drawn += 1;
            }
            if wanted.get("pr").is_some() {
                same_curve(&name, &both.precision_recall, &wanted["pr"], ["recall", "precision"]);
            }
            let rules = [
                ("youden", Rule::Youden),
                ("f1", Rule::F1),
                ("sensitivity", Rule::Sensitivity(0.8)),
                ("specificity", Rule::Specificity(0.8)),
            ];
            for (rule, of) in rules {
                let found = threshold(case.predictions(), class, of).unwrap();
                case.near(&format!("class {class}, {rule}"), found, &wanted["thresholds"][rule]);
            }
            if let Some(at) = wanted["at"]["threshold"].as_f64() {
                let there = at_threshold(case.predictions(), class, at, &case.groups()).unwrap();
                let counts = [there.true_positives, there.false_positives, there.true_negatives, there.false_negatives];
                assert_eq!(counts.map(|count| count as f64).to_vec(), numbers(&wanted["at"]["counts"]), "{name}");
                read += 1;
            }
        }
    }
    assert!(drawn > 15 && read > 25, "{drawn} curves, {read} thresholds");
}

#[test]
fn reliability_and_temperature() {
    let bins = written()["bins"].as_u64().unwrap() as usize;
    let mut fitted = 0;
    for case in cases() {
        let said = calibration(case.predictions(), bins, None, &case.groups(), FEW).unwrap();
        case.near("ece", said.ece, &case.json["ece"]);
        case.near("mce", said.mce, &case.json["mce"]);
        case.near("brier", said.brier, &case.json["brier"]);
        for (class, wanted) in case.json["perClass"].as_array().unwrap().iter().enumerate() {
            let diagram = calibration(case.predictions(), bins, Some(class), &case.groups(), FEW).unwrap();
            let filled: Vec<_> = diagram.bins.iter().filter(|bin| bin.count > 0).collect();
            let wanted = &wanted["reliability"];
            assert_eq!(filled.len(), wanted["accuracy"].as_array().unwrap().len(), "{}", case.json["name"]);
            for (index, bin) in filled.iter().enumerate() {
                case.near("a bin's accuracy", bin.accuracy, &wanted["accuracy"][index]);
                case.near("a bin's confidence", bin.confidence, &wanted["confidence"][index]);
            }
        }
        let found = fit_temperature(case.predictions()).unwrap();
        let wanted = &case.json["temperature"];
        if wanted.is_null() {
            // Where even no temperature changes the loss, there is none that is better.
            assert!(found.at_limit || (found.before - found.after).abs() < 1e-12, "{}: {found:?}", case.json["name"]);
            continue;
        }
        fitted += 1;
        assert!(!found.at_limit && found.after <= found.before);
        case.near("temperature", Some(found.temperature), &wanted["temperature"]);
        case.near("its log loss", Some(found.after), &wanted["after"]);
        let changed = with_temperature(&case.probabilities, case.classes, found.temperature).unwrap();
        let again = fit_temperature(Predictions::new(&case.labels, &changed, case.classes).unwrap()).unwrap();
        assert!((again.temperature - 1.0).abs() < 1e-5, "{}: {again:?}", case.json["name"]);
    }
    assert!(fitted >= 5, "{fitted} temperatures");
}

#[test]
fn mc_nemar() {
    for json in written()["comparisons"].as_array().unwrap() {
        let (labels, first, second) = (labels(&json["labels"]), rows(&json["first"]), rows(&json["second"]));
        let of = |probabilities| Predictions::new(&labels, probabilities, 3).unwrap();
        let result = compare(of(&first), of(&second), &Groups::alone(labels.len()), Bootstrap::default()).unwrap();
        assert_eq!(
            (Some(result.mcnemar.b as u64), Some(result.mcnemar.c as u64)),
            (json["b"].as_u64(), json["c"].as_u64())
        );
        assert!((result.mcnemar.p - json["p"].as_f64().unwrap()).abs() < 1e-9, "{result:?}");
        match (result.mcnemar.statistic, json["statistic"].as_f64()) {
            (None, None) => {}
            (Some(statistic), Some(wanted)) => assert!((statistic - wanted).abs() < 1e-9),
            other => panic!("{other:?}"),
        }
        let (difference, interval) = (result.difference.value.unwrap(), result.difference.interval.unwrap());
        let wanted = (result.mcnemar.b as f64 - result.mcnemar.c as f64) / labels.len() as f64;
        assert!((difference - wanted).abs() < 1e-12 && interval.low < difference && difference < interval.high);
    }
}
