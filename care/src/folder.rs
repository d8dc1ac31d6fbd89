//! A folder of pictures: what was measured of each, and where it stands.

use std::fmt;

use crate::look::Look;

/// A part of a folder, the one that must stay untouched last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What a network learns from.
    Training,
    /// What it is measured on while it learns.
    Validation,
    /// What it is measured on at the end.
    Test,
}

impl Part {
    /// The part with this number: 0, 1 or 2; none for any other.
    #[must_use]
    pub fn of_number(number: u8) -> Option<Self> {
        [Self::Training, Self::Validation, Self::Test].get(usize::from(number)).copied()
    }
}

/// The pictures of a folder, by their ids.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    looks: &'a [Look],
    parts: &'a [Option<Part>],
    labels: &'a [u32],
    class_names: &'a [String],
}

/// The lists of a folder do not fit each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("looks, parts and labels must be of the same pictures, and each label one of the classes")
    }
}

impl<'a> Folder<'a> {
    /// Pictures with their part, `None` where they are in none, and the index of their class, in the same order.
    ///
    /// # Errors
    ///
    /// The lists differ in length, or a label names no class.
    pub fn new(
        looks: &'a [Look],
        parts: &'a [Option<Part>],
        labels: &'a [u32],
        class_names: &'a [String],
    ) -> Result<Self, Mismatch> {
        let fits = parts.len() == looks.len() && labels.len() == looks.len();
        let known = labels.iter().all(|&label| (label as usize) < class_names.len());
        if fits && known { Ok(Self { looks, parts, labels, class_names }) } else { Err(Mismatch) }
    }

    /// What was measured of each picture.
    #[must_use]
    pub fn looks(&self) -> &'a [Look] {
        self.looks
    }

    /// The part of each picture; `None` if it is left out.
    #[must_use]
    pub fn parts(&self) -> &'a [Option<Part>] {
        self.parts
    }

    /// The ids of the pictures that are in a part.
    #[must_use]
    pub fn used(&self) -> Vec<usize> {
        (0..self.parts.len()).filter(|&id| self.parts[id].is_some()).collect()
    }

    /// The class of each picture.
    #[must_use]
    pub fn labels(&self) -> &'a [u32] {
        self.labels
    }

    /// The names of the classes.
    #[must_use]
    pub fn class_names(&self) -> &'a [String] {
        self.class_names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_numbers_and_lists_must_fit() {
        let parts = [Part::Training, Part::Validation, Part::Test].map(Some);
        assert_eq!([0, 1, 2].map(Part::of_number), parts);
        assert_eq!(Part::of_number(3), None);
        let names = ["all".to_string()];
        let fits = |parts: &[Option<Part>], labels: &[u32]| Folder::new(&[], parts, labels, &names).map(|_| ());
        assert_eq!([fits(&[], &[]), fits(&[None], &[]), fits(&[], &[0])], [Ok(()), Err(Mismatch), Err(Mismatch)]);
        assert!(Mismatch.to_string().starts_with("looks, parts and labels must be"));
    }
}
