//! What the path of a file says: its folders, and whether its name is that of a picture.

/// The endings of the pictures that are read.
const READ: [&str; 13] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "avif", "dcm", "dicom", "tif", "tiff"];
/// Endings of pictures in formats that are not read.
const UNREAD: [&str; 28] = [
    "arw", "cr2", "cr3", "dib", "dng", "exr", "hdr", "heic", "heif", "ico", "j2k", "jp2", "jxl", "mha", "nef", "nii",
    "npy", "npz", "pbm", "pcx", "pgm", "pnm", "ppm", "psd", "raw", "svg", "tga", "xcf",
];
/// The file on a disc of a clinic that lists the others.
const DICOMDIR: &str = "dicomdir";
const ARCHIVES: [&str; 9] = ["7z", "bz2", "gz", "rar", "tar", "tgz", "xz", "zip", "zst"];

pub(super) const HIDDEN: &str = "is a hidden file";
pub(super) const NO_PICTURE: &str = "is not a picture by its name";
pub(super) const ARCHIVE: &str =
    "is an archive; unpack it and choose its folder, or choose a .zip of the pictures alone";
pub(super) const DISC: &str = "is the list of a disc (DICOMDIR) and no picture";
pub(super) const NO_ENDING: &str =
    "has no ending that tells its format; if it is a picture, add .jpg or .png to its name";

/// The folders above the file, or why the file is not used; `None` for a folder, which ends in `/`. `known` says that it is a
/// picture by its bytes, where its name does not tell.
pub(super) fn folders_of(path: &str, known: bool) -> Option<Result<Vec<&str>, String>> {
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
        "" if file.eq_ignore_ascii_case(DICOMDIR) => Err(DISC.into()),
        "" if known => Ok(folders),
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

/// The ending of a file's name, in lower case. Digits are none: clinics name files by long numbers with points.
fn ending(file: &str) -> Option<String> {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())?;
    (ending.len() <= 8 && !ending.bytes().all(|byte| byte.is_ascii_digit())).then_some(ending)
}

/// Whether the name of a file does not tell its format, so that only its bytes can say whether it is a picture.
#[must_use]
pub fn has_no_ending(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    !file.is_empty() && !is_hidden(file) && !file.eq_ignore_ascii_case(DICOMDIR) && ending(file).is_none()
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
        let page = include_str!("../../www/js/shared/names.js");
        assert!(page.contains(&format!("({})$/i", super::READ.join("|"))));
    }
}
