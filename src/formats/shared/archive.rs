//! The files of a network in a zip archive, as the page exports several of them.

use std::io::Cursor;

use crate::data::zip::ZipFolder;
use crate::error::{Error, Result};
use crate::formats::shared::ModelFile;

/// The ends of the names of what may belong to a network; nothing else is unpacked.
const KNOWN: [&str; 9] = [".json", ".bin", ".keras", ".h5", ".hdf5", ".onnx", ".safetensors", ".tabfit", ".txt"];

/// Whether these are the bytes of a zip archive.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The files of a network in an archive, under their names without folders. Hidden files are left out.
///
/// # Errors
///
/// The archive is damaged, packed in a way that is not read, or too large.
pub(crate) fn unpacked(archive: &ModelFile) -> Result<Vec<ModelFile>> {
    let refused = |name: &str, reason: &str| Error::ModelFile(format!("{name} {reason}."));
    let mut folder = ZipFolder::open(Cursor::new(&archive.bytes)).map_err(|reason| refused(&archive.name, &reason))?;
    let name_of = |path: &String| path.rsplit('/').next().unwrap_or_default().to_string();
    let names: Vec<String> = folder.paths().iter().map(name_of).collect();
    let lower = |name: &str| name.to_ascii_lowercase();
    // Older converters write TensorFlow.js weights as `group1-shard1of4`, without an end.
    let known = |name: String| KNOWN.iter().any(|end| name.ends_with(end)) || name.contains("-shard");
    let belongs = |name: &str| !name.starts_with('.') && known(lower(name));
    let files = names.into_iter().enumerate().filter(|(_, name)| belongs(name));
    files
        .map(|(index, name)| match folder.read(index) {
            Ok(bytes) => Ok(ModelFile { name, bytes }),
            Err(reason) => Err(refused(&name, &reason)),
        })
        .collect()
}
