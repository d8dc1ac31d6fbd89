//! Label issues beside cleanlab's, on real digits of which every tenth label is wrong. `tests/scores/make.py` wrote its numbers.

use serde_json::Value as Json;
use tabfit_care::{Quality, label_issues, label_quality};

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().expect("numbers").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn indices(json: &Json) -> Vec<usize> {
    numbers(json).into_iter().map(|number| number as usize).collect()
}

/// How often a wrong label scores lower than a right one, ties counting half.
fn area(scores: &[f64], wrong: &[usize]) -> f64 {
    let right: Vec<f64> = (0..scores.len()).filter(|at| !wrong.contains(at)).map(|at| scores[at]).collect();
    let wins = |bad: f64| {
        right.iter().map(move |good| match bad.total_cmp(good) {
            std::cmp::Ordering::Less => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 0.0,
        })
    };
    let sum: f64 = wrong.iter().flat_map(|&at| wins(scores[at])).sum();
    sum / (wrong.len() * right.len()) as f64
}

#[test]
fn the_same_labels_in_the_same_order() {
    let json: Json = serde_json::from_str(include_str!("../../tests/scores/label_issues.json")).expect("JSON");
    let labels: Vec<u32> = indices(&json["labels"]).into_iter().map(|label| label as u32).collect();
    let rows = json["probabilities"].as_array().expect("rows");
    let probabilities: Vec<f32> = rows.iter().flat_map(numbers).map(|p| p as f32).collect();
    let wrong = indices(&json["wrong"]);
    assert_eq!((labels.len(), wrong.len()), (600, 60));
    for (quality, name) in
        [(Quality::SelfConfidence, "self_confidence"), (Quality::NormalizedMargin, "normalized_margin")]
    {
        let wanted = &json[name];
        let scores = label_quality(&labels, &probabilities, 5, quality).unwrap();
        for (ours, theirs) in scores.iter().zip(numbers(&wanted["scores"])) {
            assert!((ours - theirs).abs() < 1e-9, "{ours} instead of {theirs}");
        }
        let (ours, theirs) = (area(&scores, &wrong), wanted["area"].as_f64().expect("an area"));
        assert!(ours >= theirs - 1e-9, "{name}: {ours} is below {theirs}");
        let issues = label_issues(&labels, &probabilities, 5, quality).unwrap();
        let mut found: Vec<usize> = issues.iter().map(|issue| issue.picture).collect();
        assert!(issues.is_sorted_by_key(|issue| issue.score));
        assert!(
            issues.iter().all(|issue| issue.given == labels[issue.picture] as usize && issue.suggested != issue.given)
        );
        // Equal scores may stand in either order.
        let ranked = indices(&wanted["ranked"]);
        let by_score = |pictures: &[usize]| pictures.iter().map(|&picture| scores[picture]).collect::<Vec<_>>();
        assert_eq!(by_score(&found), by_score(&ranked));
        found.sort_unstable();
        assert_eq!(found, indices(&json["issues"]));
    }
}
