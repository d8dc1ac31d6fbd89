//! A part of a folder, and the names that people give it.

use serde::Serialize;

/// A part of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The network is trained on it.
    Training,
    /// It is evaluated after each epoch.
    Validation,
    /// It is evaluated once, after training.
    Test,
}

/// Words that may stand beside the name of a part, as in `training_set` or `seg_test`.
const BESIDE: [&str; 14] = [
    "data", "dataset", "dir", "files", "folder", "images", "imgs", "photos", "pics", "pictures", "samples", "seg",
    "set", "split",
];

impl Part {
    /// The name of the part in options and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    /// The part that a folder name stands for; upper and lower case, and words such as "set" or "images", do not matter.
    ///
    /// ```
    /// # use tabfit::Part;
    /// assert_eq!(Part::of("Training"), Some(Part::Training));
    /// assert_eq!(Part::of("seg_test"), Some(Part::Test));
    /// assert_eq!(Part::of("VAL"), Some(Part::Validation));
    /// assert_eq!(Part::of("train2017"), Some(Part::Training));
    /// assert_eq!(Part::of("glioma"), None);
    /// ```
    #[must_use]
    pub fn of(folder: &str) -> Option<Self> {
        let name = folder.to_lowercase();
        let words = name.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
        let mut words = words.filter(|word| !BESIDE.contains(word));
        let word = words.next()?;
        match words.next() {
            None => Self::of_word(word).or_else(|| Self::of_word(word.strip_suffix("set")?)),
            Some(_) => None,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        match word {
            "train" | "training" => Some(Self::Training),
            "val" | "valid" | "validation" | "validate" | "dev" | "development" => Some(Self::Validation),
            "test" | "testing" | "eval" | "evaluation" | "holdout" => Some(Self::Test),
            _ => None,
        }
    }
}

/// A file that was not used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedFile {
    /// The path inside the folder.
    pub path: String,
    /// A clause that completes "… was skipped: it …".
    pub reason: String,
}
