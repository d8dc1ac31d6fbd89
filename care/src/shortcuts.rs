//! Shortcuts: properties of a picture that have nothing to do with what it shows, and from which its class can be told.
//!
//! A network learns those first, and fails where they do not hold (Geirhos 2020). cleanlab calls them spurious correlations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::folder::Folder;
use crate::issues::{aspect_ratio, quantile, size};
use crate::look::Look;

/// Into so many ranges with about equally many pictures the values of a property are divided.
const RANGES: usize = 12;
/// The classes are told by pictures that are not among those that are told.
const FOLDS: usize = 5;
/// Classes with fewer pictures are left out.
const FEW: usize = 10;
/// A score below this is an issue: cleanlab's threshold.
const SHORTCUT: f64 = 0.3;

/// How well the class can be told from one property alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shortcut {
    /// "size", "`aspect_ratio`", "brightness", "sharpness", "format", "border" or "`border_tone`".
    pub property: &'static str,
    /// The mean over the classes of the share of their pictures that is told right, 0 to 1.
    pub accuracy: f64,
    /// What guessing reaches: one by the number of classes.
    pub chance: f64,
    /// What is left between this accuracy and 1, by what chance leaves: 0 to 1; low is bad.
    pub score: f64,
    /// Whether the score is below cleanlab's threshold of 0.3.
    pub issue: bool,
}

/// A number that a look has.
type Measure = fn(&Look) -> f64;

/// The properties of a picture, by their names.
fn properties() -> [(&'static str, Measure); 7] {
    [
        ("size", size),
        ("aspect_ratio", aspect_ratio),
        ("brightness", |look| f64::from(look.brightness)),
        ("sharpness", |look| f64::from(look.sharpness)),
        ("format", |look| f64::from(look.file.format as u8)),
        ("border", |look| f64::from(look.border)),
        ("border_tone", |look| f64::from(look.border_tone)),
    ]
}

/// What can be told from each property, the most first. `groups` are those of duplicates, of which none is told by its twin.
///
/// The class of a picture is told to be the one that has the largest share of its own pictures in the range in which this
/// picture's value lies (Bayes's rule with equal priors), by the pictures of the other four fifths of the folder.
#[must_use]
pub fn shortcuts(folder: &Folder, groups: &[u32]) -> Vec<Shortcut> {
    let mut of_classes: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for id in folder.used() {
        of_classes.entry(folder.labels()[id]).or_default().push(id);
    }
    of_classes.retain(|_, ids| ids.len() >= FEW);
    let classes = of_classes.len();
    if classes < 2 {
        return Vec::new();
    }
    let pictures: Vec<(usize, usize)> = of_classes
        .into_values()
        .enumerate()
        .flat_map(|(class, ids)| ids.into_iter().map(move |id| (id, class)))
        .collect();
    let chance = 1.0 / classes as f64;
    let mut found: Vec<Shortcut> = properties()
        .into_iter()
        .map(|(property, value)| {
            let told = |&(id, class): &(usize, usize)| Told {
                value: value(&folder.looks()[id]),
                class,
                fold: groups.get(id).map_or(id, |&group| group as usize) % FOLDS,
            };
            let accuracy = accuracy(&pictures.iter().map(told).collect::<Vec<_>>(), classes);
            let score = ((1.0 - accuracy) / (1.0 - chance)).clamp(0.0, 1.0);
            Shortcut { property, accuracy, chance, score, issue: score < SHORTCUT }
        })
        .collect();
    found.sort_by(|a, b| a.score.total_cmp(&b.score));
    found
}

/// A picture whose class is told.
struct Told {
    value: f64,
    class: usize,
    fold: usize,
}

/// The share of the pictures of each class that is told right, averaged over the classes.
fn accuracy(pictures: &[Told], classes: usize) -> f64 {
    let (mut right, mut all) = (vec![0.0; classes], vec![0.0; classes]);
    for fold in 0..FOLDS {
        let (told, known): (Vec<&Told>, Vec<&Told>) = pictures.iter().partition(|picture| picture.fold == fold);
        let bounds = bounds(known.iter().map(|picture| picture.value).collect());
        let range = |value: f64| bounds.partition_point(|&bound| bound <= value);
        let mut shares = vec![vec![0.0f64; classes]; bounds.len() + 1];
        let mut counts = vec![0.0; classes];
        for picture in &known {
            counts[picture.class] += 1.0;
        }
        for picture in &known {
            shares[range(picture.value)][picture.class] += 1.0 / counts[picture.class];
        }
        for picture in told {
            let shares = &shares[range(picture.value)];
            let best = (0..classes).max_by(|&a, &b| shares[a].total_cmp(&shares[b]).then(b.cmp(&a)));
            right[picture.class] += f64::from(u8::from(best == Some(picture.class)));
            all[picture.class] += 1.0;
        }
    }
    right.iter().zip(&all).map(|(right, all)| right / f64::max(*all, 1.0)).sum::<f64>() / classes as f64
}

/// What divides values into ranges: each holds about equally many, and equal values are never divided.
fn bounds(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut bounds: Vec<f64> = (1..RANGES).map(|part| quantile(&values, part as f64 / RANGES as f64)).collect();
    // A value that fills more than a range has one of its own: the next value begins another.
    let after = |bound: &f64| values.get(values.partition_point(|value| value <= bound)).copied();
    bounds.extend(bounds.clone().iter().filter_map(after));
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFacts, Part};

    /// What is told by the brightness of pictures: so many of a class with a value, one after the other, which makes the folds alike.
    fn told(pictures: &[(u32, f32, usize)]) -> Option<Shortcut> {
        let plain = Look::of::<3>(&[9; 8 * 8 * 3], 8, FileFacts::default());
        let each = pictures.iter().flat_map(|&(class, brightness, count)| vec![(class, brightness); count]);
        let (labels, looks): (Vec<u32>, Vec<Look>) =
            each.map(|(class, brightness)| (class, Look { brightness, ..plain })).unzip();
        let names: Vec<String> = (0..5).map(|class| class.to_string()).collect();
        let parts = vec![Some(Part::Training); looks.len()];
        let found = shortcuts(&Folder::new(&looks, &parts, &labels, &names).unwrap(), &[]);
        assert!(found.is_empty() || found.len() == 7);
        found.into_iter().find(|shortcut| shortcut.property == "brightness")
    }

    #[track_caller]
    fn near(found: Option<Shortcut>, accuracy: f64) {
        let found = found.unwrap();
        assert!((found.accuracy - accuracy).abs() < 1e-12, "{found:?}");
        assert!((found.score - (1.0 - accuracy) / (1.0 - found.chance)).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_class_is_told_by_its_own_share_of_a_value() {
        near(told(&[(0, 0.0, 20), (1, 1.0, 20)]), 1.0);
        // Of class 1 a larger share has the value 1, though class 0 has as many pictures with it.
        near(told(&[(0, 0.0, 40), (0, 1.0, 10), (1, 0.0, 15), (1, 1.0, 10)]), f64::midpoint(0.8, 0.4));
        // The first 25 pictures are told by their values, and the others are all alike.
        near(told(&[(0, 0.0, 15), (1, 1.0, 10), (0, 0.5, 85), (1, 0.5, 90)]), f64::midpoint(0.15, 1.0));
    }

    #[test]
    fn a_picture_is_told_by_those_of_the_other_folds() {
        // Every fifth picture of class 1 has the value of class 0: a fold of its own, from which the others could not be told.
        let of_class_1 = [(1, 1.0, 4), (1, 0.0, 1)].repeat(4);
        near(told(&[&[(0, 0.0, 20)], &of_class_1[..]].concat()), f64::midpoint(1.0, 0.8));
    }

    #[test]
    fn two_classes_are_needed_and_three_tenths_are_no_issue() {
        assert_eq!((told(&[]), told(&[(0, 0.0, 20)]), told(&[(0, 0.0, 20), (1, 1.0, 9)])), (None, None, None));
        let mixed = |right: usize| {
            let of = |class: u32| [(class, class as f32, right), (class, ((class + 1) % 5) as f32, 25 - right)];
            told(&(0..5).flat_map(of).collect::<Vec<_>>()).unwrap()
        };
        assert!(!mixed(19).issue && mixed(20).issue, "{:?}", mixed(19));
    }

    #[test]
    fn a_value_that_fills_a_range_has_one_of_its_own() {
        let values = [vec![1.0; 20], vec![2.0, 3.0]].concat();
        assert_eq!(bounds(values), [1.0, 1.25, 2.0]);
        assert_eq!(bounds((0..=12).map(f64::from).collect()), (1..13).map(f64::from).collect::<Vec<_>>());
    }
}
