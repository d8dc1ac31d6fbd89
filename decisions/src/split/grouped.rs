//! Splits that divide no group of pictures, such as those of one patient, and keep the share of each class as well as that allows.

use std::collections::HashMap;

use rand::seq::SliceRandom;

use crate::seed::{Purpose, Seed};

/// The positions of a group, and how many of them are of which class.
struct Group {
    positions: Vec<usize>,
    counts: Vec<(usize, usize)>,
}

/// The groups, in an order that the seed draws.
fn drawn(labels: &[usize], groups: &[u32], seed: Seed) -> Vec<Group> {
    let mut place = HashMap::new();
    let mut drawn: Vec<Group> = Vec::new();
    for (position, (&label, &group)) in labels.iter().zip(groups).enumerate() {
        let at = *place.entry(group).or_insert(drawn.len());
        if at == drawn.len() {
            drawn.push(Group { positions: Vec::new(), counts: Vec::new() });
        }
        let Group { positions, counts } = &mut drawn[at];
        positions.push(position);
        match counts.iter_mut().find(|(class, _)| *class == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label, 1)),
        }
    }
    drawn.shuffle(&mut seed.rng(Purpose::Split));
    drawn
}

/// Holds out about the same share of every class: for each position, whether it is held out. A group is held out whole where that
/// brings the counts of its classes nearer to their shares. Groups of one picture each are split as
/// [`stratified`](super::stratified) splits pictures.
///
/// A class in at least two groups has at least one picture on both sides, as far as other classes allow.
///
/// # Shapes
/// - `labels`, `groups`: the class and the group of each position
/// - `wanted`: how many pictures of each class are to be held out
#[must_use]
pub fn grouped(labels: &[usize], groups: &[u32], wanted: &[usize], seed: Seed) -> Vec<bool> {
    let all = drawn(labels, groups, seed);
    let mut left: Vec<isize> = wanted.iter().map(|&wanted| wanted as isize).collect();
    let mut held = vec![false; all.len()];
    for (held, group) in held.iter_mut().zip(&all) {
        let nearer = |&(class, count): &(usize, usize)| left[class].abs() - (left[class] - count as isize).abs();
        *held = group.counts.iter().map(nearer).sum::<isize>() > 0;
        if *held {
            group.counts.iter().for_each(|&(class, count)| left[class] -= count as isize);
        }
    }
    for (class, &share) in wanted.iter().enumerate() {
        let of_class: Vec<usize> =
            (0..all.len()).filter(|&at| all[at].counts.iter().any(|&(of, _)| of == class)).collect();
        let there = of_class.iter().filter(|&&at| held[at]).count();
        if of_class.len() > 1 && share > 0 && (there == 0 || there == of_class.len()) {
            let smallest = of_class.into_iter().min_by_key(|&at| all[at].positions.len());
            if let Some(at) = smallest {
                held[at] = there == 0;
            }
        }
    }
    let mut held_out = vec![false; labels.len()];
    for (group, held) in all.iter().zip(held) {
        group.positions.iter().for_each(|&position| held_out[position] = held);
    }
    held_out
}

/// Deals the groups out to folds, the largest first, each to the fold that has the least of its classes and then the least of all:
/// for each position, its fold. That is how scikit-learn's `StratifiedGroupKFold` goes about it.
///
/// # Shapes
/// - `labels`, `groups`: the class and the group of each position
/// - `counts`: the number of pictures of each class
#[must_use]
pub fn folds(labels: &[usize], groups: &[u32], counts: &[usize], folds: usize, seed: Seed) -> Vec<usize> {
    let mut all = drawn(labels, groups, seed);
    all.sort_by_key(|group| std::cmp::Reverse(group.positions.len())); // stable: equal ones stay as they were drawn
    let mut of_class = vec![vec![0usize; counts.len()]; folds];
    let mut sizes = vec![0usize; folds];
    let mut fold_of = vec![0; labels.len()];
    for Group { positions, counts: own } in all {
        // What the sum of the squared shares of the classes would grow by.
        let growth = |fold: usize| {
            let grown = |&(class, count): &(usize, usize)| {
                (2 * of_class[fold][class] * count + count * count) as f64 / (counts[class] as f64).powi(2)
            };
            own.iter().map(grown).sum::<f64>()
        };
        let best = (0..folds).min_by(|&a, &b| growth(a).total_cmp(&growth(b)).then(sizes[a].cmp(&sizes[b])));
        let fold = best.unwrap_or_default();
        for (class, count) in own {
            of_class[fold][class] += count;
        }
        sizes[fold] += positions.len();
        for position in positions {
            fold_of[position] = fold;
        }
    }
    fold_of
}

#[cfg(test)]
mod tests {
    use super::super::{shares, stratified};
    use super::*;
    use rand::RngExt;

    /// Pictures of three classes, most alone and some in groups of up to 12, of one class or several.
    fn pictures(seed: u64) -> (Vec<usize>, Vec<u32>, Vec<usize>) {
        let mut rng = Seed(seed).rng(Purpose::Shuffle(0));
        let (mut labels, mut groups) = (Vec::new(), Vec::new());
        for group in 0..200 {
            let size = if rng.random_range(0..4) == 0 { rng.random_range(2..13) } else { 1 };
            let class = rng.random_range(0..3);
            for _ in 0..size {
                labels.push(if rng.random_range(0..20) == 0 { rng.random_range(0..3) } else { class });
                groups.push(group);
            }
        }
        let counts = (0..3).map(|class| labels.iter().filter(|&&label| label == class).count()).collect();
        (labels, groups, counts)
    }

    #[test]
    fn no_split_divides_a_group_and_the_shares_are_kept() {
        for seed in 0..100 {
            let (labels, groups, counts) = pictures(seed);
            for fraction in [0.1, 0.2, 0.5] {
                let held = grouped(&labels, &groups, &shares(&counts, fraction), Seed(seed));
                let mut sides: HashMap<u32, bool> = HashMap::new();
                let whole = groups.iter().zip(&held).all(|(&group, &held)| *sides.entry(group).or_insert(held) == held);
                assert!(whole, "a group is divided");
                for (class, &count) in counts.iter().enumerate() {
                    let there = labels.iter().zip(&held).filter(|&(&label, &held)| held && label == class).count();
                    let apart = (there as f64 - count as f64 * fraction).abs();
                    assert!(apart <= 7.0 && there > 0 && there < count, "{there} of {count} for {fraction}");
                }
                assert_eq!(held, grouped(&labels, &groups, &shares(&counts, fraction), Seed(seed)));
            }
        }
    }

    #[test]
    fn pictures_that_are_alone_are_split_as_without_groups() {
        let (labels, _, counts) = pictures(1);
        let alone: Vec<u32> = (0..labels.len() as u32).collect();
        assert_eq!(
            grouped(&labels, &alone, &shares(&counts, 0.3), Seed(9)),
            stratified(&labels, &counts, 0.3, Seed(9))
        );
    }

    #[test]
    fn every_picture_is_in_one_fold_no_group_in_two_and_the_folds_are_alike() {
        for seed in 0..100 {
            let (labels, groups, counts) = pictures(seed);
            let fold_of = folds(&labels, &groups, &counts, 5, Seed(seed));
            let mut of_group: HashMap<u32, usize> = HashMap::new();
            assert!(groups.iter().zip(&fold_of).all(|(&group, &fold)| *of_group.entry(group).or_insert(fold) == fold));
            for (class, &count) in counts.iter().enumerate() {
                for fold in 0..5 {
                    let there =
                        labels.iter().zip(&fold_of).filter(|&(&label, &of)| of == fold && label == class).count();
                    assert!((there as f64 - count as f64 / 5.0).abs() <= 7.0, "{there} of {count}");
                }
            }
        }
    }

    #[test]
    fn a_few_large_groups_of_each_class_are_dealt_out_too() {
        let labels: Vec<usize> = (0..80).map(|at| at / 40).collect();
        let groups: Vec<u32> = (0..80).map(|at| at / 10).collect();
        let held = grouped(&labels, &groups, &shares(&[40, 40], 0.1), Seed(1));
        assert_eq!(
            held.iter().filter(|&&held| held).count(),
            20,
            "one group of each class, because none is not enough"
        );
        let fold_of = folds(&labels, &groups, &[40, 40], 4, Seed(1));
        for fold in 0..4 {
            assert_eq!(fold_of.iter().filter(|&&of| of == fold).count(), 20);
        }
    }
}
