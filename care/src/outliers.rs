//! Pictures that are far from all others, by what a network makes of them: cleanlab's score.

use crate::issues::{Issue, Kind};

/// Neighbours whose distances are averaged.
const NEIGHBOURS: usize = 10;
/// The most pictures that each one is compared with: of more, every so many.
const COMPARED: usize = 2000;
/// A picture is an outlier from so many times the median distance on: cleanlab's threshold of 0.37037 is its inverse.
const TIMES: f64 = 2.7;

/// The outliers among pictures, the worst first; their ids are those of `ids`.
///
/// The score is exp(-d / m), where d is the mean cosine distance to the ten nearest others and m the median of all d (cleanlab's
/// `OutOfDistribution`). Nothing is said of fewer than 20 pictures.
///
/// # Shapes
/// - `features`: `[ids.len(), values]`
#[must_use]
pub fn outliers(features: &[f32], ids: &[u32]) -> Vec<Issue> {
    let values = features.len().checked_div(ids.len()).unwrap_or_default();
    if ids.len() < 2 * NEIGHBOURS || values == 0 || features.len() != values * ids.len() {
        return Vec::new();
    }
    let rows: Vec<Vec<f32>> = features.chunks_exact(values).map(unit).collect();
    let step = ids.len().div_ceil(COMPARED);
    let distance = |at: usize| {
        let others = (0..rows.len()).step_by(step).filter(|&other| other != at);
        let mut distances: Vec<f64> = others.map(|other| cosine_distance(&rows[at], &rows[other])).collect();
        let (nearest, ..) = distances.select_nth_unstable_by(NEIGHBOURS, f64::total_cmp);
        nearest.iter().sum::<f64>() / NEIGHBOURS as f64
    };
    let distances: Vec<f64> = (0..rows.len()).map(distance).collect();
    let mut sorted = distances.clone();
    sorted.sort_by(f64::total_cmp);
    let median = crate::issues::quantile(&sorted, 0.5).max(f64::from(f32::EPSILON));
    let far = distances.iter().zip(ids).filter(|&(&distance, _)| distance > TIMES * median);
    let issue =
        |(&distance, &picture): (&f64, &u32)| Issue { kind: Kind::Outlier, picture, score: (-distance / median).exp() };
    let mut issues: Vec<Issue> = far.map(issue).collect();
    issues.sort_by(|a, b| a.score.total_cmp(&b.score).then(a.picture.cmp(&b.picture)));
    issues
}

/// The same direction with length 1.
fn unit(row: &[f32]) -> Vec<f32> {
    let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
    row.iter().map(|value| if length > 0.0 { value / length } else { 0.0 }).collect()
}

fn cosine_distance(a: &[f32], b: &[f32]) -> f64 {
    f64::from((1.0 - a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>()).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_pictures_are_enough() {
        let found = |pictures: usize| {
            let features: Vec<f32> =
                (0..pictures).flat_map(|at| if at == 0 { [0.0, 1.0] } else { [1.0, 0.0] }).collect();
            outliers(&features, &(0..pictures as u32).collect::<Vec<_>>()).len()
        };
        assert_eq!([found(20), found(19), found(0)], [1, 0, 0]);
    }

    /// Where the others are all equal, a distance counts by the least that 32 bits tell apart.
    #[test]
    fn a_distance_is_the_mean_to_ten_others() {
        let angle = 1.1e-3_f32;
        let mut features = [1.0, 0.0].repeat(30);
        features[..2].copy_from_slice(&[angle.cos(), angle.sin()]);
        let found = outliers(&features, &(0..30).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert!((-7.0..-4.0).contains(&found[0].score.ln()), "{found:?}");
    }

    #[test]
    fn directions_are_compared_and_not_lengths() {
        assert_eq!((unit(&[3.0, 4.0]), unit(&[0.0, 0.0])), (vec![0.6, 0.8], vec![0.0, 0.0]));
        assert!((cosine_distance(&[1.0, 0.0], &[0.0, 1.0]) - 1.0).abs() < 1e-12);
        assert!((cosine_distance(&[1.0, 0.0], &[-1.0, 0.0]) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_one_that_points_elsewhere_is_found() {
        let mut features: Vec<f32> =
            (0..60).flat_map(|at| [10.0, (at % 7) as f32 / 10.0, (at % 5) as f32 / 10.0]).collect();
        features[3 * 17] = -10.0;
        let ids: Vec<u32> = (100..160).collect();
        let found = outliers(&features, &ids);
        assert_eq!(found.iter().map(|issue| issue.picture).collect::<Vec<_>>(), [117]);
        assert!(found[0].score < 1e-6);
        assert_eq!(outliers(&features[..30], &ids[..10]), []);
    }
}
