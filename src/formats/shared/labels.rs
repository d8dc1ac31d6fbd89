//! The names of classes in a file beside a network, where the network's own file has none.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::formats::shared::{ModelData, ModelFile};

/// The names of classes that have none.
pub(crate) fn numbered(classes: usize) -> Vec<String> {
    (1..=classes).map(|number| format!("class {number}")).collect()
}

/// Whether a file can only name classes: Teachable Machine's `metadata.json`, or a text such as `labels.txt`.
pub(crate) fn is_labels(file: &ModelFile) -> bool {
    let name = file.name.to_ascii_lowercase();
    ["metadata.json", ".txt"].iter().any(|end| name.ends_with(end))
}

/// Gives the classes of a network the names in one of the files, if they have none yet.
///
/// # Errors
///
/// The file names another number of classes.
pub(crate) fn name_classes(data: &mut ModelData, files: &[ModelFile]) -> Result<()> {
    let classes = data.class_names.len();
    if data.class_names != numbered(classes) {
        return Ok(());
    }
    let found = files.iter().filter(|file| is_labels(file)).find_map(|file| Some((&file.name, names(file)?)));
    let Some((file, names)) = found else { return Ok(()) };
    if names.len() != classes {
        return Err(Error::ModelFile(format!(
            "{file} names {} classes and the network tells {classes} apart; choose the file that belongs to it.",
            names.len()
        )));
    }
    data.class_names = names;
    Ok(())
}

/// The names in a file: the list `labels` of a JSON object, or a line for each class. Teachable Machine numbers its lines.
fn names(file: &ModelFile) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Metadata {
        labels: Vec<String>,
    }

    let text = str::from_utf8(&file.bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text); // some editors of Windows put it there
    if file.name.to_ascii_lowercase().ends_with(".json") {
        return serde_json::from_str(text).ok().map(|Metadata { labels }| labels);
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let numbered = lines.iter().enumerate().map(|(number, line)| line.strip_prefix(&format!("{number} ")));
    let plain = || lines.iter().map(ToString::to_string).collect();
    Some(numbered.map(|name| name.map(String::from)).collect::<Option<Vec<_>>>().unwrap_or_else(plain))
}
