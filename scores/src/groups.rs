//! Pictures that belong together.

use std::collections::HashMap;

/// Pictures that are no evidence of their own: duplicates of each other, or pictures of one patient.
///
/// An interval that takes them for independent is too narrow, so that groups are drawn, and not pictures.
#[derive(Debug, Clone)]
pub struct Groups {
    /// The group of each picture, numbered from 0 without a gap.
    of: Vec<u32>,
    count: usize,
}

impl Groups {
    /// Each picture is a group of its own.
    #[must_use]
    pub fn alone(pictures: usize) -> Self {
        Self { of: (0..pictures as u32).collect(), count: pictures }
    }

    /// Pictures with equal numbers belong together; without any, each is a group of its own.
    ///
    /// # Errors
    ///
    /// A sentence, if there is not one number for each picture.
    pub fn new(numbers: Option<&[u32]>, pictures: usize) -> Result<Self, String> {
        let Some(numbers) = numbers else { return Ok(Self::alone(pictures)) };
        let mut dense = HashMap::new();
        let of = numbers
            .iter()
            .map(|&number| {
                let next = dense.len() as u32;
                *dense.entry(number).or_insert(next)
            })
            .collect();
        let groups = Self { of, count: dense.len() };
        groups.check(pictures).map(|()| groups)
    }

    /// Refuses groups of other pictures.
    pub(crate) fn check(&self, pictures: usize) -> Result<(), String> {
        match self.of.len() == pictures {
            true => Ok(()),
            false => Err(format!("The groups hold {} pictures, but {pictures} are scored.", self.of.len())),
        }
    }

    /// The number of groups.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether some group holds more than one picture.
    #[must_use]
    pub fn together(&self) -> bool {
        self.count < self.of.len()
    }

    /// The group of each picture.
    pub(crate) fn of(&self) -> &[u32] {
        &self.of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_numbers_become_numbers_without_a_gap() {
        let groups = Groups::new(Some(&[7, 3, 7, u32::MAX]), 4).unwrap();
        assert_eq!((groups.of(), groups.count(), groups.together()), (&[0, 1, 0, 2][..], 3, true));
        assert!(!Groups::new(None, 3).unwrap().together());
        assert!(Groups::new(Some(&[1]), 2).unwrap_err().contains("1 pictures, but 2 are scored"));
    }
}
