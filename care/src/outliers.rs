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
        let nearest = NEIGHBOURS.min(distances.len());
        distances.select_nth_unstable_by(nearest - 1, f64::total_cmp);
        distances[..nearest].iter().sum::<f64>() / nearest as f64
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
