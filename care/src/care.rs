//! Everything that is found in a folder, in the form in which the page gets it.

use serde::Serialize;

use crate::duplicates::{self, Duplicates, Leak, OtherLabels};
use crate::folder::Folder;
use crate::imbalance::{ClassImbalance, class_imbalance};
use crate::issues::{Issue, issues};
use crate::outliers::outliers;
use crate::shortcuts::{Shortcut, shortcuts};

/// What was found in a folder.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Care {
    /// As in [`Duplicates`].
    pub exact: Vec<Vec<u32>>,
    /// As in [`Duplicates`].
    pub near: Vec<Vec<u32>>,
    /// As in [`Duplicates`]; it travels as a typed array.
    #[serde(skip)]
    pub groups: Vec<u32>,
    /// Pairs in two parts.
    pub leaks: Vec<Leak>,
    /// Pairs in two classes.
    pub other_labels: Vec<OtherLabels>,
    /// What is odd about single pictures.
    pub issues: Vec<Issue>,
    /// Whether a class has far too few training pictures.
    pub class_imbalance: Option<ClassImbalance>,
    /// From what the class can be told besides what a picture shows.
    pub shortcuts: Vec<Shortcut>,
    /// How far two pictures may differ that count as near duplicates.
    pub distances: Distances,
}

/// How far two pictures may differ that count as near duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Distances {
    /// Bits of 64 in which their hashes differ.
    pub hash: u32,
    /// The root of the mean square of what their small grey copies differ by, of 255.
    pub pixels: f64,
}

/// Looks after a folder. `features` are what a network makes of every picture by its id, `[pictures, values]`; without any,
/// nothing is said of outliers.
#[must_use]
pub fn care(folder: &Folder, features: &[f32]) -> Care {
    let Duplicates { exact, near, groups, leaks, other_labels } = duplicates::find(folder);
    let distances = Distances { hash: duplicates::MOST_BITS, pixels: duplicates::MOST_PIXELS };
    let mut issues = issues(folder);
    issues.extend(far_away(folder, features));
    let shortcuts = shortcuts(folder, &groups);
    let class_imbalance = class_imbalance(folder);
    Care { exact, near, groups, leaks, other_labels, issues, class_imbalance, shortcuts, distances }
}

/// The outliers among the pictures that are in a part.
fn far_away(folder: &Folder, features: &[f32]) -> Vec<Issue> {
    let values = features.len().checked_div(folder.looks().len()).unwrap_or_default();
    let used = folder.used();
    let rows: Vec<f32> = used.iter().flat_map(|&id| &features[id * values..(id + 1) * values]).copied().collect();
    outliers(&rows, &used.into_iter().map(|id| id as u32).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFacts, Kind, Look, Part};

    #[test]
    fn an_outlier_has_the_id_of_its_picture_and_what_is_left_out_has_none() {
        let looks = vec![Look::of::<3>(&[9; 8 * 8 * 3], 8, FileFacts::default()); 26];
        let parts: Vec<Option<Part>> = (0..26).map(|id| (id > 1).then_some(Part::Training)).collect();
        let names = ["all".to_string()];
        let folder = Folder::new(&looks, &parts, &[0; 26], &names).unwrap();
        // The first two are out, one of them far from all others, and so is the last but one.
        let features: Vec<f32> =
            (0..26).flat_map(|id| if id == 0 || id == 24 { [0.0, 1.0] } else { [1.0, 0.0] }).collect();
        let far: Vec<u32> = far_away(&folder, &features).iter().map(|issue| issue.picture).collect();
        assert_eq!(far, [24]);
        let found = care(&folder, &features).issues;
        assert_eq!(found.iter().filter(|issue| issue.kind == Kind::Outlier).count(), 1);
    }
}
