//! Duplicates that stand where they do harm: on both sides of a split, or in two classes.

use serde::Serialize;

use crate::folder::Folder;

/// The most pictures of a group that one picture is compared with, so that a thousand copies are not a million pairs.
const COMPARED: usize = 64;

/// Two pictures that look alike and stand in two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// Their ids; the second stands in the later of the two parts: training, validation, test.
    pub pictures: [u32; 2],
    /// Whether their files are equal.
    pub exact: bool,
    /// In how many of 64 bits their hashes differ.
    pub distance: u32,
}

/// Two pictures that look alike and stand in two classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OtherLabels {
    /// Their ids, the lower one first.
    pub pictures: [u32; 2],
}

/// The harm in these groups. Each picture of the later part is paired once with each earlier part, with the picture there that is
/// most like it; each picture of another class than the first of its group, with that one.
pub(super) fn leaks(folder: &Folder, groups: &[Vec<u32>]) -> (Vec<Leak>, Vec<OtherLabels>) {
    let (looks, parts, labels) = (folder.looks(), folder.parts(), folder.labels());
    let leak = |a: u32, b: u32| {
        let (first, second) = (&looks[a as usize], &looks[b as usize]);
        let exact = first.file.content == second.file.content;
        Leak { pictures: [a, b], exact, distance: (first.hash ^ second.hash).count_ones() }
    };
    let (mut leaks, mut others) = (Vec::new(), Vec::new());
    for group in groups {
        let mut of_parts = [(); 3].map(|()| Vec::new());
        for &id in group {
            if let Some(part) = parts[id as usize] {
                of_parts[part as usize].push(id);
            }
        }
        let used: Vec<u32> = group.iter().copied().filter(|&id| parts[id as usize].is_some()).collect();
        for later in 1..3 {
            for earlier in 0..later {
                for &b in &of_parts[later] {
                    let pairs = of_parts[earlier].iter().take(COMPARED).map(|&a| leak(a, b));
                    leaks.extend(pairs.min_by_key(|leak| (!leak.exact, leak.distance)));
                }
            }
        }
        let of = |id: u32| labels[id as usize];
        if let [first, rest @ ..] = &used[..] {
            let strangers = rest.iter().filter(|&&id| of(id) != of(*first));
            others.extend(strangers.map(|&id| OtherLabels { pictures: [*first, id] }));
        }
    }
    (leaks, others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, FileFacts, Look, Part};

    #[test]
    fn a_leak_names_the_same_file_first_then_the_nearest_hash() {
        let plain = Look::of::<3>(&[9; 8 * 8 * 3], 8, FileFacts::default());
        let look = |content: u8, hash: u64| {
            let file = FileFacts { content: Content::of(&[content]), ..plain.file };
            Look { file, hash, ..plain }
        };
        let looks = [look(0, 0b1011), look(1, 0b0111), look(2, 0b0011), look(2, 0b0101), look(3, 0b0110)];
        let parts = [Part::Training, Part::Training, Part::Training, Part::Test, Part::Test].map(Some);
        let names = ["all".to_string()];
        let folder = Folder::new(&looks, &parts, &[0; 5], &names).unwrap();
        let found = leaks(&folder, &[vec![0, 1, 2, 3, 4]]).0;
        let leak = |pictures, exact, distance| Leak { pictures, exact, distance };
        assert_eq!(found, [leak([2, 3], true, 2), leak([1, 4], false, 1)]);
    }
}
