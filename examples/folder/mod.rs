//! What the examples share: a folder of pictures on the disk, and the weights that come along.

use std::{fs, path::Path};

use tabfit::{Error, FolderDataset, ImageFolder, Preset, Result};

/// Every file below `dir`, by its path from `root`, in a stable order.
fn files(root: &Path, dir: &Path, found: &mut Vec<String>) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            files(root, &path, found)?;
        } else if let Ok(inside) = path.strip_prefix(root) {
            found.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// Reads and decodes the pictures of a folder of class folders.
pub(crate) fn read(dir: &Path, size: usize) -> Result<FolderDataset> {
    let unreadable = |error| Error::Dataset(format!("{} cannot be read: {error}.", dir.display()));
    let mut paths = Vec::new();
    files(dir, dir, &mut paths).map_err(unreadable)?;
    let mut folder = ImageFolder::new(paths.clone(), size)?;
    for index in folder.wanted() {
        let bytes = fs::read(dir.join(&paths[index])).map_err(unreadable)?;
        folder.add_encoded(index, &bytes)?;
    }
    folder.finish()
}

/// What a network has learnt before.
pub(crate) fn pretrained(preset: Preset) -> Result<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("pretrained/{}.safetensors", preset.name));
    fs::read(&path).map_err(|error| Error::ModelFile(format!("{} cannot be read: {error}.", path.display())))
}
