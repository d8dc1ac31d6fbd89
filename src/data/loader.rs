//! Shuffles, batches and augments pictures, and puts them on the device.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::seq::SliceRandom;

use tabfit_kernels::Change;

use crate::{
    data::{
        augment::Augment,
        dataset::Dataset,
        shard::{Rows, Shard},
    },
    kernels::PictureDraw,
    seed::{Purpose, Seed},
};

/// Some pictures and what is true of them, on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `[batch, size, size, 3]`, values 0 to 255.
    pub images: Tensor<4>,
    /// What the network is to say of them.
    pub truth: Truth,
}

/// The classes of some pictures, on a device.
#[derive(Debug, Clone)]
pub struct Truth {
    /// `[batch]`, the index of each picture's class.
    pub labels: Tensor<1, Int>,
    /// `[batch, classes]`, one-hot.
    pub targets: Tensor<2>,
    /// `[batch]`, how much each picture counts; `None` where all count 1.
    pub weights: Option<Tensor<1>>,
}

impl Truth {
    /// Puts classes on a device.
    ///
    /// # Shapes
    /// - `labels`: `[batch]`, each below `classes`
    /// - `weights`: `[batch]`
    #[must_use]
    pub fn new(labels: &[u32], classes: usize, weights: Option<Vec<f32>>, device: &Device) -> Self {
        let length = labels.len();
        let mut targets = vec![0.0f32; length * classes];
        for (row, &label) in labels.iter().enumerate() {
            targets[row * classes + label as usize] = 1.0;
        }
        let labels: Vec<i32> = labels.iter().map(|&label| label as i32).collect();
        Self {
            labels: Tensor::from_data(TensorData::new(labels, [length]), device),
            targets: Tensor::from_data(TensorData::new(targets, [length, classes]), device),
            weights: weights.map(|weights| Tensor::from_data(TensorData::new(weights, [length]), device)),
        }
    }

    /// The number of pictures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.dims()[0]
    }

    /// Whether there is no picture; a [`DataLoader`] never yields such a batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The batches of one epoch. The last one is kept even when it is not full, as in Keras.
#[derive(Debug)]
pub struct DataLoader<'a> {
    dataset: &'a Dataset,
    batch_size: usize,
    device: &'a Device,
    /// Positions still to come, the next one last.
    order: Vec<usize>,
    augment: Option<(Augment, Seed, usize)>,
    /// Of each picture, by its number.
    weights: Option<&'a [f32]>,
}

impl<'a> DataLoader<'a> {
    /// Batches in the dataset's own order, unchanged: for evaluation.
    #[must_use]
    pub fn new(dataset: &'a Dataset, batch_size: usize, device: &'a Device) -> Self {
        let order = (0..dataset.len()).rev().collect();
        Self { dataset, batch_size, device, order, augment: None, weights: None }
    }

    /// Draws the order anew for this epoch, counted from 1.
    #[must_use]
    pub fn shuffled(mut self, seed: Seed, epoch: usize) -> Self {
        self.order.shuffle(&mut seed.rng(Purpose::Shuffle(epoch)));
        self
    }

    /// Changes every picture by a draw of its own for this epoch, counted from 1.
    #[must_use]
    pub fn augmented(mut self, augment: Augment, seed: Seed, epoch: usize) -> Self {
        self.augment = (!augment.is_off()).then_some((augment, seed, epoch));
        self
    }

    /// Lets pictures count more or less, one factor for each picture of the folder.
    #[must_use]
    pub(crate) fn weighted(mut self, weights: Option<&'a [f32]>) -> Self {
        self.weights = weights;
        self
    }

    /// Leaves out the first batches.
    #[must_use]
    pub fn skipped(mut self, batches: usize) -> Self {
        let left = self.order.len().saturating_sub(batches.saturating_mul(self.batch_size));
        self.order.truncate(left); // the next one is the last
        self
    }

    /// Keeps only the first batches.
    #[must_use]
    pub fn limited(mut self, batches: usize) -> Self {
        let beyond = self.order.len().saturating_sub(batches.saturating_mul(self.batch_size));
        self.order.drain(..beyond);
        self
    }

    /// The number of batches: `ceil(pictures / batch size)`.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.order.len().div_ceil(self.batch_size)
    }

    /// The same pictures, batch by batch, with nothing made of them yet.
    pub(crate) fn picks(mut self) -> impl Iterator<Item = Picked<'a>> {
        std::iter::from_fn(move || self.pick())
    }

    fn pick(&mut self) -> Option<Picked<'a>> {
        let length = self.order.len().min(self.batch_size);
        let positions: Vec<usize> = self.order.drain(self.order.len() - length..).rev().collect();
        let &mut Self { dataset, device, augment, weights, .. } = self;
        (length > 0).then_some(Picked { dataset, device, positions, augment, weights })
    }
}

impl Iterator for DataLoader<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        self.pick().map(|picked| picked.batch())
    }
}

/// The pictures of a batch before they are made.
pub(crate) struct Picked<'a> {
    dataset: &'a Dataset,
    device: &'a Device,
    positions: Vec<usize>,
    augment: Option<(Augment, Seed, usize)>,
    weights: Option<&'a [f32]>,
}

impl Picked<'_> {
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// All of them, on the device: gathered there where it keeps them, sent there else.
    pub(crate) fn batch(&self) -> Batch {
        let rows = Rows::all(self.len());
        let Some(resident) = self.dataset.resident(self.device) else { return self.made(rows) };
        let drawn: Vec<PictureDraw> = self.positions.iter().map(|&position| self.drawn(position)).collect();
        let (images, targets, labels) = resident.batch(&drawn, self.augment.is_some());
        let weights = self.weights_of(rows);
        let weights = weights.map(|each| Tensor::from_data(TensorData::new(each, [self.len()]), self.device));
        Batch { images, truth: Truth { labels, targets, weights } }
    }

    /// Some of them, made by the processor.
    pub(crate) fn made(&self, rows: Rows) -> Batch {
        self.shard(rows).batch(self.dataset.image_size(), self.dataset.class_names().len(), self.device)
    }

    /// Some of them, to be made elsewhere.
    pub(crate) fn shard(&self, rows: Rows) -> Shard {
        let positions = rows.slice(&self.positions);
        let mut pixels = Vec::with_capacity(rows.count * self.dataset.image_size().pow(2) * 3);
        for &position in positions {
            pixels.extend_from_slice(self.dataset.pixels(position));
        }
        let changes = self.augment.map(|_| positions.iter().map(|&position| self.change(position)).collect());
        Shard { rows, pixels, labels: self.labels(rows), changes, weights: self.weights_of(rows) }
    }

    /// What is true of all of them.
    pub(crate) fn truth(&self) -> Truth {
        let rows = Rows::all(self.len());
        Truth::new(&self.labels(rows), self.dataset.class_names().len(), self.weights_of(rows), self.device)
    }

    fn labels(&self, rows: Rows) -> Vec<u32> {
        rows.slice(&self.positions).iter().map(|&position| self.dataset.label(position) as u32).collect()
    }

    fn weights_of(&self, rows: Rows) -> Option<Vec<f32>> {
        let positions = rows.slice(&self.positions);
        self.weights.map(|weights| positions.iter().map(|&position| weights[self.dataset.id(position)]).collect())
    }

    /// What this epoch does to a picture.
    fn change(&self, position: usize) -> Change {
        self.augment.map_or(Change::NONE, |(augment, seed, epoch)| {
            let mut rng = seed.rng(Purpose::Augment(epoch, self.dataset.id(position)));
            augment.draw(self.dataset.image_size(), &mut rng)
        })
    }

    fn drawn(&self, position: usize) -> PictureDraw {
        let change = self.change(position);
        let (picture, label) = (self.dataset.id(position), self.dataset.label(position));
        PictureDraw { picture, label, from: change.from(self.dataset.image_size()), brightness: change.brightness }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(count: usize) -> Dataset {
        let pixels = (0..count).flat_map(|i| [i as u8; 3]).collect();
        let labels = (0..count).map(|i| (i % 2) as u32).collect();
        Dataset::from_arrays(pixels, labels, vec!["even".into(), "odd".into()], 1).unwrap()
    }

    async fn order(loader: DataLoader<'_>) -> Vec<f32> {
        let mut seen = Vec::new();
        for batch in loader {
            let red = batch.images.narrow(3, 0, 1).into_data_async().await.unwrap();
            seen.extend(red.iter::<f32>());
        }
        seen
    }

    #[pollster::test]
    async fn the_last_partial_batch_is_kept_and_evaluation_keeps_the_order() {
        let (dataset, device) = (dataset(10), Device::flex());
        let loader = DataLoader::new(&dataset, 4, &device);
        assert_eq!(loader.steps(), 3);
        assert_eq!(order(loader).await, (0..10).map(|i| i as f32).collect::<Vec<_>>());
    }

    #[pollster::test]
    async fn batches_can_be_left_out_at_both_ends() {
        let (dataset, device) = (dataset(10), Device::flex());
        let loader = || DataLoader::new(&dataset, 4, &device);
        assert_eq!(order(loader().skipped(1)).await, [4., 5., 6., 7., 8., 9.]);
        assert_eq!(order(loader().skipped(1).limited(1)).await, [4., 5., 6., 7.]);
        assert_eq!(loader().limited(9).steps(), 3);
        assert_eq!(loader().skipped(9).steps(), 0);
    }

    #[pollster::test]
    async fn each_epoch_has_an_order_of_its_own_that_repeats() {
        let (dataset, device) = (dataset(32), Device::flex());
        let epoch = |epoch| order(DataLoader::new(&dataset, 5, &device).shuffled(Seed(1), epoch));
        let mut first = epoch(1).await;
        assert_eq!(first, epoch(1).await);
        assert_ne!(first, epoch(2).await);
        first.sort_by(f32::total_cmp);
        assert_eq!(first, (0..32).map(|i| i as f32).collect::<Vec<_>>());
    }
}
