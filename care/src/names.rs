//! Groups from the names of files, such as the patient of each picture.

use std::collections::HashMap;

/// The longest pattern, and the longest name that is compared with one.
const LONGEST: usize = 1000;

/// Pictures that their names put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedGroups {
    /// The number of the group of each path; a path that does not fit the pattern is alone in its group.
    pub groups: Vec<u32>,
    /// The name of each group: what stands in the place of `{group}`, or the whole path of one that does not fit.
    pub names: Vec<String>,
    /// How many paths fit the pattern.
    pub matched: usize,
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// This character.
    Letter(char),
    /// `*`: any characters of a name, or none.
    Any,
    /// `?`: one character of a name.
    One,
    /// `{group}`: as few characters as fit, at least one.
    Group,
    /// `{number}`: digits, as many as there are, at least one.
    Number,
}

/// Puts paths together by a pattern that is compared with the name of each file, or with the end of its path where the pattern has
/// a `/`: `*` stands for any characters but `/`, `?` for one, `{group}` for the name of the group and `{number}` for one that
/// consists of digits. `{group}_*` puts `p12_1.png` and `p12_2.png` together, and `{group}/*` all pictures of a folder.
///
/// # Errors
///
/// A sentence that says what is wrong with the pattern.
pub fn groups_by_name(paths: &[String], pattern: &str) -> Result<NamedGroups, String> {
    let pieces = pieces(pattern)?;
    let depth = pattern.matches('/').count() + 1;
    let mut found = NamedGroups { groups: Vec::with_capacity(paths.len()), names: Vec::new(), matched: 0 };
    let mut numbers: HashMap<(bool, String), u32> = HashMap::new();
    for path in paths {
        let start = path.rmatch_indices('/').nth(depth - 1).map_or(0, |(at, _)| at + 1);
        let group = group_of(&pieces, &path[start..]);
        found.matched += usize::from(group.is_some());
        let key = group.map_or_else(|| (false, path.clone()), |name| (true, name));
        let next = found.names.len() as u32;
        let number = *numbers.entry(key.clone()).or_insert(next);
        if number == next {
            found.names.push(key.1);
        }
        found.groups.push(number);
    }
    Ok(found)
}

fn pieces(pattern: &str) -> Result<Vec<Piece>, String> {
    if pattern.len() > LONGEST {
        return Err(format!("The pattern has more than {LONGEST} characters; give a shorter one."));
    }
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let (piece, length) = match letter {
            '*' => (Piece::Any, 1),
            '?' => (Piece::One, 1),
            '{' if rest.starts_with("{group}") => (Piece::Group, "{group}".len()),
            '{' if rest.starts_with("{number}") => (Piece::Number, "{number}".len()),
            letter => (Piece::Letter(letter), letter.len_utf8()),
        };
        pieces.push(piece);
        rest = &rest[length..];
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Group | Piece::Number)) {
        return Err("The pattern says nowhere what the group is: write {group} for its name, or {number} for digits, and * for the rest, such as {group}_*.".into());
    }
    Ok(pieces)
}

/// What stands in the places of the groups, if the whole text fits the pieces.
fn group_of(pieces: &[Piece], text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > LONGEST {
        return None;
    }
    // For each piece and place, whether the rest fits: from the end, so that no text takes more than their product.
    let (columns, rows) = (letters.len() + 1, pieces.len() + 1);
    let mut fits = vec![false; columns * rows];
    fits[rows * columns - 1] = true;
    for at in (0..pieces.len()).rev() {
        for place in (0..columns).rev() {
            // Only where there is a letter, is there a next place.
            let next = |row: usize, place: usize| fits[row * columns + place];
            let is_free = letters.get(place).is_some_and(|&letter| letter != '/');
            let is_digit = letters.get(place).is_some_and(char::is_ascii_digit);
            fits[at * columns + place] = match pieces[at] {
                Piece::Letter(letter) => letters.get(place) == Some(&letter) && next(at + 1, place + 1),
                Piece::One => is_free && next(at + 1, place + 1),
                Piece::Any => next(at + 1, place) || is_free && next(at, place + 1),
                Piece::Group => is_free && (next(at + 1, place + 1) || next(at, place + 1)),
                Piece::Number => is_digit && (next(at + 1, place + 1) || next(at, place + 1)),
            };
        }
    }
    let fits = |at: usize, place: usize| fits[at * columns + place];
    fits(0, 0).then_some(())?;
    let mut names: Vec<String> = Vec::new();
    let mut place = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let start = place;
        let run = |fits: fn(&&char) -> bool| letters[start..].iter().take_while(fits).count();
        let lengths = match piece {
            Piece::Letter(_) | Piece::One => 1..=1,
            Piece::Any => 0..=run(|letter| **letter != '/'),
            Piece::Group => 1..=run(|letter| **letter != '/'),
            Piece::Number => 1..=run(|letter| letter.is_ascii_digit()),
        };
        let mut fitting = lengths.filter(|length| fits(at + 1, start + length));
        let length = if *piece == Piece::Number { fitting.next_back() } else { fitting.next() }?;
        place = start + length;
        if matches!(piece, Piece::Group | Piece::Number) {
            names.push(letters[start..place].iter().collect());
        }
    }
    Some(names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(paths: &[&str], pattern: &str) -> (Vec<u32>, Vec<String>, usize) {
        let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let NamedGroups { groups, names, matched } = groups_by_name(&paths, pattern).unwrap();
        (groups, names, matched)
    }

    #[test]
    fn the_group_is_what_stands_in_its_place() {
        let paths = ["a/p12_1.png", "b/p12_2.png", "a/p3_1.png", "a/other.png"];
        let (numbers, names, matched) = groups(&paths, "{group}_*.png");
        assert_eq!((numbers, matched), (vec![0, 0, 1, 2], 3));
        assert_eq!(names, ["p12", "p3", "a/other.png"]);
        assert_eq!(groups(&paths, "p{number}_?.png").1, ["12", "3", "a/other.png"]);
        assert_eq!(groups(&paths, "{group}/*").0, [0, 1, 0, 0]);
        assert_eq!(groups(&["x/site1/p7 (12).jpg"], "{group}/p{number} (*).jpg").1, ["site1 7"]);
        assert_eq!(groups(&["m1(12).jpg", "m1(13).jpg"], "{group}(*).jpg").0, [0, 0]);
    }

    /// Each piece takes as much as lets the others fit: digits as many as they can, everything else as few.
    #[test]
    fn pieces_leave_each_other_what_they_need() {
        for (name, pattern, group) in [
            ("123a", "{number}*", "123"),
            ("1222x", "{number}*2x", "122"),
            ("123x", "{number}?x", "12"),
            ("123x", "{number}{group}x", "12 3"),
            ("a1b2x", "*{number}x", "2"),
            ("p12_3", "{group}_*", "p12"),
            ("aab", "{group}a?", "a"),
            ("{x}a", "{x}{group}", "a"),
        ] {
            assert_eq!(groups(&[name], pattern), (vec![0], vec![group.to_string()], 1), "{pattern}");
        }
        for (name, pattern) in
            [("p", "{group}?"), ("p", "p{group}"), ("p", "p{number}"), ("px", "p{number}"), ("a", "{group}b")]
        {
            assert_eq!(groups(&[name], pattern).2, 0, "{pattern}");
        }
    }

    #[test]
    fn patterns_and_names_have_at_most_a_thousand_letters() {
        let pattern = |letters: usize| format!("{{group}}{}", "*".repeat(letters - 7));
        assert!(groups_by_name(&[], &pattern(1000)).is_ok());
        assert!(groups_by_name(&[], &pattern(1001)).unwrap_err().starts_with("The pattern has more than 1000"));
        let matched = |letters: usize| groups(&[&"a".repeat(letters)], "{group}").2;
        assert_eq!([matched(1000), matched(1001)], [1, 0]);
    }

    #[test]
    fn a_pattern_without_a_group_is_refused_and_none_takes_long() {
        assert!(groups_by_name(&[], "*.png").unwrap_err().contains("{group}"));
        let hostile = format!("{}b", "a".repeat(900));
        let pattern = format!("{}{{group}}c", "*a".repeat(100));
        assert_eq!(groups(&[&hostile], &pattern).2, 0);
    }
}
