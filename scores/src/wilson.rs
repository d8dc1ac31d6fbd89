//! The interval of a share.

use crate::{
    groups::Groups,
    interval::{Interval, Method, Value},
};

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval of a share (Wilson 1927): 0 to 1; `None` of nothing.
#[must_use]
pub fn wilson(hits: usize, of: usize) -> Option<Interval> {
    (of > 0).then(|| score_interval(hits as f64 / of as f64, of as f64))
}

/// Wilson's interval of the share `p` among `n` independent pictures, where `n` need not be whole.
fn score_interval(p: f64, n: f64) -> Interval {
    let square = Z * Z / n;
    let middle = (p + square / 2.0) / (1.0 + square);
    let half = Z / (1.0 + square) * (p * (1.0 - p) / n + square / (4.0 * n)).sqrt();
    Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// The share of hits among the pictures that count: `hit` says of each picture whether it is one, or `None` if it does not
/// count.
///
/// Where groups hold several pictures, the interval is Wilson's for `n / deff` pictures. `deff`, the design effect (Kish 1965),
/// is how much larger the variance of the share is than that of independent pictures, estimated from the groups' own shares
/// (Dean and Pagano 2015). Where all pictures are hits or none is, nothing can be estimated, and the pictures of a group count as
/// if they were one: `n` becomes `n² / Σ nᵢ²` for groups of `nᵢ`.
pub(crate) fn share(groups: &Groups, hit: impl Fn(usize) -> Option<bool>) -> Value {
    let (mut n, mut hits) = (0, 0);
    for hit in (0..groups.of().len()).filter_map(&hit) {
        n += 1;
        hits += usize::from(hit);
    }
    let Some(plain) = wilson(hits, n) else { return Value::without_interval(None) };
    let p = hits as f64 / n as f64;
    if !groups.together() {
        return Value::new(Some(p), Some(plain), Method::Wilson);
    }
    let mut sums = vec![(0.0, 0.0); groups.count()];
    for (picture, &group) in groups.of().iter().enumerate() {
        if let Some(hit) = hit(picture) {
            let (n, hits): &mut (f64, f64) = &mut sums[group as usize];
            *n += 1.0;
            *hits += f64::from(u8::from(hit));
        }
    }
    sums.retain(|(n, _)| *n > 0.0);
    let worth = effective(p, n as f64, &sums);
    Value::new(Some(p), Some(score_interval(p, worth)), Method::WilsonByGroup)
}

/// How many independent pictures groups of `(pictures, hits)` are worth: at most `n`, at least 1.
fn effective(p: f64, n: f64, groups: &[(f64, f64)]) -> f64 {
    let least = n * n / groups.iter().map(|(n, _)| n * n).sum::<f64>();
    let independent = p * (1.0 - p) / n;
    let m = groups.len() as f64;
    if independent == 0.0 || m < 2.0 {
        return least;
    }
    let squares: f64 = groups.iter().map(|(n, hits)| (hits - p * n).powi(2)).sum();
    let variance = m / (m - 1.0) * squares / (n * n);
    (n * independent / variance).clamp(1.0, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of statsmodels' `proportion_confint(method="wilson")`.
    #[test]
    fn as_statsmodels_computes_it() {
        let near = |hits, of, low: f64, high: f64| {
            let interval = wilson(hits, of).unwrap();
            assert!((interval.low - low).abs() < 1e-9 && (interval.high - high).abs() < 1e-9, "{interval:?}");
        };
        near(0, 10, 0.0, 0.277_532_799_862_889);
        near(248, 277, 0.853_687_174_756_568, 0.926_112_221_385_376);
        assert_eq!(wilson(0, 0), None);
    }

    /// Ten pictures, each five times, tell as much as ten pictures.
    #[test]
    fn twins_are_no_evidence() {
        let numbers: Vec<u32> = (0..50).map(|picture| picture / 5).collect();
        let groups = Groups::new(Some(&numbers), 50).unwrap();
        let all = share(&groups, |_| Some(true));
        assert_eq!((all.interval, all.method), (wilson(10, 10), Method::WilsonByGroup));
        // The variance between groups divides by one less than their number, as that of a sample does: ten are worth nine.
        near(share(&groups, |picture| Some(picture >= 20)), 0.6, 9.0);
        let alone = share(&Groups::alone(50), |picture| Some(picture >= 20));
        assert_eq!((alone.interval, alone.method), (wilson(30, 50), Method::Wilson));
    }

    /// The interval of a share of so many independent pictures.
    #[track_caller]
    fn near(found: Value, p: f64, worth: f64) {
        let (found, wanted) = (found.interval.unwrap(), score_interval(p, worth));
        let apart = (found.low - wanted.low).abs().max((found.high - wanted.high).abs());
        assert!(apart < 1e-12, "{found:?} instead of {wanted:?}");
    }

    #[test]
    fn groups_are_worth_what_they_vary() {
        let of = |numbers: &[u32]| Groups::new(Some(numbers), numbers.len()).unwrap();
        // Pairs of which one is half right: 0.1875 / 4 beside a variance of 0.0625.
        near(share(&of(&[0, 0, 1, 1]), |picture| Some(picture < 3)), 0.75, 3.0);
        // One group alone is worth one picture, and a group of which nothing is known is none.
        near(share(&of(&[0, 0, 0, 0]), |picture| Some(picture < 2)), 0.5, 1.0);
        near(share(&of(&[0, 0, 1, 1, 2, 2]), |picture| (picture < 4).then_some(picture < 3)), 0.75, 3.0);
        // Groups that vary less than chance are worth no more than their pictures.
        near(share(&of(&[0, 0, 1, 1]), |picture| Some(picture % 2 == 0)), 0.5, 4.0);
    }

    #[test]
    fn a_share_of_nothing_is_not_defined() {
        assert_eq!(share(&Groups::alone(3), |_| None), Value::without_interval(None));
        assert_eq!(share(&Groups::alone(0), |_| Some(true)).value, None);
    }
}
