//! A threshold for one class, chosen on one part and read on another.

use serde::{Deserialize, Serialize};

use crate::{
    curve::{Operating, operating_points},
    groups::Groups,
    interval::Value,
    predictions::Predictions,
    ranking::Ranking,
    wilson::share,
};

/// What a threshold should do. A picture is called if its probability of the class is at least the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Rule {
    /// The largest sum of sensitivity and specificity (Youden 1950).
    Youden,
    /// The largest F1.
    F1,
    /// The highest threshold with at least this sensitivity, 0 to 1, so that as few other pictures as possible are called.
    Sensitivity(f64),
    /// The lowest threshold with at least this specificity, 0 to 1, so that as many pictures of the class as possible are called.
    Specificity(f64),
}

/// The threshold that a rule chooses for a class: one of its probabilities. Of several as good ones, the highest. `None` if the class or
/// the rest has no pictures, or no threshold that calls a picture does what the rule asks.
///
/// A threshold fits the pictures that it was chosen on, so that it must be read on others.
///
/// # Errors
///
/// A sentence, if there is no such class, or the rule asks for a share that is not from 0 to 1.
pub fn threshold(predictions: Predictions, class: usize, rule: Rule) -> Result<Option<f64>, String> {
    predictions.check_class(class)?;
    if let Rule::Sensitivity(share) | Rule::Specificity(share) = rule
        && !(0.0..=1.0).contains(&share)
    {
        return Err(format!("A threshold can reach a share from 0 to 1, not {share}."));
    }
    let points = operating_points(predictions, &Ranking::new(predictions, class), class);
    let Operating { hits: support, alarms: others, .. } = points[points.len() - 1];
    if support == 0.0 || others == 0.0 {
        return Ok(None);
    }
    let sensitivity = |point: &Operating| point.hits / support;
    let specificity = |point: &Operating| 1.0 - point.alarms / others;
    let best = |score: &dyn Fn(&Operating) -> f64| {
        let better = |best: Operating, point: &Operating| if score(point) > score(&best) { *point } else { best };
        points[2..].iter().fold(points[1], better)
    };
    let found = match rule {
        Rule::Youden => Some(best(&|point| sensitivity(point) + specificity(point))),
        Rule::F1 => Some(best(&|point| 2.0 * point.hits / (support + point.hits + point.alarms))),
        Rule::Sensitivity(share) => points[1..].iter().find(|point| sensitivity(point) >= share).copied(),
        Rule::Specificity(share) => points[1..].iter().rev().find(|point| specificity(point) >= share).copied(),
    };
    Ok(found.map(|point| point.threshold))
}

/// What a threshold does on a part. The scores are shares with Wilson's intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AtThreshold {
    /// The called pictures of the class.
    pub true_positives: usize,
    /// The called pictures of other classes.
    pub false_positives: usize,
    /// The pictures of other classes that are not called.
    pub true_negatives: usize,
    /// The pictures of the class that are not called.
    pub false_negatives: usize,
    /// The share of the pictures of the class that are called.
    pub sensitivity: Value,
    /// The share of the other pictures that are not called.
    pub specificity: Value,
    /// The share of the called pictures that are of the class.
    pub precision: Value,
    /// The share of the pictures that are not called that are of other classes.
    pub npv: Value,
    /// The share of the pictures for which calling or not calling was right.
    pub accuracy: Value,
}

/// Reads a threshold for a class.
///
/// # Errors
///
/// A sentence, if there is no such class, the threshold is NaN, or there are groups of other pictures.
pub fn at_threshold(
    predictions: Predictions,
    class: usize,
    threshold: f64,
    groups: &Groups,
) -> Result<AtThreshold, String> {
    predictions.check_class(class)?;
    if threshold.is_nan() {
        return Err("The threshold is not a number.".into());
    }
    groups.check(predictions.pictures())?;
    let both = |picture: usize| {
        let called = f64::from(predictions.probability(picture, class)) >= threshold;
        (predictions.label(picture) == class, called)
    };
    let count = |wanted: (bool, bool)| (0..predictions.pictures()).filter(|&picture| both(picture) == wanted).count();
    let of = |hit: fn(bool, bool) -> Option<bool>| {
        share(groups, |picture| {
            let (is, called) = both(picture);
            hit(is, called)
        })
    };
    Ok(AtThreshold {
        true_positives: count((true, true)),
        false_positives: count((false, true)),
        true_negatives: count((false, false)),
        false_negatives: count((true, false)),
        sensitivity: of(bool::then_some),
        specificity: of(|is, called| (!is).then_some(!called)),
        precision: of(|is, called| called.then_some(is)),
        npv: of(|is, called| (!called).then_some(!is)),
        accuracy: of(|is, called| Some(is == called)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [f32; 10] = [0.125, 0.875, 0.25, 0.75, 0.375, 0.625, 0.5, 0.5, 0.75, 0.25];

    #[test]
    fn an_f1_counts_every_false_alarm() {
        // At 0.875 one of two is found without an alarm, at 0.5 both with two: 2 of 3 either way, and the first is taken.
        let predictions = Predictions::new(&[1, 0, 0, 1, 0], &ROWS, 2).unwrap();
        assert_eq!(threshold(predictions, 1, Rule::F1), Ok(Some(0.875)));
    }

    #[test]
    fn the_shares_at_a_threshold_are_of_those_that_they_are_about() {
        let predictions = Predictions::new(&[1, 0, 0, 1, 0], &ROWS, 2).unwrap();
        let at = at_threshold(predictions, 1, 0.75, &Groups::alone(5)).unwrap();
        let counts = [at.true_positives, at.false_positives, at.true_negatives, at.false_negatives];
        assert_eq!(counts, [1, 1, 2, 1]);
        let shares =
            [at.sensitivity, at.specificity, at.precision, at.npv, at.accuracy].map(|share| share.value.unwrap());
        let wanted = [0.5, 2.0 / 3.0, 0.5, 2.0 / 3.0, 0.6];
        assert!(shares.iter().zip(wanted).all(|(share, wanted)| (share - wanted).abs() < 1e-15), "{shares:?}");
        assert!(at_threshold(predictions, 1, f64::NAN, &Groups::alone(5)).is_err());
    }
}
