//! Reads a folder: its paths give parts and classes, its pictures become [`Dataset`]s.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crc32fast::Hasher;
use tabfit_care::Look;

use super::clinic::Readings;
use super::doubtful::Doubtful;
use super::image::Decoded;
use super::inspected::Inspected;
use super::layout::Layout;
use super::{Dataset, FolderDataset, Part, Pictures, Reason, Skipped, image, paths, refusal};
use crate::data::image_size::{check_image_size, pixel_memory};
use crate::error::{Error, Result};

/// A folder while it is being read: planned from its paths, then filled picture by picture.
#[derive(Debug)]
pub struct ImageFolder {
    paths: Vec<String>,
    /// The indices of the paths, sorted by path.
    order: Vec<usize>,
    /// For each path, the part and class of its picture; `None` if the path is not used.
    places: Vec<Option<(Part, u32)>>,
    /// Files that are no pictures by their paths, and pictures that could not be read.
    skipped: Skipped,
    unread: Skipped,
    parts: Vec<Part>,
    pictures: Pictures,
    /// Files that were inspected and not added yet.
    inspected: HashMap<usize, Inspected>,
    fingerprint: Hasher,
    doubtful: Doubtful,
    readings: Readings,
}

impl ImageFolder {
    /// Plans a folder from its paths, separated by `/`; the same paths give the same plan in whatever order they come.
    ///
    /// # Errors
    ///
    /// The size is outside [`IMAGE_SIZES`](crate::data::image_size::IMAGE_SIZES), or no path is a picture in a class folder.
    pub fn new(paths: Vec<String>, image_size: usize) -> Result<Self> {
        Self::with_known(paths, &BTreeSet::new(), image_size)
    }

    /// [`Self::new`], where the files at these indices are pictures by their bytes, though their names have no ending that says
    /// so; see [`has_no_ending`](super::has_no_ending).
    ///
    /// # Errors
    ///
    /// As those of [`Self::new`].
    pub fn with_known(paths: Vec<String>, known: &BTreeSet<usize>, image_size: usize) -> Result<Self> {
        check_image_size(image_size)?;
        let paths = paths::with_slashes(paths);
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by(|&a, &b| paths[a].cmp(&paths[b]));
        let (mut skipped, mut doubtful) = (Skipped::default(), Doubtful::default());
        let mut pictures: Vec<(usize, Vec<&str>)> = Vec::new();
        for &index in &order {
            match paths::folders_of(&paths[index], known.contains(&index)) {
                Some(Ok(folders)) => pictures.push((index, folders)),
                Some(Err(reason)) => skipped.add(&paths[index], &reason),
                None => {}
            }
        }
        let layout = Layout::of(&pictures.iter().map(|(_, folders)| &folders[..]).collect::<Vec<_>>());
        let mut placed = Vec::with_capacity(pictures.len());
        for (index, folders) in &pictures {
            match layout.place(folders) {
                Ok((part, class)) => placed.push((*index, part, class)),
                Err(reason) => {
                    skipped.add(&paths[*index], reason);
                    doubtful.lost(reason, &paths[*index]);
                }
            }
        }
        let names: BTreeSet<&str> =
            placed.iter().filter(|(_, part, _)| *part == Part::Training).map(|&(_, _, class)| class).collect();
        if names.is_empty() {
            return Err(match placed.first() {
                Some(&(index, part, _)) => Error::Dataset(format!(
                    "The folder has {} pictures, for example {}, but no Training folder beside them; add one that holds one folder per class.",
                    part.name(),
                    paths[index]
                )),
                None => refusal::no_picture(&skipped),
            });
        }
        let mut places = vec![None; paths.len()];
        for (index, part, class) in placed {
            if let Some(label) = names.iter().position(|name| *name == class) {
                places[index] = Some((part, label as u32));
            } else {
                skipped.add(&paths[index], &format!("is of class \"{class}\", which has no training pictures"));
                doubtful.stranger(part, class, &names);
            }
        }
        let class_names = names.into_iter().map(String::from).collect();
        let pixels = pixel_memory(places.iter().flatten().count(), image_size)?;
        Ok(Self {
            pictures: Pictures::new(image_size, class_names, pixels, Vec::new()),
            order,
            places,
            skipped,
            doubtful,
            readings: Readings::default(),
            unread: Skipped::default(),
            parts: Vec::new(),
            inspected: HashMap::new(),
            fingerprint: Hasher::new(),
            paths,
        })
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

    /// The indices of the paths whose pictures are to be added, in the order in which they are to be added: that of the paths.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        self.order.iter().copied().filter(|&index| self.places[index].is_some()).collect()
    }

    /// The part and class of a wanted path.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<(Part, usize)> {
        self.places.get(index).copied().flatten().map(|(part, label)| (part, label as usize))
    }

    /// The path with this index; empty if there is none.
    #[must_use]
    pub fn path(&self, index: usize) -> &str {
        self.paths.get(index).map_or("", String::as_str)
    }

    /// Looks at the header of an encoded picture, as [`image::inspect`] does, and notes the checksum of the file: it tells
    /// these pictures from others, whatever pixels a browser makes of them.
    ///
    /// # Errors
    ///
    /// The picture must not be decoded.
    pub fn inspect(&mut self, index: usize, bytes: &[u8]) -> Result<(usize, usize), Reason> {
        let size = image::inspect(bytes)?;
        self.inspected.insert(index, Inspected::of(bytes, size));
        Ok(size)
    }

    /// Lists a file as skipped.
    pub fn skip(&mut self, index: usize, reason: Reason) {
        if let Some(path) = self.paths.get(index) {
            self.inspected.remove(&index);
            self.unread.add(path, &reason);
        }
    }

    /// Adds decoded pixels, `[image_size, image_size, 3]`, RGB8, of which no larger picture was measured.
    ///
    /// # Errors
    ///
    /// The index was not wanted, or the pixels are not of that shape.
    pub fn add(&mut self, index: usize, rgb: &[u8]) -> Result<()> {
        self.add_pixels(index, rgb, None)
    }

    /// Adds a decoded picture; its facts of the file are those that [`Self::inspect`] found.
    ///
    /// # Errors
    ///
    /// As those of [`Self::add`].
    pub fn add_decoded(&mut self, index: usize, picture: &Decoded) -> Result<()> {
        if let (Some(path), Some(reading)) = (self.paths.get(index), picture.reading) {
            self.readings.add(path, reading);
        }
        self.add_pixels(index, &picture.rgb, Some(&picture.look))
    }

    fn add_pixels(&mut self, index: usize, rgb: &[u8], look: Option<&Look>) -> Result<()> {
        let expected = self.image_size() * self.image_size() * 3;
        let (Some((part, label)), true) = (self.places.get(index).copied().flatten(), rgb.len() == expected) else {
            return Err(Error::Dataset(format!(
                "Picture {index} is not one of the wanted ones, or has other than {expected} bytes of RGB pixels."
            )));
        };
        let path = &self.paths[index];
        let side = self.pictures.image_size;
        let file = self.inspected.remove(&index).unwrap_or_else(|| Inspected::of_pixels(rgb, side));
        let Inspected { bytes: size, checksum, facts } = file.measured(look);
        let name = path.rsplit('/').next().unwrap_or_default();
        for bytes in
            [&[part as u8], &label.to_le_bytes()[..], name.as_bytes(), &size.to_le_bytes(), &checksum.to_le_bytes()]
        {
            self.fingerprint.update(bytes);
        }
        self.doubtful.look(path, (part, label), rgb, facts.content);
        let look = look.copied().unwrap_or_else(|| Look::of::<3>(rgb, side, facts));
        self.pictures.looks.push(Look { file: facts, ..look });
        self.pictures.paths.push(path.clone());
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
        match self.inspect(index, bytes).and_then(|_| image::decode_measured(bytes, self.image_size())) {
            Ok(picture) => self.add_decoded(index, &picture).map(|()| true),
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
        let Self { mut skipped, unread, parts, mut pictures, places, mut fingerprint, doubtful, readings, .. } = self;
        fingerprint.update(&(pictures.image_size as u64).to_le_bytes());
        fingerprint.update(pictures.class_names.join("\0").as_bytes());
        pictures.of_files = Some(fingerprint.finalize());
        let pictures = Arc::new(pictures);
        let part = |wanted| {
            let indices: Vec<usize> = (0..parts.len()).filter(|&i| parts[i] == wanted).collect();
            (!indices.is_empty()).then(|| Dataset::new(pictures.clone(), indices))
        };
        let Some(training) = part(Part::Training) else {
            let wanted = places.iter().flatten().filter(|(part, _)| *part == Part::Training).count();
            return Err(refusal::none_readable(&unread, wanted));
        };
        let counts = training.counts();
        if let [(name, &count)] =
            training.class_names().iter().zip(&counts).filter(|(_, count)| **count > 0).collect::<Vec<_>>()[..]
        {
            return Err(refusal::one_class(name, count, &unread));
        }
        let (validation, test) = (part(Part::Validation), part(Part::Test));
        let warnings = doubtful.warnings(&unread, &training, validation.as_ref(), test.as_ref());
        skipped.extend(unread);
        let mut folder = FolderDataset::new(training, validation, test)?;
        folder.warnings.extend(readings.sentences());
        folder.warnings.extend(warnings);
        Ok(FolderDataset { skipped, ..folder })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_are_the_same_pictures_in_any_order_and_whatever_a_browser_makes_of_them() {
        let png = |value: u8| [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08"[..], &[value]].concat();
        let read = |paths: &[&str], noise: u8, last: u8| {
            let mut folder = ImageFolder::new(paths.iter().map(ToString::to_string).collect(), 8).unwrap();
            for index in folder.wanted() {
                let value = paths[index].len() as u8 + if paths[index].ends_with("d/2.png") { last } else { 0 };
                folder.inspect(index, &png(value)).unwrap();
                folder.add(index, &[value + noise; 8 * 8 * 3]).unwrap();
            }
            folder.finish().unwrap().training.fingerprint()
        };
        let paths = ["x/cat/1.png", "x/cat/10.png", "x/d/1.png", "x/d/2.png"];
        let whole = read(&paths, 0, 0);
        assert_eq!(read(&["x/d/2.png", "x/cat/10.png", "x/d/1.png", "x/cat/1.png"], 0, 0), whole);
        assert_eq!(read(&paths, 1, 0), whole, "other pixels of the same files");
        assert_ne!(read(&paths, 0, 1), whole, "another file");
        assert_ne!(read(&paths[..3], 0, 0), whole);
    }
}
