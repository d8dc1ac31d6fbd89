//! A data set: labelled pictures of one size, in an order.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

use burn::tensor::Device;
use crc32fast::Hasher;
use rand::seq::SliceRandom;

use crate::data::marks::Marks;
use crate::data::{Features, GpuPixels, Pictures};
use crate::device;
use crate::error::{Error, Result};
use crate::seed::{Purpose, Seed};

/// Some of the pictures of a folder, in an order. Cloning and splitting copy no pixel.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub(super) pictures: Arc<Pictures>,
    pub(super) marks: Marks,
    pub(super) indices: Vec<usize>,
}

impl Dataset {
    pub(crate) fn new(pictures: Arc<Pictures>, indices: Vec<usize>) -> Self {
        Self { pictures, marks: Marks::default(), indices }
    }

    /// Others of the same pictures, with the same changes.
    pub(super) fn of(&self, indices: Vec<usize>) -> Self {
        Self { pictures: self.pictures.clone(), marks: self.marks.clone(), indices }
    }

    /// Labelled pictures from arrays, in the order given.
    ///
    /// # Shapes
    /// - `pixels`: `[labels.len(), image_size, image_size, 3]`, RGB8
    /// - `labels`: indices into `class_names`
    ///
    /// # Errors
    ///
    /// The pixels do not fill the shape, a label names no class, a class is named twice, or there are fewer than two.
    pub fn from_arrays(pixels: Vec<u8>, labels: Vec<u32>, class_names: Vec<String>, image_size: usize) -> Result<Self> {
        if labels.is_empty() || image_size == 0 || Some(pixels.len()) != bytes(labels.len(), image_size) {
            return Err(Error::Dataset(format!(
                "{} pictures of {image_size} x {image_size} RGB pixels are not {} bytes; give three bytes for each pixel and one label for each picture.",
                labels.len(),
                pixels.len()
            )));
        }
        if class_names.len() < 2 {
            return Err(Error::Dataset("A classifier needs the names of at least two classes.".into()));
        }
        if let Some((index, name)) = class_names.iter().enumerate().find(|&(i, name)| class_names[..i].contains(name)) {
            return Err(Error::Dataset(format!("Class {index} is named \"{name}\" like another one; name it apart.")));
        }
        if let Some((index, label)) = labels.iter().enumerate().find(|&(_, &label)| label as usize >= class_names.len())
        {
            return Err(Error::Dataset(format!(
                "Label {index} is {label}, but the {} classes are counted from 0; the last is {}.",
                class_names.len(),
                class_names.len() - 1
            )));
        }
        let indices = (0..labels.len()).collect();
        Ok(Self::new(Arc::new(Pictures::new(image_size, class_names, pixels, labels)), indices))
    }

    /// The number of pictures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there is no picture.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The height and width of every picture, in pixels.
    #[must_use]
    pub fn image_size(&self) -> usize {
        self.pictures.image_size
    }

    /// The names of the classes; a label is an index into them.
    #[must_use]
    pub fn class_names(&self) -> &[String] {
        &self.pictures.class_names
    }

    /// The class of the picture at `position`.
    #[must_use]
    pub fn label(&self, position: usize) -> usize {
        let labels = self.marks.labels.as_deref().unwrap_or(&self.pictures.labels);
        labels[self.indices[position]] as usize
    }

    /// The class of every picture, in the order of the positions.
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        (0..self.len()).map(|position| self.label(position)).collect()
    }

    /// The picture at `position`: `[row, column, channel]`, RGB8.
    #[must_use]
    pub fn pixels(&self, position: usize) -> &[u8] {
        let length = self.image_size() * self.image_size() * 3;
        &self.pictures.pixels[self.indices[position] * length..][..length]
    }

    /// The picture with this [`Self::id`], if the folder has one.
    pub(super) fn pixels_of(&self, id: usize) -> Option<&[u8]> {
        let length = self.image_size() * self.image_size() * 3;
        self.pictures.pixels.get(id.checked_mul(length)?..)?.get(..length)
    }

    /// Copies the pictures to this device, if it is a GPU with room for them. All datasets that were split
    /// from one folder share the copy. Returns whether there is a copy.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn upload(&self, device: &Device) -> Result<bool> {
        let Pictures { image_size, class_names, pixels, gpu_pixels, .. } = &*self.pictures;
        if device::largest_tensor(device).is_some() && gpu_pixels.get().is_none() {
            let copy = GpuPixels::fitting(pixels, *image_size, class_names.len(), device).await?;
            gpu_pixels.get_or_init(|| copy);
        }
        Ok(self.gpu_pixels(device).is_some())
    }

    /// The folder's pictures on this device, if they were copied there.
    pub(crate) fn gpu_pixels(&self, device: &Device) -> Option<&GpuPixels> {
        device::largest_tensor(device)?;
        self.pictures.gpu_pixels.get()?.as_ref()
    }

    /// Every picture of the folder that these were split from, in its order.
    pub(crate) fn whole_folder(&self) -> Self {
        self.of((0..self.pictures.labels.len()).collect())
    }

    /// The features of the folder's pictures that were computed last, of whatever network.
    pub(crate) fn features(&self) -> Option<Arc<Features>> {
        self.pictures.features.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps these features of the folder's pictures in the place of those before, which are freed.
    pub(crate) fn keep_features(&self, features: Option<Arc<Features>>) {
        *self.pictures.features.lock().unwrap_or_else(PoisonError::into_inner) = features;
    }

    /// Whether both were split from the same pictures.
    pub(crate) fn shares_pictures(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pictures, &other.pictures)
    }

    /// These pictures with the changes that `other` has of the same folder, without those that are no longer in it.
    pub(crate) fn as_in(&self, other: &Self) -> Self {
        let there: HashSet<usize> = other.indices.iter().copied().collect();
        other.of(self.indices.iter().copied().filter(|index| there.contains(index)).collect())
    }

    /// The index of the picture at `position` in its folder, which no split or shuffle changes.
    pub(crate) fn id(&self, position: usize) -> usize {
        self.indices[position]
    }

    /// Values by [`Self::id`] for every picture of the folder: `of(position)` for those of this dataset, else `other`.
    pub(crate) fn by_id(&self, other: f32, of: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut values = vec![other; self.pictures.labels.len()];
        for (position, &id) in self.indices.iter().enumerate() {
            values[id] = of(position);
        }
        values
    }

    /// A checksum (CRC-32) of these pictures in their order, with what a person changed of them: of the bytes of their files, or
    /// of their pixels without files.
    pub(crate) fn fingerprint(&self) -> u32 {
        self.with_order(self.pictures.of_files.unwrap_or_else(|| self.pictures.of_pixels()))
    }

    /// The same of the pixels, by which earlier versions knew files too.
    pub(crate) fn pixel_fingerprint(&self) -> u32 {
        self.with_order(self.pictures.of_pixels())
    }

    fn with_order(&self, pictures: u32) -> u32 {
        let mut hasher = Hasher::new();
        hasher.update(&pictures.to_le_bytes());
        self.marks.add_to(&mut hasher);
        self.indices.iter().for_each(|&index| hasher.update(&(index as u64).to_le_bytes()));
        hasher.finalize()
    }

    /// The number of pictures of each class.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.class_names().len()];
        for position in 0..self.len() {
            counts[self.label(position)] += 1;
        }
        counts
    }

    /// The same pictures, shuffled by the seed.
    #[must_use]
    pub fn shuffled(&self, seed: Seed) -> Self {
        let mut indices = self.indices.clone();
        indices.shuffle(&mut seed.rng(Purpose::Shuffle(0)));
        self.of(indices)
    }
}

/// The number of bytes of this many RGB pictures; `None` if it does not fit `usize`.
fn bytes(pictures: usize, size: usize) -> Option<usize> {
    pictures.checked_mul(size)?.checked_mul(size)?.checked_mul(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_that_do_not_fit_each_other_say_how() {
        let refused = |pixels: usize, labels: &[u32], names: &[&str]| {
            let names = names.iter().map(ToString::to_string).collect();
            Dataset::from_arrays(vec![0; pixels], labels.to_vec(), names, 2).unwrap_err().to_string()
        };
        assert!(refused(12, &[], &["a", "b"]).starts_with("0 pictures"));
        assert!(refused(23, &[0, 1], &["a", "b"]).contains("2 x 2 RGB pixels are not 23 bytes"));
        assert!(refused(12, &[0], &["a"]).contains("at least two classes"));
        assert!(refused(24, &[0, 2], &["a", "b"]).starts_with("Label 1 is 2"));
        assert!(refused(12, &[0], &["a", "b", "a"]).starts_with("Class 2 is named \"a\""));
        for size in [0, usize::MAX] {
            assert!(Dataset::from_arrays(vec![], vec![0], vec!["a".into(), "b".into()], size).is_err());
        }
    }
}
