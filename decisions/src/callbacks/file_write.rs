//! A change to a file, which a callback asks the caller of `fit` to make.

/// A change to one of a run's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Relative to the run's folder, parts separated by `/`.
    pub path: String,
    /// The change to the file.
    pub content: FileContent,
}

/// How a file is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// The file is replaced by these bytes.
    Whole(Vec<u8>),
    /// These bytes are added at its end.
    Appended(Vec<u8>),
    /// The file is created with these bytes, unless it has content already.
    Begun(Vec<u8>),
    /// The file is deleted.
    Deleted,
}
