//! The bytes of a Keras file, by the crate `tabfit-formats` where it is built in.

use crate::error::Result;
use crate::formats::keras_file::refusal::refused;
use crate::formats::shared::FileContents;

/// Whether the name is that of a Keras file.
pub(crate) fn is_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".keras", ".h5", ".hdf5"].iter().any(|end| name.ends_with(end))
}

/// Whether the bytes are HDF5, as those of a `.weights.h5` file are.
pub(crate) fn is_hdf5(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89HDF\r\n\x1a\n")
}

/// What is in a file.
///
/// # Errors
///
/// The bytes are cut off, damaged or of another kind.
pub(crate) fn contents(bytes: &[u8]) -> Result<FileContents> {
    formats::read(bytes).map_err(refused)
}

/// The bytes of a `.keras` file.
///
/// # Errors
///
/// They cannot be written.
pub(crate) fn bytes(contents: FileContents) -> Result<Vec<u8>> {
    formats::write(contents).map_err(|clause| refused(format!("could not be written: it {clause}")))
}

#[cfg(feature = "formats")]
mod formats {
    use tabfit_formats::{Contents, Tensor};

    use crate::formats::shared::{FileContents, FileTensor};

    pub(super) fn read(bytes: &[u8]) -> Result<FileContents, String> {
        let Contents { texts, tensors } = tabfit_formats::read(bytes.to_vec())?;
        let tensors = tensors.into_iter().map(|Tensor { name, shape, values }| FileTensor { name, shape, values });
        Ok(FileContents { texts, tensors: tensors.collect() })
    }

    pub(super) fn write(FileContents { texts, tensors }: FileContents) -> Result<Vec<u8>, String> {
        let tensors = tensors.into_iter().map(|FileTensor { name, shape, values }| Tensor { name, shape, values });
        tabfit_formats::write(Contents { texts, tensors: tensors.collect() })
    }
}

#[cfg(not(feature = "formats"))]
mod formats {
    use crate::formats::shared::FileContents;

    const MISSING: &str = "needs a part of the program that is not in this one";

    pub(super) fn read(_bytes: &[u8]) -> Result<FileContents, String> {
        Err(MISSING.into())
    }

    pub(super) fn write(_contents: FileContents) -> Result<Vec<u8>, String> {
        Err(MISSING.into())
    }
}
