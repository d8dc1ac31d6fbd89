//! The rule that a file imports only its own room and those below it. `docs/architecture.md` lists the rooms.

use crate::sources::Tree;

/// The first word of each line in the fenced block that is called `name`.
///
/// # Errors
///
/// The document has no such block, or a line in it has no sentence after its first word.
pub fn block<'a>(document: &'a str, name: &str) -> Result<Vec<&'a str>, String> {
    let fence = format!("```{name}");
    let mut lines = document.lines().skip_while(|line| **line != fence).skip(1).peekable();
    lines.peek().ok_or_else(|| format!("docs/architecture.md has no block {fence}"))?;
    lines
        .take_while(|line| *line != "```")
        .map(|line| {
            let (room, sentence) = line.split_once(' ').unwrap_or((line, ""));
            if sentence.trim().is_empty() {
                Err(format!("docs/architecture.md does not say what {room} is"))
            } else {
                Ok(room)
            }
        })
        .collect()
}

/// Whether a file is a room, or lies in it: `training/plan` is a folder or `training/plan.rs`.
pub(crate) fn is_in(file: &str, room: &str) -> bool {
    file.strip_prefix(room).is_some_and(|rest| rest.starts_with('/') || rest.starts_with('.') && !rest.contains('/'))
}

/// The index of the room that a file is in; of several, the one with the longest name.
fn room_of(file: &str, rooms: &[String]) -> Option<usize> {
    let rooms = rooms.iter().enumerate().filter(|(_, room)| is_in(file, room));
    rooms.max_by_key(|(_, room)| room.len()).map(|(index, _)| index)
}

/// A sentence for each import of a room above, each file without a room and each room without a file.
///
/// `rooms` are listed from the top. `lib.rs`, the table of contents, stands above all of them.
#[must_use]
pub fn upward(tree: &Tree, rooms: &[String]) -> Vec<String> {
    let base = &tree.base;
    let is_contents = |file: &str| file == "lib.rs";
    let mut sentences = Vec::new();
    for (index, room) in rooms.iter().enumerate() {
        if rooms[..index].contains(room) {
            sentences.push(format!("docs/architecture.md lists {room} twice"));
        } else if !tree.files.iter().any(|file| room_of(file, rooms) == Some(index)) {
            sentences.push(format!("docs/architecture.md lists {room}, in which there is no file"));
        }
    }
    for file in tree.files.iter().filter(|file| !is_contents(file) && room_of(file, rooms).is_none()) {
        sentences.push(format!("{base}{file} is in no room of docs/architecture.md"));
    }
    for import in tree.imports.iter().filter(|import| !is_contents(&import.from)) {
        let (place, to) = (tree.place(import), &import.to);
        match (room_of(&import.from, rooms), room_of(to, rooms)) {
            (Some(from), Some(above)) if above < from => {
                sentences.push(format!("{place} imports {base}{to}: {} is above {}", rooms[above], rooms[from]));
            }
            (Some(from), None) if is_contents(to) => {
                sentences.push(format!("{place} imports {base}{to}, which is above {}", rooms[from]));
            }
            _ => {}
        }
    }
    sentences
}
