//! Whether one network is better than another on the same pictures.

use serde::Serialize;

use crate::{
    bootstrap::{Bootstrap, percentiles},
    confusion::{Tally, pairs},
    groups::Groups,
    interval::{Value, defined},
    losses::{log_losses, mean},
    predictions::Predictions,
    statistics::by_bootstrap,
    wilson::share,
};

/// With fewer pictures than this that only one network has right, the test is exact.
const FEW: usize = 25;

/// McNemar's test (1947): whether the pictures that only one of the networks has right fall evenly to both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// The pictures that only the first network has right.
    pub b: usize,
    /// The pictures that only the second network has right.
    pub c: usize,
    /// `(|b - c| - 1)² / (b + c)`, chi-squared with one degree of freedom (Edwards 1948); `None` where the test is exact.
    pub statistic: Option<f64>,
    /// How probable it is that equally good networks fall as far apart: 0 to 1. By the binomial distribution where b + c is below 25.
    pub p: f64,
    /// Whether each picture stands for itself, as the test assumes. Where groups hold several, believe the interval instead.
    pub independent: bool,
}

/// Two networks on the same pictures. A difference is the first network's score minus the second's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Whether they differ in accuracy.
    pub mcnemar: McNemar,
    /// The accuracy of each network, 0 to 1.
    pub accuracies: [Value; 2],
    /// The difference of accuracies, -1 to 1.
    pub difference: Value,
    /// The difference of balanced accuracies, -1 to 1.
    pub balanced_accuracy: Value,
    /// The difference of log losses; below 0 the first network is better.
    pub log_loss: Value,
}

/// Compares two networks. Each resample draws the same groups for both, so that what makes a picture hard for both cancels.
///
/// # Errors
///
/// A sentence, if they are of other pictures or classes.
pub fn compare(
    first: Predictions,
    second: Predictions,
    groups: &Groups,
    bootstrap: Bootstrap,
) -> Result<Comparison, String> {
    let classes = first.classes();
    if !first.labels().eq(second.labels()) || classes != second.classes() {
        return Err("The two networks were not asked about the same pictures of the same classes.".into());
    }
    groups.check(first.pictures())?;
    let (pairs, losses) = ([pairs(first), pairs(second)], [log_losses(first), log_losses(second)]);
    let statistics = |weights: &[u32]| {
        let difference = |of: &dyn Fn(usize) -> f64| of(0) - of(1);
        [
            difference(&|network| accuracy(&pairs[network], weights)),
            difference(&|network| Tally::new(classes, &pairs[network], weights).balanced_accuracy()),
            difference(&|network| mean(&losses[network], weights)),
        ]
    };
    let values = statistics(&vec![1; first.pictures()]);
    let mut drawn = [Vec::new(), Vec::new(), Vec::new()];
    bootstrap.affordable(first.pictures(), 2).draw(groups, |weights| {
        drawn.iter_mut().zip(statistics(weights)).for_each(|(all, value)| all.push(value));
    });
    let [accuracies, balanced, log_losses] = drawn.map(percentiles);
    let value = |place: usize, interval| Value::new(defined(values[place]), interval, by_bootstrap(groups));
    Ok(Comparison {
        mcnemar: McNemar::new(&pairs, groups),
        accuracies: [0, 1].map(|network| share(groups, |at| Some(pairs[network][at].0 == pairs[network][at].1))),
        difference: value(0, accuracies),
        balanced_accuracy: value(1, balanced),
        log_loss: value(2, log_losses),
    })
}

/// The share of the pictures whose class was said; NaN of nothing.
fn accuracy(pairs: &[(u32, u32)], weights: &[u32]) -> f64 {
    let (mut hits, mut all) = (0_u64, 0_u64);
    for ((label, said), &weight) in pairs.iter().zip(weights) {
        hits += if label == said { u64::from(weight) } else { 0 };
        all += u64::from(weight);
    }
    hits as f64 / all as f64
}

impl McNemar {
    fn new([first, second]: &[Vec<(u32, u32)>; 2], groups: &Groups) -> Self {
        let right = first.iter().zip(second).map(|((label, first), (_, second))| (label == first, label == second));
        let (mut b, mut c) = (0, 0);
        for (first, second) in right {
            b += usize::from(first && !second);
            c += usize::from(second && !first);
        }
        let chi_squared = (b.abs_diff(c) as f64 - 1.0).powi(2) / (b + c) as f64;
        let statistic = (b + c >= FEW).then_some(chi_squared);
        let p = statistic.map_or_else(|| exact(b, c), |statistic| libm::erfc((statistic / 2.0).sqrt()));
        Self { b, c, statistic, p, independent: !groups.together() }
    }
}

/// How probable it is that of `b + c` fair coins at most the smaller number, or at least the larger one, show heads.
fn exact(b: usize, c: usize) -> f64 {
    let n = b + c;
    let mut ways = 1.0;
    let mut sum = 0.0;
    for heads in 0..=b.min(c) {
        sum += ways;
        ways *= (n - heads) as f64 / (heads + 1) as f64;
    }
    (2.0 * sum / 2.0_f64.powi(n as i32)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::scores;

    /// Numbers of statsmodels' `mcnemar`.
    #[test]
    fn few_are_counted_exactly() {
        assert!((exact(1, 7) - 0.070_312_5).abs() < 1e-12);
        assert!((exact(0, 5) - 0.0625).abs() < 1e-12);
        assert!((exact(2, 6) - 0.289_062_5).abs() < 1e-12 && (exact(7, 3) - 0.343_75).abs() < 1e-12);
        assert!((exact(0, 0) - 1.0).abs() < 1e-12 && (exact(4, 4) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_same_network_twice_does_not_differ_and_other_pictures_are_refused() {
        let rows = [0.75, 0.25, 0.25, 0.75, 0.75, 0.25];
        let predictions = Predictions::new(&[0, 1, 1], &rows, 2).unwrap();
        let same = compare(predictions, predictions, &Groups::alone(3), Bootstrap::default()).unwrap();
        assert_eq!((same.mcnemar.b, same.mcnemar.c, same.difference.value), (0, 0, Some(0.0)));
        assert!((same.mcnemar.p - 1.0).abs() < 1e-12);
        let report =
            |groups: &Groups| scores(predictions, &["a".into(), "b".into()], groups, Bootstrap::default()).unwrap();
        let alone = report(&Groups::alone(3));
        assert_eq!(same.accuracies, [alone.accuracy, alone.accuracy]);
        let pair = Groups::new(Some(&[0, 0, 1]), 3).unwrap();
        let grouped = compare(predictions, predictions, &pair, Bootstrap::default()).unwrap();
        assert_eq!(grouped.accuracies[0], report(&pair).accuracy, "duplicates count together here too");
        assert_ne!(grouped.accuracies[0].method, alone.accuracy.method);
        let other = Predictions::new(&[0, 1, 0], &rows, 2).unwrap();
        assert!(compare(predictions, other, &Groups::alone(3), Bootstrap::default()).is_err());
        let none = Predictions::new(&[], &[], 2).unwrap();
        let nothing = compare(none, none, &Groups::alone(0), Bootstrap::default()).unwrap();
        assert_eq!((nothing.difference.value, nothing.difference.interval), (None, None));
    }
}
