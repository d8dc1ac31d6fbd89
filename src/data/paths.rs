//! What the path of a file says: its folders, and whether its name is that of a picture.

/// The endings of the pictures that are read.
const READ: [&str; 9] = ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "avif"];
/// Endings of pictures in formats that are not read.
const UNREAD: [&str; 32] = [
    "arw", "cr2", "cr3", "dcm", "dib", "dicom", "dng", "exr", "hdr", "heic", "heif", "ico", "j2k", "jp2", "jxl", "mha",
    "nef", "nii", "npy", "npz", "pbm", "pcx", "pgm", "pnm", "ppm", "psd", "raw", "svg", "tga", "tif", "tiff", "xcf",
];
const ARCHIVES: [&str; 9] = ["7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip", "zst"];

pub(super) const HIDDEN: &str = "is a hidden file";
pub(super) const NO_PICTURE: &str = "is not a picture by its name";
pub(super) const ARCHIVE: &str =
    "is an archive; unpack it and choose its folder, or choose a .zip of the pictures alone";
pub(super) const NO_ENDING: &str =
    "has no ending that tells its format; if it is a picture, add .jpg or .png to its name";

/// The folders above the file, or why the file is not used; `None` for a folder, which ends in `/`.
pub(super) fn folders_of(path: &str) -> Option<Result<Vec<&str>, String>> {
    if path.ends_with('/') {
        return None;
    }
    let mut folders: Vec<&str> = path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    let file = folders.pop().unwrap_or_default();
    if is_hidden(file) || folders.iter().any(|name| is_hidden(name)) {
        return Some(Err(HIDDEN.into()));
    }
    let ending = ending(file).unwrap_or_default();
    Some(match ending.as_str() {
        read if READ.contains(&read) => Ok(folders),
        "" => Err(NO_ENDING.into()),
        archive if ARCHIVES.contains(&archive) => Err(ARCHIVE.into()),
        unread if UNREAD.contains(&unread) => Err(unread_reason(unread)),
        _ => Err(NO_PICTURE.into()),
    })
}

/// Hidden files, and those that systems put into folders on their own.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || ["__MACOSX", "_DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
}

/// The ending of a file's name, in lower case.
fn ending(file: &str) -> Option<String> {
    file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).filter(|ending| ending.len() <= 8)
}

fn unread_reason(ending: &str) -> String {
    format!("ends in .{ending}, which tabfit does not read; save it as JPEG or PNG")
}

/// The ending in a reason that [`unread_reason`] made.
pub(super) fn unread_ending(reason: &str) -> Option<&str> {
    reason.strip_prefix("ends in ")?.split_once(',').map(|(ending, _)| ending)
}

/// Paths with `/` between their names. Older programs on Windows write zip archives with `\` instead; it is left alone where
/// any path has a `/`, because a name may hold it.
pub(super) fn with_slashes(mut paths: Vec<String>) -> Vec<String> {
    if !paths.iter().any(|path| path.contains('/')) {
        paths.iter_mut().filter(|path| path.contains('\\')).for_each(|path| *path = path.replace('\\', "/"));
    }
    paths
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_opens_the_dropped_files_that_are_read() {
        let page = include_str!("../../www/js/page/pictures/picked-files.js");
        assert!(page.contains(&format!("({}|zip)$/i", super::READ.join("|"))));
    }
}
