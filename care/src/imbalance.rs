//! How unevenly the training pictures are spread over the classes.

use serde::Serialize;

use crate::folder::{Folder, Part};

/// A class with far fewer training pictures than the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassImbalance {
    /// How many times the pictures of the smallest class go into what each class would have: 0 to 1; low is bad.
    pub score: f64,
    /// The class with the fewest training pictures.
    pub smallest: String,
    /// The class with the most.
    pub largest: String,
}

/// A score below this is an issue: cleanlab's threshold.
const IMBALANCE: f64 = 0.1;

/// The imbalance of the training pictures, if it is an issue: the share of the smallest class is less than a tenth of an equal
/// share, as cleanlab has it. Classes without any training picture do not count.
#[must_use]
pub fn class_imbalance(folder: &Folder) -> Option<ClassImbalance> {
    let mut counts = vec![0usize; folder.class_names().len()];
    for (part, &label) in folder.parts().iter().zip(folder.labels()) {
        counts[label as usize] += usize::from(*part == Some(Part::Training));
    }
    let used: Vec<(usize, usize)> = counts.into_iter().enumerate().filter(|&(_, count)| count > 0).collect();
    let all: usize = used.iter().map(|&(_, count)| count).sum();
    let &(smallest, count) = used.iter().min_by_key(|&&(_, count)| count)?;
    let &(largest, _) = used.iter().max_by_key(|&&(_, count)| count)?;
    let score = (count as f64 * used.len() as f64 / all as f64).min(1.0);
    let name = |class: usize| folder.class_names()[class].clone();
    (score < IMBALANCE).then(|| ClassImbalance { score, smallest: name(smallest), largest: name(largest) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFacts, Look};

    #[test]
    fn a_tenth_of_an_equal_share_is_enough() {
        let look = Look::of::<3>(&[9; 8 * 8 * 3], 8, FileFacts::default());
        let names = ["a", "b"].map(String::from);
        let found = |pictures: usize| {
            let (looks, parts) = (vec![look; pictures], vec![Some(Part::Training); pictures]);
            let labels: Vec<u32> = (0..pictures).map(|id| u32::from(id == 0)).collect();
            class_imbalance(&Folder::new(&looks, &parts, &labels, &names).unwrap())
        };
        assert!(found(20).is_none() && found(21).is_some());
    }
}
