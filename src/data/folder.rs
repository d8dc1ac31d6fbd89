//! Reads a folder: its paths give parts and classes, its pictures become [`Dataset`]s.
//!
//! Two layouts are known: class folders alone (`pets/cat/1.png`), and class folders inside parts
//! (`mri/Training/glioma/1.jpg`). Anything else is reported, not guessed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::data::image_size::{check_image_size, pixel_memory};
use crate::data::paths::plan;
use crate::data::{Dataset, FolderDataset, Part, Pictures, Reason, SkippedFile, image};
use crate::error::{Error, Result};

/// A folder while it is being read: planned from its paths, then filled picture by picture.
#[derive(Debug)]
pub struct ImageFolder {
    paths: Vec<String>,
    /// For each path, the part and class of its picture; `None` if the path is not used.
    places: Vec<Option<(Part, u32)>>,
    skipped: Vec<SkippedFile>,
    parts: Vec<Part>,
    pictures: Pictures,
}

impl ImageFolder {
    /// Plans a folder from its paths, separated by `/`, in the order in which they will be added.
    ///
    /// # Errors
    ///
    /// The size is outside [`IMAGE_SIZES`](crate::data::image_size::IMAGE_SIZES), or no path is a picture in a class folder.
    pub fn new(paths: Vec<String>, image_size: usize) -> Result<Self> {
        check_image_size(image_size)?;
        let mut skipped = Vec::new();
        let places = plan(&paths, |path, reason: &str| {
            skipped.push(SkippedFile { path: path.into(), reason: reason.into() });
        });
        let names: BTreeSet<&str> =
            places.iter().flatten().filter(|(part, _)| *part == Part::Training).map(|&(_, class)| class).collect();
        if names.is_empty() {
            return Err(Error::Dataset(match places.iter().flatten().next() {
                Some(_) => "The folder has no Training folder beside its test or validation pictures; add one.".into(),
                None => "The folder holds no picture in a class folder; pick a folder that holds one folder of pictures per class.".into(),
            }));
        }
        let class_names: Vec<String> = names.into_iter().map(String::from).collect();
        let mut known = Vec::with_capacity(places.len());
        for (path, place) in paths.iter().zip(&places) {
            let label = |class: &str| class_names.iter().position(|name| name == class);
            known.push(match place {
                None => None,
                Some((part, class)) => {
                    if let Some(label) = label(class) {
                        Some((*part, label as u32))
                    } else {
                        skipped.push(SkippedFile {
                            path: path.clone(),
                            reason: format!("is of class \"{class}\", which has no training pictures"),
                        });
                        None
                    }
                }
            });
        }
        let pixels = pixel_memory(known.iter().flatten().count(), image_size)?;
        let pictures = Pictures::new(image_size, class_names, pixels, Vec::new());
        Ok(Self { places: known, paths, skipped, parts: Vec::new(), pictures })
    }

    /// The side of the pictures, in pixels.
    #[must_use]
    pub fn image_size(&self) -> usize {
        self.pictures.image_size
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.pictures.class_names.len()
    }

    /// The indices of the paths whose pictures are to be added, in order.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        (0..self.places.len()).filter(|&index| self.places[index].is_some()).collect()
    }

    /// The part and class of a wanted path.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<(Part, usize)> {
        self.places.get(index).copied().flatten().map(|(part, label)| (part, label as usize))
    }

    /// Lists a file as skipped.
    pub fn skip(&mut self, index: usize, reason: Reason) {
        if let Some(path) = self.paths.get(index) {
            self.skipped.push(SkippedFile { path: path.clone(), reason });
        }
    }

    /// Adds decoded pixels: `[image_size, image_size, 3]`, RGB8.
    ///
    /// # Errors
    ///
    /// The index was not wanted, or the pixels are not of that shape.
    pub fn add(&mut self, index: usize, rgb: &[u8]) -> Result<()> {
        let expected = self.image_size() * self.image_size() * 3;
        let (Some((part, label)), true) = (self.places.get(index).copied().flatten(), rgb.len() == expected) else {
            return Err(Error::Dataset(format!(
                "Picture {index} is not one of the wanted ones, or has other than {expected} bytes of RGB pixels."
            )));
        };
        self.pictures.pixels.extend_from_slice(rgb);
        self.pictures.labels.push(label);
        self.parts.push(part);
        Ok(())
    }

    /// Decodes a file and adds it. If it cannot be used, lists it as skipped and returns false.
    ///
    /// # Errors
    ///
    /// The index was not wanted.
    pub fn add_encoded(&mut self, index: usize, bytes: &[u8]) -> Result<bool> {
        match image::decode(bytes, self.image_size()) {
            Ok(rgb) => self.add(index, &rgb).map(|()| true),
            Err(reason) => {
                self.skip(index, reason);
                Ok(false)
            }
        }
    }

    /// The data sets of the pictures that were added.
    ///
    /// # Errors
    ///
    /// No training picture was added, or all of them are of a single class.
    pub fn finish(self) -> Result<FolderDataset> {
        let Self { mut skipped, parts, pictures, .. } = self;
        skipped.sort_by(|a, b| a.path.cmp(&b.path));
        let pictures = Arc::new(pictures);
        let part = |wanted| {
            let indices: Vec<usize> = (0..parts.len()).filter(|&i| parts[i] == wanted).collect();
            (!indices.is_empty()).then(|| Dataset::new(pictures.clone(), indices))
        };
        let Some(training) = part(Part::Training) else {
            return Err(Error::Dataset(match skipped.first() {
                Some(SkippedFile { path, reason }) => {
                    format!("The folder holds no readable training picture; for example, {path} {reason}.")
                }
                None => "The folder holds no readable training picture.".into(),
            }));
        };
        FolderDataset::new(training, part(Part::Validation), part(Part::Test), skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(paths: &[&str]) -> Result<ImageFolder> {
        ImageFolder::new(paths.iter().map(ToString::to_string).collect(), 8)
    }

    fn reasons(paths: &[&str]) -> Vec<String> {
        folder(paths).unwrap().skipped.into_iter().map(|file| format!("{} {}", file.path, file.reason)).collect()
    }

    #[test]
    fn class_folders_alone_are_training() {
        let folder = folder(&["pets/dog/1.png", "pets/cat/1.PNG", "pets/cat/2.jpeg"]).unwrap();
        assert_eq!(folder.pictures.class_names, ["cat", "dog"]);
        assert_eq!(folder.place(0), Some((Part::Training, 1)));
        assert_eq!(folder.wanted(), [0, 1, 2]);
    }

    #[test]
    fn part_folders_in_any_case_hold_class_folders() {
        let folder = folder(&["x/TRAIN/a/1.png", "x/TRAIN/b/1.png", "x/valid/a/1.png", "x/Testing/b/1.png"]).unwrap();
        assert_eq!(folder.pictures.class_names, ["a", "b"]);
        assert_eq!(folder.place(2), Some((Part::Validation, 0)));
        assert_eq!(folder.place(3), Some((Part::Test, 1)));
    }

    #[test]
    fn the_picked_folder_may_itself_be_the_training_part() {
        let folder = folder(&["Training/a/1.png", "Training/b/1.png"]).unwrap();
        assert_eq!(folder.pictures.class_names, ["a", "b"]);
    }

    #[test]
    fn a_class_may_be_called_test() {
        let folder = folder(&["x/test/1.png", "x/control/1.png"]).unwrap();
        assert_eq!(folder.pictures.class_names, ["control", "test"]);
    }

    #[test]
    fn what_is_not_understood_is_reported_not_guessed() {
        assert_eq!(
            reasons(&["x/a/1.png", "x/b/1.png", "x/a/deep/2.png", "x/top.png", "x/readme.txt", "x/a/.DS_Store"]),
            [
                "x/readme.txt is not a picture by its name",
                "x/a/.DS_Store is a hidden file",
                "x/a/deep/2.png lies deeper than its class folder; move it up",
                "x/top.png lies in no class folder",
            ]
        );
        let outside = reasons(&["x/Training/a/1.png", "x/Training/b/1.png", "x/docs/1.png", "x/Testing/c/1.png"]);
        assert_eq!(outside[0], "x/docs/1.png lies outside the Training and Testing folders");
        assert!(outside[1].contains("class \"c\""), "{outside:?}");
    }

    #[test]
    fn a_folder_that_teaches_nothing_is_an_error() {
        assert!(folder(&[]).unwrap_err().to_string().contains("no picture"));
        assert!(folder(&["x/notes.txt"]).unwrap_err().to_string().contains("no picture"));
        assert!(ImageFolder::new(vec!["a/1.png".into()], 0).unwrap_err().to_string().contains("imageSize"));
        let mut one = folder(&["x/cat/1.png", "x/cat/2.png"]).unwrap();
        one.add(0, &[0; 8 * 8 * 3]).unwrap();
        assert!(one.finish().unwrap_err().to_string().contains("\"cat\""));
        let mut text = folder(&["x/cat/1.png", "x/dog/2.png"]).unwrap();
        assert!(!text.add_encoded(0, b"hello").unwrap());
        assert!(text.finish().unwrap_err().to_string().contains("x/cat/1.png is not a picture"));
    }
}
