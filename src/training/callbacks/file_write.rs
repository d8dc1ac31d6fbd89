//! Files that callbacks write.

/// A change to one of a run's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Relative to the run's folder, parts separated by `/`.
    pub path: String,
    /// What becomes of the file.
    pub content: FileContent,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// These bytes and no others.
    Whole(Vec<u8>),
    /// These bytes after those that are there.
    Appended(Vec<u8>),
    /// These bytes, unless there are some already.
    Begun(Vec<u8>),
    /// It is no longer needed.
    Deleted,
}
