//! The dialects in which Keras describes networks.

/// The version of Keras that a description is in; TensorFlow.js speaks Keras 2's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    Two,
    Three,
}

impl Version {
    /// The dialect of a version such as `3.15.1`; files that do not say theirs are older ones.
    pub(crate) fn of(version: Option<&str>) -> Self {
        match version {
            Some(version) if version.starts_with('3') => Self::Three,
            _ => Self::Two,
        }
    }
}
