//! Splits beside slow and plain versions of their rules, and the streams of random numbers that stored runs depend on.

use std::collections::BTreeSet;

use rand::{RngExt, seq::SliceRandom};
use tabfit_decisions::Seed;
use tabfit_decisions::seed::Purpose;
use tabfit_decisions::split::{folds, grouped, last, shares, stratified};

#[test]
fn keras_takes_the_last_ones_and_each_class_its_share() {
    assert_eq!([last(10, 0.0), last(10, 0.25), last(3, 0.5), last(1, 0.9)], [10, 7, 1, 0]);
    assert_eq!(shares(&[0, 1, 2, 3, 10, 10], 0.25), [0, 0, 1, 1, 3, 3]);
    assert_eq!(shares(&[2, 3, 10], 0.99), [1, 2, 9]);
    assert_eq!(shares(&[2, 3, 10], 0.01), [1, 1, 1]);
}

/// 16 pictures of a class and 8 of another, in groups of one to four.
fn pictures(seed: u64) -> (Vec<usize>, Vec<u32>) {
    let mut rng = Seed(seed).rng(Purpose::Shuffle(1));
    let mut labels: Vec<usize> = (0..24).map(|at| at / 16).collect();
    labels.shuffle(&mut rng);
    let mut groups = Vec::new();
    for group in 0..24 {
        groups.extend(vec![group; rng.random_range(1..5)]);
    }
    groups.truncate(24);
    (labels, groups)
}

/// The positions of each group, in the order that the seed draws.
fn drawn(groups: &[u32], seed: Seed) -> Vec<Vec<usize>> {
    let positions = |group: u32| (0..groups.len()).filter(|&at| groups[at] == group).collect();
    let all: BTreeSet<u32> = groups.iter().copied().collect();
    let mut drawn: Vec<Vec<usize>> = all.into_iter().map(positions).collect();
    drawn.shuffle(&mut seed.rng(Purpose::Split));
    drawn
}

/// How many of these positions are of a class.
fn of_class<'a>(positions: impl IntoIterator<Item = &'a usize>, labels: &[usize], class: usize) -> isize {
    positions.into_iter().filter(|&&at| labels[at] == class).count() as isize
}

#[test]
fn a_group_is_held_out_where_that_is_nearer_to_what_is_wanted() {
    for seed in 0..300 {
        let (labels, groups) = pictures(seed);
        for wanted in [[4, 4], [8, 2], [1, 1], [0, 5], [16, 8]] {
            let all = drawn(&groups, Seed(seed));
            let mut held: BTreeSet<usize> = BTreeSet::new();
            let distance = |held: &BTreeSet<usize>| -> isize {
                (0..2).map(|class| (wanted[class] as isize - of_class(held, &labels, class)).abs()).sum()
            };
            for group in &all {
                let more = held.iter().chain(group).copied().collect();
                if distance(&more) < distance(&held) {
                    held = more;
                }
            }
            for (class, _) in wanted.iter().enumerate().filter(|(_, wanted)| **wanted > 0) {
                let its: Vec<_> = all.iter().filter(|group| of_class(*group, &labels, class) > 0).collect();
                let there = its.iter().filter(|group| held.contains(&group[0])).count();
                if there == 0 || there == its.len() {
                    let smallest = its.iter().min_by_key(|group| group.len()).unwrap();
                    for at in *smallest {
                        if there == 0 {
                            held.insert(*at)
                        } else {
                            held.remove(at)
                        };
                    }
                }
            }
            let found = grouped(&labels, &groups, &wanted, Seed(seed));
            assert_eq!((0..24).filter(|&at| found[at]).collect::<BTreeSet<_>>(), held, "seed {seed}, {wanted:?}");
        }
    }
}

/// A class whose one group would be too much keeps it for training, and one of a single group is never divided or given away.
#[test]
fn a_class_is_on_both_sides_where_it_has_two_groups() {
    let held = |labels: &[usize], groups: &[u32], wanted: &[usize]| {
        let held = grouped(labels, groups, wanted, Seed(3));
        (0..labels.len()).filter(|&at| held[at]).collect::<Vec<_>>()
    };
    // Of groups of 5, 3 and 4 the smallest is held out, though one picture is wanted.
    let labels = [0; 12];
    let groups = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
    assert_eq!(held(&labels, &groups, &[1]), [5, 6, 7]);
    // All of them are nearer to what is wanted: the smallest stays.
    assert_eq!(held(&labels, &groups, &[12]), [0, 1, 2, 3, 4, 8, 9, 10, 11]);
    assert_eq!(held(&labels, &groups, &[0]), [0; 0]);
    assert_eq!(held(&[0; 5], &[7; 5], &[1]), [0; 0]);
    assert_eq!(held(&[0; 5], &[7; 5], &[4]), [0, 1, 2, 3, 4]);
    // A group that is as far from the share with it as without it stays.
    assert_eq!(held(&[0; 6], &[0, 0, 1, 1, 2, 2], &[1]).len(), 2);
}

/// The shares of a class of 8 weigh four times as much, squared, as those of a class of 16.
#[test]
fn the_largest_groups_are_dealt_out_first_each_to_the_fold_that_has_the_least_of_its_classes() {
    for seed in 0..300 {
        let (labels, groups) = pictures(seed);
        let mut all = drawn(&groups, Seed(seed));
        all.sort_by_key(|group| 4 - group.len());
        let mut folds_of = vec![Vec::new(); 4];
        for group in all {
            let squares = |fold: &[usize]| of_class(fold, &labels, 0).pow(2) + 4 * of_class(fold, &labels, 1).pow(2);
            let growth = |fold: &Vec<usize>| squares(&[fold.as_slice(), &group].concat()) - squares(fold);
            let best = (0..4).min_by_key(|&fold| (growth(&folds_of[fold]), folds_of[fold].len())).unwrap();
            folds_of[best].extend(group);
        }
        let found = folds(&labels, &groups, &[16, 8], 4, Seed(seed));
        for (fold, mut positions) in folds_of.into_iter().enumerate() {
            positions.sort_unstable();
            assert_eq!((0..24).filter(|&at| found[at] == fold).collect::<Vec<_>>(), positions, "seed {seed}");
        }
    }
}

/// Where folds are equally good, the last bit of a sum decides. Stored runs go on with the same folds, so it stays as it is.
#[test]
fn the_folds_are_those_of_stored_runs() {
    let sum = (0..100).fold(0u32, |sum, seed| {
        let mut rng = Seed(seed).rng(Purpose::Shuffle(1));
        let mut labels: Vec<usize> = (0..140).map(|at| at % 7).collect();
        labels.shuffle(&mut rng);
        let groups: Vec<u32> = (0..140).map(|at| at / 4).collect();
        let folds = folds(&labels, &groups, &[20; 7], 3, Seed(seed));
        folds.into_iter().fold(sum, |sum, fold| sum.wrapping_mul(31).wrapping_add(fold as u32))
    });
    assert_eq!(sum, 247_348_288);
}

/// Stored runs go on with the same streams, and `formats/handover/stream.py` draws them in Keras.
#[test]
fn the_streams_are_those_of_stored_runs() {
    let word = |purpose| Seed(7).word(purpose);
    let words = [
        word(Purpose::Split),
        word(Purpose::Shuffle(1)),
        word(Purpose::Weights(1)),
        word(Purpose::Augment(1, 2)),
        word(Purpose::Dropout(1)),
    ];
    let stored = [
        14_095_323_943_061_994_099,
        13_722_128_382_182_337_460,
        4_127_059_045_336_333_883,
        10_740_351_444_531_382_768,
        6_992_157_757_628_457_610,
    ];
    assert_eq!(words, stored);
    let held = stratified(&[0, 0, 0, 0, 1, 1, 1, 1], &[4, 4], 0.5, Seed(7));
    assert_eq!((0..8).filter(|&at| held[at]).collect::<Vec<_>>(), [0, 2, 4, 7]);
}
