//! A part of a folder, and a file that is not used.

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

    /// The part that a folder name stands for; upper and lower case do not matter.
    ///
    /// ```
    /// # use tabfit::Part;
    /// assert_eq!(Part::of("Training"), Some(Part::Training));
    /// assert_eq!(Part::of("VAL"), Some(Part::Validation));
    /// assert_eq!(Part::of("glioma"), None);
    /// ```
    #[must_use]
    pub fn of(folder: &str) -> Option<Self> {
        match folder.to_lowercase().as_str() {
            "train" | "training" => Some(Self::Training),
            "val" | "valid" | "validation" => Some(Self::Validation),
            "test" | "testing" => Some(Self::Test),
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
