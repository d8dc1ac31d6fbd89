//! The pictures of a folder as they were read, by their ids, and the same folder with a person's changes.

use std::collections::HashSet;
use std::sync::Arc;

use tabfit_care::{Content, LOOK_BYTES, Look};

use super::marks::{Marks, renumbered};
use super::{Dataset, FolderDataset, Part};
use crate::error::{Error, Result};

/// What is changed of a folder as it was read. Lists have a number for each picture, by its id.
#[derive(Debug, Clone, Default)]
pub struct Revision {
    /// The index of the class of each picture.
    pub labels: Option<Vec<u32>>,
    /// Other than 0 for the pictures that are to be in no part.
    pub excluded: Option<Vec<u8>>,
    /// Pictures with equal numbers stay together in every split.
    pub groups: Option<Vec<u32>>,
    /// Whether groups stay on one side of the given parts too: those that share a group with a picture of the test part leave
    /// training and validation, and those that share one with a picture of the validation part leave training.
    pub on_one_side: bool,
}

/// A picture as its folder has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The path inside the folder; empty if it came as pixels.
    pub path: String,
    /// The part that it was read from.
    pub part: Part,
    /// The index of its class.
    pub label: u32,
    /// The hash of its file, or of its pixels without one.
    pub content: Content,
}

impl FolderDataset {
    /// The parts as they were read, with the id of the first picture of the memory in which each lies.
    fn as_read(&self) -> Vec<(Part, usize, &Dataset)> {
        let [training, validation, test] = &self.read;
        let parts = [(Part::Training, training), (Part::Validation, validation), (Part::Test, test)];
        let mut placed: Vec<(Part, usize, &Dataset)> = Vec::new();
        let mut next = 0;
        for (part, pictures) in parts.into_iter().filter_map(|(part, pictures)| Some((part, pictures.as_ref()?))) {
            let shared =
                placed.iter().find(|(_, _, other)| other.shares_pictures(pictures)).map(|&(_, first, _)| first);
            placed.push((part, shared.unwrap_or(next), pictures));
            if shared.is_none() {
                next += pictures.pictures.labels.len();
            }
        }
        placed
    }

    /// The number of pictures of the folder.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.as_read().iter().map(|(_, _, pictures)| pictures.len()).sum()
    }

    /// Every picture of the folder as it was read, by id.
    #[must_use]
    pub fn listed(&self) -> Vec<Listed> {
        let mut listed: Vec<Option<Listed>> = vec![None; self.pictures()];
        for (part, first, dataset) in self.as_read() {
            let pictures = &dataset.pictures;
            for (position, &index) in dataset.indices.iter().enumerate() {
                let look = pictures.looks.get(index);
                listed[first + index] = Some(Listed {
                    path: pictures.paths.get(index).cloned().unwrap_or_default(),
                    part,
                    label: pictures.labels[index],
                    content: look.map_or_else(|| Content::of(dataset.pixels(position)), |look| look.file.content),
                });
            }
        }
        listed.into_iter().flatten().collect()
    }

    /// The id of the picture that is the first one of the memory in which these pictures lie; 0 for pictures of another folder.
    #[must_use]
    pub fn first_id(&self, pictures: &Dataset) -> usize {
        let of_same = self.as_read().into_iter().find(|(_, _, dataset)| dataset.shares_pictures(pictures));
        of_same.map_or(0, |(_, first, _)| first)
    }

    /// The index of the class of every picture, by id, with a person's changes; [`u32::MAX`] for one that is in no part.
    #[must_use]
    pub fn labels(&self) -> Vec<u32> {
        let mut labels = vec![u32::MAX; self.pictures()];
        for part in [Some(&self.training), self.validation.as_ref(), self.test.as_ref()].into_iter().flatten() {
            let first = self.first_id(part);
            (0..part.len()).for_each(|at| labels[first + part.id(at)] = part.label(at) as u32);
        }
        labels
    }

    /// The checksums of the training and the validation pictures, by which the manifest of a run knows them; 0 for none.
    #[must_use]
    pub fn checksums(&self) -> [u32; 2] {
        [self.training.fingerprint(), self.validation.as_ref().map_or(0, Dataset::fingerprint)]
    }

    /// What was measured of every picture while it was read, by id: [`LOOK_BYTES`] bytes for each. `None` if they came as pixels.
    #[must_use]
    pub fn looks(&self) -> Option<Vec<u8>> {
        let pictures = &self.read[0].as_ref()?.pictures;
        let measured = pictures.looks.len() == self.pictures();
        let mut bytes = Vec::with_capacity(pictures.looks.len() * LOOK_BYTES);
        pictures.looks.iter().for_each(|look: &Look| bytes.extend(look.to_bytes()));
        measured.then_some(bytes)
    }

    /// The pixels of the picture with this id: `[row, column, channel]`, RGB8.
    #[must_use]
    pub fn pixels(&self, id: usize) -> Option<&[u8]> {
        self.as_read().into_iter().find_map(|(_, first, dataset)| dataset.pixels_of(id.checked_sub(first)?))
    }

    /// The folder as it was read, with these changes alone; no pixel is copied.
    ///
    /// # Errors
    ///
    /// A list is not of every picture, a label names no class, or what is left has no training pictures of two classes.
    pub fn revised(&self, revision: &Revision) -> Result<Self> {
        let count = self.pictures();
        let Revision { labels, excluded, groups, on_one_side } = revision;
        for (name, length) in [
            ("labels", labels.as_ref().map(Vec::len)),
            ("excluded", excluded.as_ref().map(Vec::len)),
            ("groups", groups.as_ref().map(Vec::len)),
        ] {
            if length.is_some_and(|length| length != count) {
                let length = length.unwrap_or_default();
                return Err(Error::config(
                    name,
                    format!("has {length} numbers for {count} pictures; give one for each"),
                ));
            }
        }
        let classes = self.training.class_names().len();
        if let Some(label) = labels.iter().flatten().find(|&&label| label as usize >= classes) {
            return Err(Error::config(
                "labels",
                format!("has the number {label}, but there are only {classes} classes"),
            ));
        }
        let groups = groups.as_deref().map(renumbered);
        let is_out = |id: usize| excluded.as_ref().is_some_and(|excluded| excluded[id] != 0);
        // From the part that must stay as it is to the one that gives way.
        let mut held: HashSet<u32> = HashSet::new();
        let mut parts = [None, None, None];
        for (part, first, dataset) in self.as_read().into_iter().rev() {
            let group = |index: &usize| groups.as_ref().map(|groups| groups[first + index]);
            let stays =
                |index: &&usize| !is_out(first + *index) && group(index).is_none_or(|group| !held.contains(&group));
            let indices: Vec<usize> = dataset.indices.iter().filter(stays).copied().collect();
            let holds = on_one_side.then_some(&dataset.indices).into_iter().flatten();
            held.extend(holds.filter(|index| !is_out(first + *index)).filter_map(group));
            let of_store = |numbers: &Option<Vec<u32>>| {
                let length = dataset.pictures.labels.len();
                numbers.as_ref().map(|numbers| Arc::new(numbers[first..first + length].to_vec()))
            };
            let marks = Marks { labels: of_store(labels), groups: of_store(&groups) };
            parts[part as usize] = (!indices.is_empty()).then(|| Dataset { marks, indices, ..dataset.clone() });
        }
        let [training, validation, test] = parts;
        let training = training.ok_or_else(|| {
            Error::Dataset("No training picture is left; take back some of what was excluded or grouped.".into())
        })?;
        let revised = Self::new(training, validation, test)?;
        Ok(Self { skipped: self.skipped.clone(), read: self.read.clone(), ..revised })
    }
}
