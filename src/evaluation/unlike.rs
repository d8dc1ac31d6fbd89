//! How unlike a picture is to those that a network was trained on.

use std::sync::Arc;

use crate::data::{DataLoader, Dataset, Parts};
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::Folds;
use crate::training::parallel::{Helpers, divide, features};
use crate::training::state::measured::{MOST_VECTORS, Memory, shortened, shortened_width};
use crate::training::state::{Callback, FeatureProgress, Model, leave_a_lost_gpu};

impl Model {
    /// Keeps what the network makes of up to 2,000 of the training pictures, and the distance within which 95 % of the
    /// validation pictures lie of them: from then on it says of each picture how unlike it is to them. Its `.tabfit` file has
    /// it; a run begins without it.
    ///
    /// # Errors
    ///
    /// The pictures have another size or other classes than the network, there are none, the network has no vector to compare,
    /// or the device failed.
    pub async fn remember(&mut self, training: &Dataset, validation: &Dataset) -> Result<()> {
        self.remember_with(&mut (), training, validation, &mut ()).await.map(|_| ())
    }

    /// [`Self::remember`], with each batch divided among this thread and helpers, on the CPU. The observer hears of each batch
    /// and may end it, which leaves the network as it was. Returns whether it was not ended.
    ///
    /// # Errors
    ///
    /// The same as [`Self::remember`].
    pub async fn remember_with(
        &mut self,
        helpers: &mut impl Helpers,
        training: &Dataset,
        validation: &Dataset,
        observer: &mut impl Callback,
    ) -> Result<bool> {
        leave_a_lost_gpu(self);
        let count = training.len().min(MOST_VECTORS);
        // Evenly spread, which takes of each class its share where the pictures come in the order of their folders.
        let some = training.at((0..count).map(|picture| picture * training.len() / count));
        let Some(known) = self.vectors(helpers, &some, observer).await? else { return Ok(false) };
        let Some(held_out) = self.vectors(helpers, validation, observer).await? else { return Ok(false) };
        let none = || Error::Dataset("The network makes no numbers of these pictures that could be compared.".into());
        let memory = Memory::new(known, &held_out, self.vector_width()?).await?.ok_or_else(none)?;
        self.measured.memory = Some(Arc::new(memory));
        Ok(true)
    }

    /// How unlike each picture is to the training pictures, as a multiple of the distance that 95 % of the validation pictures
    /// do not exceed: above 1 is unlike. Nothing where the network remembers no pictures, or the observer ended it.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub(crate) async fn unlike(
        &mut self,
        helpers: &mut impl Helpers,
        pictures: &Dataset,
        observer: &mut impl Callback,
    ) -> Result<Option<Vec<f32>>> {
        let Some(memory) = self.measured.memory.clone() else { return Ok(None) };
        let Some(vectors) = self.vectors(helpers, pictures, observer).await? else { return Ok(None) };
        memory.unlike(&vectors).await.map(Some)
    }

    /// The number of values of a vector.
    pub(crate) fn vector_width(&self) -> Result<usize> {
        Ok(shortened_width(self.architecture().shape_after(self.vector_layers()?).len()))
    }

    fn vector_layers(&self) -> Result<usize> {
        let refusal = "make nothing that is all the last one reads, so that pictures cannot be compared";
        self.architecture().penultimate().ok_or_else(|| Error::config("layers", refusal))
    }

    /// What the network makes of pictures in front of its last layer with weights, shortened: `[pictures, width]`.
    async fn vectors(
        &mut self,
        helpers: &mut impl Helpers,
        pictures: &Dataset,
        observer: &mut impl Callback,
    ) -> Result<Option<Vec<f32>>> {
        self.check_pictures(pictures)?;
        let (layers, width) = (self.vector_layers()?, self.vector_width()?);
        let values = self.architecture().shape_after(layers).len();
        let device = self.network.device.clone();
        pictures.upload(&device).await?;
        // What frozen layers made of them is known after a run.
        let known = features::kept(self, pictures).await?.filter(|known| known.layers <= layers);
        if known.is_none() {
            divide::prepare(self, helpers).await?;
        }
        let batches = DataLoader::new(pictures, self.evaluation_batch(super::BATCH_SIZE), &device);
        let mut vectors = Vec::with_capacity(pictures.len() * width);
        let (mut done, mut informed, mut folds) = (0, 0, Folds::default());
        for batch in batches.of_features(known.as_deref()).plans() {
            let rows = match &known {
                Some(_) => read(self.network.made(layers, batch.batch().input)).await?,
                None => match divide::features(self, helpers, &batch, layers, &mut informed, &mut folds).await? {
                    Parts::Processor(parts) => parts.concat(),
                    Parts::Gpu(rows) => read(rows).await?,
                },
            };
            vectors.extend(shortened(&rows, values));
            done += batch.len();
            let progress = FeatureProgress { done, pictures: pictures.len() };
            if observer.on_features_batch_end(self, &progress).await?.is_break() {
                return Ok(None);
            }
        }
        Ok(Some(vectors))
    }
}
