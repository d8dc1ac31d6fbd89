//! Turns the paths of a folder into parts and classes, and its pictures into [`Dataset`]s.
//!
//! Two layouts are known: class folders alone (`pets/cat/1.png`), and class folders inside parts
//! (`mri/Training/glioma/1.jpg`). Anything else is reported, not guessed.

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;

use crate::{
    data::{
        dataset::{Dataset, Pictures},
        image::{self, Reason},
    },
    error::{Error, Result},
};

/// The smallest and largest picture side a network may ask for, in pixels.
pub const IMAGE_SIZES: std::ops::RangeInclusive<usize> = 8..=512;

const EXTENSIONS: [&str; 9] = ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "avif"];

/// A part of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What the network learns from.
    Training,
    /// What callbacks watch.
    Validation,
    /// What is scored once, at the end.
    Test,
}

impl Part {
    /// The part a folder name stands for, in any case.
    ///
    /// ```
    /// # use tabfit::Part;
    /// assert_eq!(Part::of("Training"), Some(Part::Training));
    /// assert_eq!(Part::of("VAL"), Some(Part::Validation));
    /// assert_eq!(Part::of("glioma"), None);
    /// ```
    #[must_use]
    pub fn of(folder: &str) -> Option<Self> {
        match folder.to_lowercase().as_str() {
            "train" | "training" => Some(Self::Training),
            "val" | "valid" | "validation" => Some(Self::Validation),
            "test" | "testing" => Some(Self::Test),
            _ => None,
        }
    }
}

/// A file that was not used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedFile {
    /// The path inside the folder.
    pub path: String,
    /// A clause that completes "… was skipped: it …".
    pub reason: String,
}

/// What a folder gave.
#[derive(Debug, Clone)]
pub struct FolderDataset {
    /// What the network learns from.
    pub training: Dataset,
    /// The folder's own validation part.
    pub validation: Option<Dataset>,
    /// The folder's own test part.
    pub test: Option<Dataset>,
    /// Every file that was not used.
    pub skipped: Vec<SkippedFile>,
    /// Sentences to read before training.
    pub warnings: Vec<String>,
}

impl FolderDataset {
    /// Puts parts together and warns of classes that can hardly be learned.
    ///
    /// # Errors
    ///
    /// The training pictures are of a single class.
    pub fn new(
        training: Dataset,
        validation: Option<Dataset>,
        test: Option<Dataset>,
        skipped: Vec<SkippedFile>,
    ) -> Result<Self> {
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
        Ok(Self { training, validation, test, skipped, warnings })
    }
}

/// A folder while it is being read: planned from its paths, then filled picture by picture.
#[derive(Debug)]
pub struct ImageFolder {
    paths: Vec<String>,
    /// For each path: where its picture belongs.
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
    /// The size is outside [`IMAGE_SIZES`], or no path is a picture in a class folder.
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

    /// Indices of the paths whose pictures are to be added, in order.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        (0..self.places.len()).filter(|&index| self.places[index].is_some()).collect()
    }

    /// The part and class of a wanted path.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<(Part, usize)> {
        self.places.get(index).copied().flatten().map(|(part, label)| (part, label as usize))
    }

    /// Remembers that a file cannot be used.
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

    /// Decodes a file and adds it. Returns false after remembering why it cannot be used.
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

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// No training picture could be read, or those that could are of a single class.
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

/// # Errors
///
/// The size is outside [`IMAGE_SIZES`].
pub(crate) fn check_image_size(image_size: usize) -> Result<()> {
    match IMAGE_SIZES.contains(&image_size) {
        true => Ok(()),
        false => Err(Error::config(
            "imageSize",
            format!("must be from {} to {} pixels, not {image_size}", IMAGE_SIZES.start(), IMAGE_SIZES.end()),
        )),
    }
}

/// Memory for every picture at once, so that growing never holds the pixels twice.
///
/// # Errors
///
/// There is not that much.
pub(crate) fn pixel_memory(pictures: usize, image_size: usize) -> Result<Vec<u8>> {
    let bytes = pictures as u64 * (image_size * image_size * 3) as u64; // may not fit the 32 bits of wasm
    let mut pixels = Vec::new();
    usize::try_from(bytes).ok().and_then(|bytes| pixels.try_reserve_exact(bytes).ok()).ok_or_else(|| {
        Error::Dataset(format!(
            "{pictures} pictures of {image_size} x {image_size} pixels need {} MB, more than this tab can have; choose a smaller picture size.",
            bytes / 1_000_000
        ))
    })?;
    Ok(pixels)
}

/// The part and class folder of each path; files that belong nowhere go to `skip`.
fn plan(paths: &[String], mut skip: impl FnMut(&str, &str)) -> Vec<Option<(Part, &str)>> {
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
    // One folder of pictures: it is itself the only class.
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

/// How many leading folders all pictures share; a folder named like a part is never swallowed.
fn common_folders<'a, 'b: 'a>(mut folders: impl Iterator<Item = &'a Vec<&'b str>>) -> usize {
    let Some(first) = folders.next() else { return 0 };
    let mut common = first.iter().take_while(|name| Part::of(name) != Some(Part::Training)).count();
    for folders in folders {
        common = first[..common].iter().zip(folders).take_while(|(a, b)| a == b).count();
    }
    common
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
