//! Intervals from resamples (Efron 1979).

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{groups::Groups, interval::Interval};

/// How intervals are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrap {
    /// Equal seeds give equal intervals, on every machine.
    pub seed: u64,
    /// How many resamples are drawn. Where pictures or classes are very many, fewer are.
    pub resamples: usize,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { seed: 1, resamples: 1_000 }
    }
}

/// The most steps that resampling may take, pictures times classes times resamples: they are some seconds.
const MOST_STEPS: usize = 2_000_000_000;

/// The most resamples times classes, because a number of each is kept.
const MOST_KEPT: usize = 10_000_000;

/// The fewest resamples whose percentiles mean anything.
const FEWEST: usize = 100;

/// The share of resamples in which a score must be defined for its interval to be: a class of one or two pictures is absent
/// from more of them.
const DEFINED: f64 = 0.9;

impl Bootstrap {
    /// As many resamples as a person can wait for and a tab has room for.
    pub(crate) fn affordable(self, pictures: usize, classes: usize) -> Self {
        let most = (MOST_STEPS / (pictures * classes).max(1)).max(FEWEST).min(MOST_KEPT / classes.max(1));
        Self { resamples: self.resamples.min(most), ..self }
    }

    /// Draws as many groups as there are, with replacement, for each resample. `each` gets how often each picture was drawn.
    pub(crate) fn draw(self, groups: &Groups, mut each: impl FnMut(&[u32])) {
        let count = groups.count() as u32;
        if count == 0 {
            return;
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut drawn = vec![0; groups.count()];
        let mut weights = vec![0; groups.of().len()];
        for _ in 0..self.resamples {
            drawn.fill(0);
            for _ in 0..count {
                drawn[random.random_range(0..count) as usize] += 1;
            }
            for (weight, &group) in weights.iter_mut().zip(groups.of()) {
                *weight = drawn[group as usize];
            }
            each(&weights);
        }
    }
}

/// The 2.5 and 97.5 % percentiles of what resamples gave: the values at the places `0.025 (n + 1)` and `0.975 (n + 1)` of `n` sorted
/// ones, counted from 1 (Davison and Hinkley 1997), as `numpy.percentile(method="weibull")` interpolates them. NaN marks a resample
/// without a value; `None` if there are too many of them, or all resamples say the same: where every answer is right, no resample
/// holds a wrong one, and from 1 to 1 would be far too sure.
pub(crate) fn percentiles(mut values: Vec<f64>) -> Option<Interval> {
    let drawn = values.len();
    values.retain(|value| value.is_finite());
    if values.is_empty() || (values.len() as f64) < DEFINED * drawn as f64 {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let (least, most) = (values[0], values[values.len() - 1]);
    if least >= most {
        return None;
    }
    let at = |share: f64| {
        let place = (share * (values.len() + 1) as f64 - 1.0).max(0.0);
        let below = place.floor() as usize;
        let above = (below + 1).min(values.len() - 1);
        values[below] + (values[above] - values[below]) * place.fract()
    };
    Some(Interval { low: at(0.025), high: at(0.975) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_drawn_whole_and_equal_seeds_draw_alike() {
        let groups = Groups::new(Some(&[5, 5, 9, 5, 2]), 5).unwrap();
        let drawn = |seed| {
            let mut all = Vec::new();
            Bootstrap { seed, resamples: 50 }.draw(&groups, |weights| all.push(weights.to_vec()));
            all
        };
        assert!(drawn(1).iter().all(|w| w[0] == w[1] && w[0] == w[3] && w[0] + w[2] + w[4] == 3));
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        Bootstrap::default().draw(&Groups::alone(0), |_| panic!("there is nothing to draw"));
    }

    #[test]
    fn as_many_resamples_as_take_seconds_and_fit_a_tab() {
        let asked = Bootstrap { seed: 7, resamples: 9_000_000 };
        let of = |pictures, classes| asked.affordable(pictures, classes).resamples;
        assert_eq!([of(1000, 10), of(1_000_000_000, 1), of(1, 1000), of(0, 0)], [200_000, 100, 10_000, 9_000_000]);
        assert_eq!(asked.affordable(1000, 10).seed, 7);
    }

    #[test]
    fn percentiles_are_numpys_by_weibull() {
        let interval = percentiles((0..=98).rev().map(f64::from).collect()).unwrap();
        assert!((interval.low - 1.5).abs() < 1e-12 && (interval.high - 96.5).abs() < 1e-12);
        assert_eq!(percentiles(vec![f64::NAN; 10]), None);
        let with_gaps =
            |gaps: usize| percentiles((0..10).map(|at| if at < gaps { f64::NAN } else { at as f64 }).collect());
        assert!(with_gaps(1).is_some() && with_gaps(2).is_none(), "nine of ten resamples are enough");
        assert_eq!(percentiles(vec![f64::NAN, f64::NAN, 1.0, 1.0, 1.0]), None);
        assert_eq!(percentiles(Vec::new()), None);
        assert_eq!(percentiles(vec![1.0; 20]), None);
        assert_eq!(percentiles(vec![1.0, 2.0]), Some(Interval { low: 1.0, high: 2.0 }));
    }
}
