//! The files of a folder that are not used: all are counted, and the first of each reason are listed.

use std::collections::BTreeMap;

use super::SkippedFile;
use super::paths::HIDDEN;

/// The most files that are listed for one reason, and for all reasons together.
const OF_A_REASON: usize = 100;
const LISTED: usize = 1000;

/// The files of a folder that are not used.
#[derive(Debug, Clone, Default)]
pub struct Skipped {
    files: Vec<SkippedFile>,
    reasons: BTreeMap<String, usize>,
}

impl Skipped {
    pub(super) fn add(&mut self, path: &str, reason: &str) {
        let count = match self.reasons.get_mut(reason) {
            Some(count) => count,
            None => self.reasons.entry(reason.into()).or_default(),
        };
        *count += 1;
        // One line is enough for the files that macOS puts beside every picture.
        if *count <= if reason == HIDDEN { 1 } else { OF_A_REASON } && self.files.len() < LISTED {
            self.files.push(SkippedFile { path: path.into(), reason: reason.into() });
        }
    }

    /// How many files are not used.
    #[must_use]
    pub fn count(&self) -> usize {
        self.reasons.values().sum()
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.reasons.iter().map(|(reason, &count)| (reason.as_str(), count))
    }

    /// How many files are not used for reasons of which `matches` is true.
    pub(super) fn count_of(&self, matches: impl Fn(&str) -> bool) -> usize {
        self.counts().filter(|(reason, _)| matches(reason)).map(|(_, count)| count).sum()
    }

    /// The commonest reason, the number of its files, and the first of them.
    pub(super) fn commonest(&self) -> Option<(usize, &SkippedFile)> {
        let (reason, &count) = self.reasons.iter().max_by_key(|&(_, count)| count)?;
        Some((count, self.files.iter().find(|file| file.reason == *reason)?))
    }

    /// The files by their paths, the most common reasons shortened: the last of their lines says how many more there are.
    #[must_use]
    pub fn list(&self) -> Vec<SkippedFile> {
        let mut files = self.files.clone();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for (reason, &count) in &self.reasons {
            let more = count - files.iter().filter(|file| file.reason == *reason).count();
            if let Some(last) = files.iter_mut().rfind(|file| file.reason == *reason).filter(|_| more > 0) {
                last.reason = format!("{reason} (and {more} more)");
            }
        }
        files
    }

    pub(super) fn extend(&mut self, other: Self) {
        let room = LISTED - self.files.len().min(LISTED);
        self.files.extend(other.files.into_iter().take(room));
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_of_each_reason_listed() {
        let mut skipped = Skipped::default();
        for index in 0..130_000 {
            skipped.add(&format!("x/{index:06}.txt"), "is not a picture by its name");
        }
        skipped.add("x/._1.png", HIDDEN);
        skipped.add("x/._2.png", HIDDEN);
        let mut unread = Skipped::default();
        unread.add("x/cat/1.png", "is empty (0 bytes)");
        skipped.extend(unread);
        assert_eq!(skipped.count(), 130_003);
        assert_eq!(skipped.commonest().unwrap().0, 130_000);
        let list = skipped.list();
        assert_eq!(list.len(), OF_A_REASON + 2);
        assert_eq!(list[0].reason, "is a hidden file (and 1 more)");
        assert_eq!(list[100].reason, "is not a picture by its name (and 129900 more)");
        assert_eq!(list[101].reason, "is empty (0 bytes)");
    }
}
