//! The sentences for a folder from which nothing can be learned: the commonest reason, how many files it is true of, one of
//! them, and what to do.

use super::paths::{ARCHIVE, DISC, HIDDEN, NO_ENDING, NO_PICTURE, unread_ending};
use super::{Skipped, layout};
use crate::error::Error;

const PICK: &str = "pick a folder that holds one folder of pictures per class";

/// No path is a picture in a class folder.
pub(super) fn no_picture(skipped: &Skipped) -> Error {
    let unread = skipped.count_of(|reason| unread_ending(reason).is_some());
    let of = |wanted: &str| skipped.count_of(|reason| reason == wanted);
    let no_class = of(layout::NO_CLASS);
    let most = [unread, of(ARCHIVE), of(NO_ENDING), no_class].into_iter().max().unwrap_or_default();
    let example = |matches: &dyn Fn(&str) -> bool| {
        let list = skipped.list();
        let file = list.iter().find(|file| matches(file.reason.split(" (and ").next().unwrap_or_default()));
        file.map(|file| file.path.clone()).unwrap_or_default()
    };
    Error::Dataset(if most == 0 {
        match of(NO_PICTURE) + of(DISC) {
            0 if of(HIDDEN) > 0 => format!("The folder holds no picture, only hidden files; {PICK}."),
            0 => format!("The folder holds no file; {PICK}."),
            count => {
                let path = example(&|reason| reason == NO_PICTURE || reason == DISC);
                format!("The folder holds no picture, only {}, for example {path}; {PICK}.", files(count, "other file"))
            }
        }
    } else if most == no_class {
        let path = example(&|reason| reason == layout::NO_CLASS);
        match path.rsplit_once('/') {
            None => format!("{} in no folder, for example {path}; {PICK}.", lie(no_class)),
            Some((folder, _)) => {
                let folder = folder.rsplit('/').next().unwrap_or_default();
                format!(
                    "{} in no class folder, for example {path}; put the pictures of each class into a folder of its name, such as {folder}/cat.",
                    lie(no_class)
                )
            }
        }
    } else if most == unread {
        let path = example(&|reason| unread_ending(reason).is_some());
        format!("{}, which tabfit does not read, for example {path}; save them as JPEG or PNG.", endings(skipped))
    } else if most == of(NO_ENDING) {
        let path = example(&|reason| reason == NO_ENDING);
        let have = if most == 1 { "has" } else { "have" };
        format!(
            "{} {have} no ending that tells the format, for example {path}; add .jpg or .png to the names of pictures.",
            files(most, "file")
        )
    } else {
        let path = example(&|reason| reason == ARCHIVE);
        format!(
            "{path} is an archive that tabfit does not unpack; unpack it and choose its folder, or make a .zip of it."
        )
    })
}

/// No training picture could be read.
pub(super) fn none_readable(unread: &Skipped, training: usize) -> Error {
    Error::Dataset(match unread.commonest() {
        Some((count, file)) => {
            let of_them = if count == 1 { "for example".into() } else { format!("{count} of them for one reason") };
            let advice = if file.reason.contains(';') { "" } else { "; copy them again, or save them as JPEG or PNG" };
            format!(
                "None of the {} can be used, {of_them}: {} {}{advice}.",
                files(training, "training picture"),
                file.path,
                file.reason
            )
        }
        None => "No training picture was added.".into(),
    })
}

/// Pictures of a single class are left.
pub(super) fn one_class(name: &str, count: usize, unread: &Skipped) -> Error {
    let only = format!("Only one class was found, \"{name}\" with {};", files(count, "picture"));
    Error::Dataset(match unread.commonest() {
        Some((count, file)) => {
            format!(
                "{only} {} could not be used, for example {} {}.",
                files(count, "other file"),
                file.path,
                file.reason
            )
        }
        None => format!("{only} a classifier needs pictures of at least two, each in a folder of its own."),
    })
}

/// "2 files end in .tif and 1 in .heic".
fn endings(skipped: &Skipped) -> String {
    let mut endings: Vec<(usize, &str)> =
        skipped.counts().filter_map(|(reason, count)| Some((count, unread_ending(reason)?))).collect();
    endings.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let more = endings.len().saturating_sub(3);
    let mut clauses: Vec<String> =
        endings.iter().take(3).map(|(count, ending)| format!("{count} in {ending}")).collect();
    if let Some((count, ending)) = endings.first() {
        clauses[0] = format!("{} end{} in {ending}", files(*count, "file"), if *count == 1 { "s" } else { "" });
    }
    if more > 0 {
        clauses.push(format!("others in {more} more formats"));
    }
    let last = clauses.pop().unwrap_or_default();
    if clauses.is_empty() { last } else { format!("{} and {last}", clauses.join(", ")) }
}

fn lie(count: usize) -> String {
    counted(count, "picture lies", "pictures lie")
}

/// "1 file" or "2 files".
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn files(count: usize, noun: &str) -> String {
    counted(count, noun, &format!("{noun}s"))
}
