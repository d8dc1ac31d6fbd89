//! Pictures that are odd by themselves, with CleanVision's names, scores and thresholds: a score is from 0 to 1, and low is bad.

use serde::Serialize;

use crate::folder::Folder;
use crate::look::Look;

/// What may be odd about a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 99 % of its pixels are dark.
    Dark,
    /// 95 % of its pixels are light.
    Light,
    /// It has hardly an edge.
    Blurry,
    /// It has hardly two tones.
    LowInformation,
    /// It has far more or fewer pixels than the others.
    OddSize,
    /// It is far longer than wide, or the other way round.
    OddAspectRatio,
    /// It has no colour, where others do.
    Grayscale,
    /// It is far from all others, by what a network makes of it.
    Outlier,
}

/// Something odd about a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Issue {
    /// What it is.
    pub kind: Kind,
    /// The id of the picture.
    pub picture: u32,
    /// 0 to 1; low is bad.
    pub score: f64,
}

/// Scores below these are issues, as in CleanVision.
const DARK: f64 = 0.32;
const LIGHT: f64 = 0.05;
const BLURRY: f64 = 0.29;
const LOW_INFORMATION: f64 = 0.3;
const ODD_ASPECT_RATIO: f64 = 0.35;
/// Edges and tones count by 1 - exp(-0.01 x), and pictures with few tones do not count as blurry for that.
const BLURRY_FACTOR: f64 = 0.01;
const FEW_TONES: f64 = 0.18;
/// So many interquartile ranges beyond the quartiles, a size is odd.
const RANGES: f64 = 3.0;
/// Pictures without colour are odd where no more than this share of a folder has none.
const RARE: f64 = 0.5;

/// How dark a picture is.
fn dark(look: &Look) -> f64 {
    f64::from(look.high)
}

fn light(look: &Look) -> f64 {
    1.0 - f64::from(look.low)
}

fn blurry(look: &Look) -> f64 {
    let score = |value: f32| 1.0 - (-f64::from(value) * BLURRY_FACTOR).exp();
    let tones = score(look.spread);
    (score(look.sharpness) + if tones > FEW_TONES { tones } else { 0.0 }).min(1.0)
}

fn low_information(look: &Look) -> f64 {
    (f64::from(look.entropy) * 0.1).min(1.0)
}

/// The shorter side by the longer one.
pub(crate) fn aspect_ratio(look: &Look) -> f64 {
    let (width, height) = (f64::from(look.file.width), f64::from(look.file.height));
    (width / height).min(height / width)
}

/// The root of the number of pixels.
pub(crate) fn size(look: &Look) -> f64 {
    f64::from(look.file.width).sqrt() * f64::from(look.file.height).sqrt()
}

/// The issues of the pictures that are in a part, by kind and then the worst first.
#[must_use]
pub fn issues(folder: &Folder) -> Vec<Issue> {
    let used = folder.used();
    let looks = folder.looks();
    let grey = used.iter().filter(|&&id| looks[id].is_grey).count();
    let grey_is_rare = grey as f64 <= RARE * used.len() as f64;
    let odd_size = odd_size(&used.iter().map(|&id| size(&looks[id])).collect::<Vec<_>>());
    let mut issues = Vec::new();
    for &id in &used {
        let look = &looks[id];
        let (size_score, size_threshold) = odd_size(size(look));
        let scores = [
            (Kind::Dark, dark(look), DARK),
            (Kind::Light, light(look), LIGHT),
            (Kind::Blurry, blurry(look), BLURRY),
            (Kind::LowInformation, low_information(look), LOW_INFORMATION),
            (Kind::OddSize, size_score, size_threshold),
            (Kind::OddAspectRatio, aspect_ratio(look), ODD_ASPECT_RATIO),
            (Kind::Grayscale, if look.is_grey && grey_is_rare { 0.0 } else { 1.0 }, 0.5),
        ];
        let found = scores.into_iter().filter(|(_, score, threshold)| score < threshold);
        issues.extend(found.map(|(kind, score, _)| Issue { kind, picture: id as u32, score }));
    }
    issues.sort_by(|a, b| a.kind.cmp(&b.kind).then(a.score.total_cmp(&b.score)).then(a.picture.cmp(&b.picture)));
    issues
}

/// The score of a size among these, and the threshold below which it is odd.
fn odd_size(sizes: &[f64]) -> impl Fn(f64) -> (f64, f64) + use<> {
    let mut sorted = sizes.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (first, third) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75));
    let (least, most) = (first - RANGES * (third - first), third + RANGES * (third - first));
    let middle = f64::midpoint(least, most);
    let gap = most - least;
    // Where most sizes are the same, every other one is odd.
    let (norm, threshold) = if gap > 0.0 { (gap, 0.5) } else { (middle.max(f64::MIN_POSITIVE), 1.0) };
    move |size| (1.0 - ((size - middle).abs() / norm).clamp(0.0, 1.0), threshold)
}

/// The value below which this share of sorted values lies, as numpy's `percentile` computes it.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1)) as f64 * share;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or_default();
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFacts, Part};

    fn look(width: u32, height: u32) -> Look {
        Look::of::<3>(&[9; 8 * 8 * 3], 8, FileFacts { width, height, ..FileFacts::default() })
    }

    #[test]
    fn what_is_measured_of_a_look() {
        assert_eq!([look(100, 50), look(50, 100)].map(|look| aspect_ratio(&look)).to_vec(), [0.5; 2]);
        assert!((size(&look(400, 100)) - 200.0).abs() < 1e-9);
        let sharp = |sharpness: f32, spread: f32| blurry(&Look { sharpness, spread, ..look(8, 8) });
        let part = |value: f64| 1.0 - (-0.01 * value).exp();
        assert!((sharp(0.0, 10.0)).abs() < 1e-9, "few tones count for nothing");
        assert!(
            (sharp(0.0, 50.0) - part(50.0)).abs() < 1e-9 && (sharp(20.0, 50.0) - part(20.0) - part(50.0)).abs() < 1e-9
        );
    }

    #[test]
    fn a_size_is_odd_three_quartile_ranges_beyond_the_quartiles() {
        let of = odd_size(&[50.0, 10.0, 40.0, 20.0, 30.0]);
        // The quartiles are 20 and 40, so that from -40 to 100 nothing is odd.
        for (size, score) in [(30.0, 1.0), (100.0, 0.5), (-40.0, 0.5), (65.0, 0.75), (240.0, 0.0)] {
            let (found, threshold) = of(size);
            assert!((found - score).abs() < 1e-12 && (threshold - 0.5).abs() < 1e-12, "{size}: {found}");
        }
        let same = odd_size(&[10.0; 5]);
        assert_eq!([same(10.0), same(15.0), same(5.0)], [(1.0, 1.0), (0.5, 1.0), (0.5, 1.0)]);
    }

    #[test]
    fn a_quantile_lies_between_two_values() {
        let of = |share| quantile(&[1.0, 2.0, 4.0], share);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(of).to_vec(), [1.0, 1.5, 2.0, 3.0, 4.0]);
        assert!(quantile(&[], 0.5).abs() < 1e-12);
    }

    #[test]
    fn pictures_without_colour_are_odd_where_at_most_half_have_none() {
        let names = ["all".to_string()];
        let found = |grey: usize| {
            let looks: Vec<Look> = (0..4).map(|id| Look { is_grey: id < grey, ..look(8, 8) }).collect();
            let folder = Folder::new(&looks, &[Some(Part::Training); 4], &[0; 4], &names).unwrap();
            issues(&folder).iter().filter(|issue| issue.kind == Kind::Grayscale).count()
        };
        assert_eq!([found(0), found(1), found(2), found(3), found(4)], [0, 1, 2, 0, 0]);
    }
}
