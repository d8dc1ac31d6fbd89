//! Finds the part and the class of each path of a folder.

use super::part::Part;

const EXTENSIONS: [&str; 9] = ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "avif"];

/// The part and class folder of each path; calls `skip` with each file that has none, and the reason.
pub(super) fn plan(paths: &[String], mut skip: impl FnMut(&str, &str)) -> Vec<Option<(Part, &str)>> {
    let folders: Vec<Option<Vec<&str>>> = paths
        .iter()
        .map(|path| {
            let mut folders: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
            let file = folders.pop().unwrap_or_default();
            let extension = file.rsplit_once('.').map_or("", |(_, end)| end).to_lowercase();
            if file.starts_with('.') || folders.iter().any(|name| name.starts_with('.') || *name == "__MACOSX") {
                skip(path, "is a hidden file");
                None
            } else if EXTENSIONS.contains(&extension.as_str()) {
                Some(folders)
            } else {
                skip(path, "is not a picture by its name");
                None
            }
        })
        .collect();
    let root = common_folders(folders.iter().flatten());
    // A part folder counts only if class folders lie in it: a class may be called "test".
    let has_parts = folders.iter().flatten().any(|f| f.len() == root + 2 && Part::of(f[root]) == Some(Part::Training));
    // A single folder of pictures is itself the only class.
    let root =
        if !has_parts && folders.iter().flatten().all(|f| f.len() == root) { root.saturating_sub(1) } else { root };
    paths
        .iter()
        .zip(&folders)
        .map(|(path, folders)| {
            let inside = &folders.as_ref()?[root..];
            match (has_parts, inside) {
                (false, &[class]) => return Some((Part::Training, class)),
                (true, &[part, class]) if Part::of(part).is_some() => return Some((Part::of(part)?, class)),
                (true, &[part, ..]) if Part::of(part).is_none() => {
                    skip(path, "lies outside the Training and Testing folders");
                }
                (false, []) | (true, [] | [_]) => skip(path, "lies in no class folder"),
                _ => skip(path, "lies deeper than its class folder; move it up"),
            }
            None
        })
        .collect()
}

/// How many leading folders all pictures share; a folder named like a part is not counted.
fn common_folders<'a, 'b: 'a>(mut folders: impl Iterator<Item = &'a Vec<&'b str>>) -> usize {
    let Some(first) = folders.next() else { return 0 };
    let mut common = first.iter().take_while(|name| Part::of(name) != Some(Part::Training)).count();
    for folders in folders {
        common = first[..common].iter().zip(folders).take_while(|(a, b)| a == b).count();
    }
    common
}
