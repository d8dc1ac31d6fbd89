//! A file of a network in memory.

/// One file of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name; the files of one network lie in one folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl ModelFile {
    pub(crate) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}
