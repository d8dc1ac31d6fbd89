//! The parts of a folder, and the data sets that they become.

use crate::data::{Dataset, Part, Skipped};
use crate::error::{Error, Result};

/// The data sets of a folder.
#[derive(Debug, Clone)]
pub struct FolderDataset {
    /// The pictures to train on.
    pub training: Dataset,
    /// The folder's own validation part.
    pub validation: Option<Dataset>,
    /// The folder's own test part.
    pub test: Option<Dataset>,
    /// The files that were not used.
    pub skipped: Skipped,
    /// Sentences for the person to read before training.
    pub warnings: Vec<String>,
    /// The three parts as they were read.
    pub(super) read: [Option<Dataset>; 3],
}

impl FolderDataset {
    /// Combines the parts, with a warning for each class that has too few pictures to be learned.
    ///
    /// # Errors
    ///
    /// The training pictures are of a single class.
    pub fn new(training: Dataset, validation: Option<Dataset>, test: Option<Dataset>) -> Result<Self> {
        let counts = training.counts();
        let names = training.class_names();
        if counts.iter().filter(|&&count| count > 0).count() < 2 {
            let name = names.iter().zip(&counts).find(|&(_, &count)| count > 0);
            return Err(Error::Dataset(format!(
                "Only one class was found, \"{}\"; a classifier needs pictures of at least two.",
                name.map_or("", |(name, _)| name)
            )));
        }
        let warnings = names
            .iter()
            .zip(&counts)
            .filter_map(|(name, &count)| match count {
                0 => Some(format!("Class \"{name}\" has no readable picture and cannot be learned.")),
                1 => Some(format!("Class \"{name}\" has a single picture: it is learned but never validated.")),
                _ => None,
            })
            .collect();
        let read = [Some(training.clone()), validation.clone(), test.clone()];
        Ok(Self { training, validation, test, skipped: Skipped::default(), warnings, read })
    }

    /// The pictures of a part, by its name. "validation" is the folder's own part, or else `last_validation`, the
    /// validation pictures of a fit, if they were held out of these pictures. Without a name it is the first that there is
    /// of the test, the validation and the training part.
    ///
    /// # Errors
    ///
    /// There is no such part.
    pub fn part(&self, name: Option<&str>, last_validation: Option<&Dataset>) -> Result<Dataset> {
        let held_out = last_validation.filter(|held_out| held_out.shares_pictures(&self.training));
        let held_out = held_out.map(|held_out| held_out.as_in(&self.training));
        let validation = self.validation.as_ref().or(held_out.as_ref());
        let pictures = match name.map(Part::of) {
            None => self.test.as_ref().or(validation).or(Some(&self.training)),
            Some(Some(Part::Training)) => Some(&self.training),
            Some(Some(Part::Validation)) => validation,
            Some(Some(Part::Test)) => self.test.as_ref(),
            Some(None) => None,
        };
        let name = name.unwrap_or_default();
        pictures.cloned().ok_or_else(|| {
            Error::Dataset(format!("There are no {name} pictures in this data set to score; name another part of it."))
        })
    }
}
