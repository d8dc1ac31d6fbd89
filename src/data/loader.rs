//! Shuffles and augments pictures and divides them into batches.

use burn::tensor::{Device, Tensor, TensorData};
use rand::seq::SliceRandom;

use tabfit_kernels::Change;

use crate::data::{Augment, Batch, Dataset, Features, Rows, Shard, Targets};
use crate::kernels::PictureDraw;
use crate::seed::{Purpose, Seed};

/// The batches of one epoch. The last one is kept even when it is not full, as in Keras.
#[derive(Debug)]
pub struct DataLoader<'a> {
    dataset: &'a Dataset,
    batch_size: usize,
    device: &'a Device,
    /// The positions that are still to be loaded, the next one last.
    order: Vec<usize>,
    augment: Option<(&'a Augment, Seed, usize)>,
    /// How much each picture counts, indexed by [`Dataset::id`].
    weights: Option<&'a [f32]>,
    features: Option<&'a Features>,
}

impl<'a> DataLoader<'a> {
    /// Batches in the order of the dataset, without augmentation: for evaluation. A batch has at least one picture.
    #[must_use]
    pub fn new(dataset: &'a Dataset, batch_size: usize, device: &'a Device) -> Self {
        let order = (0..dataset.len()).rev().collect();
        Self { dataset, batch_size: batch_size.max(1), device, order, augment: None, weights: None, features: None }
    }

    /// Shuffles the pictures for this epoch, counted from 1.
    #[must_use]
    pub fn shuffled(mut self, seed: Seed, epoch: usize) -> Self {
        self.order.shuffle(&mut seed.rng(Purpose::Shuffle(epoch)));
        self
    }

    /// Augments every picture for this epoch, counted from 1.
    #[must_use]
    pub fn augmented(mut self, augment: &'a Augment, seed: Seed, epoch: usize) -> Self {
        self.augment = (!augment.is_off()).then_some((augment, seed, epoch));
        self
    }

    /// Sets how much each picture counts in the loss, indexed by [`Dataset::id`].
    #[must_use]
    pub(crate) fn weighted(mut self, weights: Option<&'a [f32]>) -> Self {
        self.weights = weights;
        self
    }

    /// Loads these features, which are known, in the place of the pictures.
    #[must_use]
    pub(crate) fn of_features(mut self, features: Option<&'a Features>) -> Self {
        self.features = features;
        self
    }

    /// Leaves out this many batches at the start.
    #[must_use]
    pub fn skipped(mut self, batches: usize) -> Self {
        let left = self.order.len().saturating_sub(batches.saturating_mul(self.batch_size));
        self.order.truncate(left); // the next one is at the end
        self
    }

    /// Keeps only this many batches.
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

    /// Which pictures each batch holds and how they are augmented, before anything is computed.
    pub(crate) fn plans(mut self) -> impl Iterator<Item = BatchPlan<'a>> {
        std::iter::from_fn(move || self.next_plan())
    }

    fn next_plan(&mut self) -> Option<BatchPlan<'a>> {
        let length = self.order.len().min(self.batch_size);
        let positions: Vec<usize> = self.order.drain(self.order.len() - length..).rev().collect();
        let &mut Self { dataset, device, augment, weights, features, .. } = self;
        (length > 0).then_some(BatchPlan { dataset, device, positions, augment, weights, features })
    }
}

impl Iterator for DataLoader<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        self.next_plan().map(|plan| plan.batch())
    }
}

/// The pictures of a batch, before their pixels are copied and augmented.
pub(crate) struct BatchPlan<'a> {
    dataset: &'a Dataset,
    device: &'a Device,
    positions: Vec<usize>,
    augment: Option<(&'a Augment, Seed, usize)>,
    weights: Option<&'a [f32]>,
    features: Option<&'a Features>,
}

impl BatchPlan<'_> {
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// How many of the first layers have been computed already, for all pictures.
    pub(crate) fn layers_done(&self) -> usize {
        self.features.map_or(0, |features| features.layers)
    }

    /// The batch on the device: made there if the device has a copy of the pictures, otherwise sent to it.
    pub(crate) fn batch(&self) -> Batch {
        let rows = Rows::all(self.len());
        if self.features.is_some() {
            return self.batch_of(rows);
        }
        let Some(gpu_pixels) = self.dataset.gpu_pixels(self.device) else { return self.batch_of(rows) };
        let draws: Vec<PictureDraw> = self.positions.iter().map(|&position| self.draw(position)).collect();
        let (images, one_hot, labels) = gpu_pixels.batch(&draws, self.augment.map(|(augment, ..)| augment.changes()));
        let weights = self.weights_of(rows);
        let weights = weights.map(|each| Tensor::from_data(TensorData::new(each, [self.len()]), self.device));
        Batch { input: images.into(), targets: Targets { labels, one_hot, weights } }
    }

    /// Some rows of the batch, augmented on the CPU.
    pub(crate) fn batch_of(&self, rows: Rows) -> Batch {
        if let Some(features) = self.features {
            let input = features.input(&self.ids(rows), self.device);
            return Batch { input, targets: self.targets_of(rows) };
        }
        self.shard(rows).batch(self.dataset.image_size(), self.dataset.class_names().len(), self.device)
    }

    /// Some rows of the batch, to be sent to a helper.
    pub(crate) fn shard(&self, rows: Rows) -> Shard {
        let positions = rows.slice(&self.positions);
        let bytes = if let Some(features) = self.features {
            bytemuck::cast_slice(&features.numbers(&self.ids(rows))).to_vec()
        } else {
            let mut pixels = Vec::with_capacity(rows.count * self.dataset.image_size().pow(2) * 3);
            for &position in positions {
                pixels.extend_from_slice(self.dataset.pixels(position));
            }
            pixels
        };
        let changes = self.augment.map(|_| positions.iter().map(|&position| self.change(position)).collect());
        let (labels, weights) = (self.labels(rows), self.weights_of(rows));
        Shard { rows, layers_done: self.layers_done(), bytes, labels, changes, weights }
    }

    pub(crate) fn targets(&self) -> Targets {
        self.targets_of(Rows::all(self.len()))
    }

    fn targets_of(&self, rows: Rows) -> Targets {
        Targets::new(&self.labels(rows), self.dataset.class_names().len(), self.weights_of(rows), self.device)
    }

    /// The index and the class of each picture; and, if they are wanted, the first pictures as the network sees them, RGBA8.
    pub(crate) fn seen(&self, wanted: bool) -> (Vec<(usize, usize)>, Vec<u8>) {
        const MOST: usize = 32;
        let size = self.dataset.image_size();
        let shown = if wanted { &self.positions[..self.len().min(MOST)] } else { &[] };
        let mut values = Vec::with_capacity(shown.len() * size * size * 3);
        for &position in shown {
            self.change(position).apply(self.dataset.pixels(position), size, &mut values);
        }
        let each = self.positions.iter().map(|&position| (self.dataset.id(position), self.dataset.label(position)));
        (each.collect(), rgba(&values))
    }

    /// The index of each picture in its folder.
    fn ids(&self, rows: Rows) -> Vec<usize> {
        rows.slice(&self.positions).iter().map(|&position| self.dataset.id(position)).collect()
    }

    fn labels(&self, rows: Rows) -> Vec<u32> {
        rows.slice(&self.positions).iter().map(|&position| self.dataset.label(position) as u32).collect()
    }

    fn weights_of(&self, rows: Rows) -> Option<Vec<f32>> {
        let positions = rows.slice(&self.positions);
        self.weights.map(|weights| positions.iter().map(|&position| weights[self.dataset.id(position)]).collect())
    }

    /// The augmentation of a picture in this epoch.
    fn change(&self, position: usize) -> Change {
        self.augment.map_or(Change::default(), |(augment, seed, epoch)| {
            let mut rng = seed.rng(Purpose::Augment(epoch, self.dataset.id(position)));
            augment.draw(self.dataset.image_size(), &mut rng)
        })
    }

    fn draw(&self, position: usize) -> PictureDraw {
        let change = self.change(position);
        let (picture, label) = (self.dataset.id(position), self.dataset.label(position));
        PictureDraw::new(picture, label, &change, self.dataset.image_size())
    }
}

/// Red, green and blue as bytes, each with a fourth that says that nothing is transparent.
pub(super) fn rgba(values: &[f32]) -> Vec<u8> {
    let rounded = |value: f32| (value + 0.5) as u8;
    let pixels = values.chunks_exact(3);
    pixels.flat_map(|pixel| [rounded(pixel[0]), rounded(pixel[1]), rounded(pixel[2]), 255]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Input;

    fn dataset(count: usize) -> Dataset {
        let pixels = (0..count).flat_map(|i| [i as u8; 3]).collect();
        let labels = (0..count).map(|i| (i % 2) as u32).collect();
        Dataset::from_arrays(pixels, labels, vec!["even".into(), "odd".into()], 1).unwrap()
    }

    async fn order(loader: DataLoader<'_>) -> Vec<f32> {
        let mut seen = Vec::new();
        for batch in loader {
            let Input::Pictures(images) = batch.input else { panic!("there are no features") };
            let red = images.narrow(3, 0, 1).into_data_async().await.unwrap();
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
