//! Whether the probabilities mean what they say.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::{
    bootstrap::{Bootstrap, percentiles},
    groups::Groups,
    interval::{Interval, defined},
    isotonic::Brier,
    predictions::Predictions,
    ranking::Ranking,
    wilson::share,
};

/// A bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The bin holds probabilities above this; the first one holds 0, too.
    pub low: f64,
    /// The bin holds probabilities up to this.
    pub high: f64,
    /// The number of pictures.
    pub count: usize,
    /// The mean probability of its pictures; `None` of an empty bin.
    pub confidence: Option<f64>,
    /// The share of its pictures for which the answer is right; `None` of an empty bin.
    pub accuracy: Option<f64>,
    /// Wilson's 95 % interval of that share; `None` of an empty bin.
    pub interval: Option<Interval>,
}

/// What [`calibration`] says. The two errors have no interval: like every error that cannot be negative they are too large on average,
/// the more so the fewer pictures, and resamples make that worse. Each bin's interval tells how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// Equally wide, from 0 to 1.
    pub bins: Vec<Bin>,
    /// The expected calibration error: the mean distance of confidence and accuracy, weighted by the pictures of each bin, 0 to 1
    /// (Naeini and others 2015, Guo and others 2017). `None` without pictures.
    pub ece: Option<f64>,
    /// Where that error lies in 95 of 100 cases if the probabilities mean exactly what they say and each picture stands for itself: what
    /// few pictures alone bring about (Bröcker and Smith 2007). An error within it is no evidence of anything. `None` without pictures.
    pub ece_if_calibrated: Option<Interval>,
    /// The maximum calibration error: the largest of these distances. `None` without pictures.
    pub mce: Option<f64>,
    /// The Brier score of all classes, as in the report of scores.
    pub brier: Option<f64>,
    /// What of it a recalibration would take away.
    pub brier_calibration: Option<f64>,
    /// What of it is left then.
    pub brier_refinement: Option<f64>,
}

/// The most bins.
const MOST_BINS: usize = 1_000;

/// A reliability diagram with so many equally wide bins.
///
/// Without a class, the probability is that of the said class, and the answer is right if it is the label. With one, the probability is
/// that of this class, and right are its pictures.
///
/// # Errors
///
/// A sentence, if there is no such class, there are no bins or too many, or there are groups of other pictures.
pub fn calibration(
    predictions: Predictions,
    bins: usize,
    class: Option<usize>,
    groups: &Groups,
    bootstrap: Bootstrap,
) -> Result<Calibration, String> {
    class.map_or(Ok(()), |class| predictions.check_class(class))?;
    if !(1..=MOST_BINS).contains(&bins) {
        return Err(format!("A reliability diagram has 1 to {MOST_BINS} bins, not {bins}."));
    }
    groups.check(predictions.pictures())?;
    let pictures: Vec<(usize, f64, bool)> = predictions
        .labels()
        .zip(predictions.said())
        .zip(predictions.rows())
        .map(|((label, said), row)| {
            let answer = class.unwrap_or(said);
            let p = f64::from(row[answer]);
            let bin = ((p * bins as f64).ceil() as usize).clamp(1, bins) - 1;
            (bin, p, answer == label)
        })
        .collect();
    let all: Vec<Bin> = (0..bins).map(|bin| Bin::new(bin, bins, &pictures, groups)).collect();
    let distances = || all.iter().filter_map(|bin| Some((bin.count, (bin.accuracy? - bin.confidence?).abs())));
    let sum: f64 = distances().map(|(count, distance)| count as f64 * distance).sum();
    let rankings: Vec<Ranking> = (0..predictions.classes()).map(|class| Ranking::new(predictions, class)).collect();
    let brier = Brier::new(predictions, &rankings);
    Ok(Calibration {
        ece: (!pictures.is_empty()).then(|| sum / pictures.len() as f64),
        ece_if_calibrated: if_calibrated(bins, &pictures, bootstrap),
        mce: distances().map(|(_, distance)| distance).max_by(f64::total_cmp),
        brier: defined(brier.score),
        brier_calibration: defined(brier.calibration),
        brier_refinement: defined(brier.refinement),
        bins: all,
    })
}

/// The expected calibration errors of answers that are right as often as their probability says.
///
/// # Shapes
/// - `pictures`: bin, probability and whether the answer is right, of each
fn if_calibrated(bins: usize, pictures: &[(usize, f64, bool)], bootstrap: Bootstrap) -> Option<Interval> {
    let Bootstrap { seed, resamples } = bootstrap.affordable(pictures.len(), 1);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut error = || {
        // Right answers minus probabilities of each bin: the distance of its accuracy and confidence, times its pictures.
        let mut sums = vec![0.0; bins];
        for &(bin, p, _) in pictures {
            let right = f64::from(random.random::<f32>()) < p;
            sums[bin] += f64::from(u8::from(right)) - p;
        }
        sums.iter().map(|sum| sum.abs()).sum::<f64>() / pictures.len() as f64
    };
    percentiles((0..resamples).map(|_| error()).collect())
}

impl Bin {
    /// # Shapes
    /// - `pictures`: bin, probability and whether the answer is right, of each
    fn new(bin: usize, bins: usize, pictures: &[(usize, f64, bool)], groups: &Groups) -> Self {
        let inside = || pictures.iter().filter(|(of, ..)| *of == bin);
        let count = inside().count();
        let right =
            share(groups, |picture| Some(pictures[picture]).and_then(|(of, _, hit)| (of == bin).then_some(hit)));
        Self {
            low: bin as f64 / bins as f64,
            high: (bin + 1) as f64 / bins as f64,
            count,
            confidence: (count > 0).then(|| inside().map(|(_, p, _)| p).sum::<f64>() / count as f64),
            accuracy: right.value,
            interval: right.interval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_holds_its_upper_edge() {
        let rows = [1.0, 0.0, 0.5, 0.5, 0.25, 0.75];
        let predictions = Predictions::new(&[0, 1, 1], &rows, 2).unwrap();
        let of = |class| calibration(predictions, 2, class, &Groups::alone(3), Bootstrap::default()).unwrap();
        let said = of(None);
        assert_eq!(said.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((said.bins[1].confidence, said.bins[1].accuracy), (Some(0.875), Some(1.0)));
        assert!((said.ece.unwrap() - (0.5 + 0.125 * 2.0) / 3.0).abs() < 1e-15);
        assert_eq!(said.mce, Some(0.5));
        assert_eq!(of(Some(1)).bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 1]);
    }

    /// Ten answers with a probability of 0.5: five of ten right is an error of 0, and two or eight of ten are not rare.
    #[test]
    fn few_pictures_alone_bring_about_an_error() {
        let rows = [0.5; 20];
        let predictions = Predictions::new(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1], &rows, 2).unwrap();
        let found = calibration(predictions, 10, None, &Groups::alone(10), Bootstrap::default()).unwrap();
        let expected = found.ece_if_calibrated.unwrap();
        assert!(found.ece.unwrap().abs() < 1e-12 && expected.low.abs() < 1e-12, "{expected:?}");
        assert!((expected.high - 0.3).abs() < 1e-12, "{expected:?}");
    }

    /// Of four answers with a probability of 0.75, one or none is right in a twentieth of all cases.
    #[test]
    fn sure_answers_are_right_as_often_as_they_say() {
        let rows = [0.75, 0.25].repeat(4);
        let predictions = Predictions::new(&[0, 0, 0, 1], &rows, 2).unwrap();
        let found = calibration(predictions, 10, None, &Groups::alone(4), Bootstrap::default()).unwrap();
        assert_eq!(found.ece_if_calibrated, Some(crate::Interval { low: 0.0, high: 0.5 }));
    }

    #[test]
    fn nothing_is_not_defined() {
        let predictions = Predictions::new(&[], &[], 2).unwrap();
        let nothing = calibration(predictions, 3, None, &Groups::alone(0), Bootstrap::default()).unwrap();
        assert_eq!((nothing.ece, nothing.mce, nothing.bins[0].interval), (None, None, None));
        assert!(calibration(predictions, 0, None, &Groups::alone(0), Bootstrap::default()).is_err());
    }
}
