//! Divides a data set into what is learned from and what is held out.

use std::collections::HashSet;

use tabfit_decisions::split;

use super::Dataset;
use crate::error::{Error, Result};
use crate::seed::Seed;

impl Dataset {
    /// Holds out the last `fraction` in the order given, before any shuffling: Keras's
    /// `validation_split`, `split_at = floor(n (1 - fraction))`. Returns `(training, validation)`. Pictures of a group that
    /// begins before are not held out.
    ///
    /// # Errors
    ///
    /// Either side would be empty.
    pub fn split_last(&self, fraction: f64) -> Result<(Self, Self)> {
        let first = split::last(self.len(), fraction);
        let groups = self.groups(true);
        let begun: HashSet<u32> = groups[..first].iter().copied().collect();
        self.split_by(fraction, |position| position >= first && !begun.contains(&groups[position]))
    }

    /// Holds out the same share of every class, chosen by the seed. Returns `(training, validation)`, each in
    /// the order of this dataset.
    ///
    /// A class with at least two pictures has at least one on both sides; the picture of a class with only one
    /// is for training. Groups that a person gave are not divided.
    ///
    /// # Errors
    ///
    /// Either side would be empty.
    pub fn split_stratified(&self, fraction: f64, seed: Seed) -> Result<(Self, Self)> {
        if self.marks.groups.is_some() {
            return self.split_drawn(fraction, true, true, seed);
        }
        let held_out = split::stratified(&self.labels(), &self.counts(), fraction, seed);
        self.split_by(fraction, |position| held_out[position])
    }

    /// Holds out about this share, chosen by the seed: with `stratified`, of every class, otherwise of all together. With
    /// `grouped`, no group that a person gave is divided. Returns `(training, validation)`.
    ///
    /// # Errors
    ///
    /// Either side would be empty.
    pub fn split_drawn(&self, fraction: f64, stratified: bool, grouped: bool, seed: Seed) -> Result<(Self, Self)> {
        let (labels, counts) = self.strata(stratified);
        let held_out = split::grouped(&labels, &self.groups(grouped), &split::shares(&counts, fraction), seed);
        self.split_by(fraction, |position| held_out[position])
    }

    /// Holds out one of `folds` folds, counted from 0, which are as alike in their classes as can be, and of which each picture is
    /// in one. With `grouped`, no group is divided. Returns `(training, validation)`.
    ///
    /// # Errors
    ///
    /// The fold would be empty, or all there is.
    pub fn split_fold(&self, folds: usize, fold: usize, grouped: bool, seed: Seed) -> Result<(Self, Self)> {
        let fold_of = split::folds(&self.labels(), &self.groups(grouped), &self.counts(), folds, seed);
        let (validation, training) = self.divided(|position| fold_of[position] == fold);
        if training.is_empty() || validation.is_empty() {
            return Err(Error::config(
                "validationSplit",
                format!("of {folds} folds leaves one of them empty; give fewer folds, or more pictures and groups"),
            ));
        }
        Ok((training, validation))
    }

    /// The class of each position and the number of pictures of each; a single class if they are not told apart.
    fn strata(&self, stratified: bool) -> (Vec<usize>, Vec<usize>) {
        if stratified { (self.labels(), self.counts()) } else { (vec![0; self.len()], vec![self.len()]) }
    }

    /// The group of each position; each its own without groups, or where they do not matter.
    fn groups(&self, matter: bool) -> Vec<u32> {
        let groups = self.marks.groups.as_deref().filter(|_| matter);
        let group = |&index: &usize| groups.map_or(index as u32, |groups| groups[index]);
        self.indices.iter().map(group).collect()
    }

    /// Those of which it is true, and the others; each in the order of this dataset.
    fn divided(&self, is_held_out: impl Fn(usize) -> bool) -> (Self, Self) {
        let (held_out, others): (Vec<usize>, Vec<usize>) = (0..self.len()).partition(|&position| is_held_out(position));
        let at =
            |positions: Vec<usize>| self.of(positions.into_iter().map(|position| self.indices[position]).collect());
        (at(held_out), at(others))
    }

    fn split_by(&self, fraction: f64, is_held_out: impl Fn(usize) -> bool) -> Result<(Self, Self)> {
        let (validation, training) = self.divided(is_held_out);
        if training.is_empty() || validation.is_empty() {
            return Err(Error::config(
                "validationSplit",
                format!("of {fraction} leaves one side of {} pictures empty; add pictures or change it", self.len()),
            ));
        }
        Ok((training, validation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(labels: &[u32]) -> Dataset {
        let names = ["a", "b", "c"].map(String::from).to_vec();
        Dataset::from_arrays(vec![0; labels.len() * 3], labels.to_vec(), names, 1).unwrap()
    }

    #[test]
    fn held_out_are_the_last_pictures_or_a_share_of_each_class_with_several() {
        let (training, validation) = dataset(&[0, 0, 0, 1, 1, 1, 2, 2, 2, 2]).split_last(0.25).unwrap();
        assert_eq!((training.len(), validation.len()), (7, 3));
        assert_eq!(validation.counts(), [0, 0, 3]);
        let (training, validation) = dataset(&[0, 1, 1, 2, 2]).split_stratified(0.5, Seed(1)).unwrap();
        assert_eq!(training.counts(), [1, 1, 1]);
        assert_eq!(validation.counts(), [0, 1, 1]);
        assert!(dataset(&[0, 1]).split_last(0.0).is_err());
        assert!(dataset(&[0, 1, 2]).split_stratified(0.5, Seed(1)).is_err());
    }

    #[test]
    fn a_stratified_split_takes_the_same_share_of_each_class_and_repeats() {
        let labels: Vec<u32> = (0..60).map(|i| u32::from(i >= 20) + u32::from(i >= 40)).collect();
        let (training, validation) = dataset(&labels).split_stratified(0.1, Seed(3)).unwrap();
        assert_eq!(validation.counts(), [2, 2, 2]);
        assert_eq!(training.counts(), [18, 18, 18]);
        let (_, again) = dataset(&labels).split_stratified(0.1, Seed(3)).unwrap();
        assert_eq!(validation.indices, again.indices);
        let (_, other) = dataset(&labels).split_stratified(0.1, Seed(4)).unwrap();
        assert_ne!(validation.indices, other.indices);
    }
}
