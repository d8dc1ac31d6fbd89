//! The plan of a run: the arguments of `fit`, checked against the data.

use burn::tensor::Device;

use super::config::{FitConfig, SplitRule, ValidationFreq};
use super::{DrawnSplit, FoldSplit, ValidationSplit};
use crate::data::{DataLoader, Dataset};
use crate::error::{Error, Result};
use crate::seed::Seed;

/// A [`FitConfig`] that has been checked against its data; only this can start a run.
#[derive(Debug, Clone)]
pub struct FitPlan {
    pub(crate) config: FitConfig,
    pub(crate) epochs: usize,
    pub(crate) initial_epoch: usize,
    pub(crate) batch_size: usize,
    steps_per_epoch: Option<usize>,
    pub(crate) seed: Seed,
    /// The epochs after which the validation pictures are evaluated, in their order.
    validation_freq: Vec<usize>,
    pub(crate) validation_batch_size: usize,
    /// How much each picture counts, indexed by [`Dataset::id`]; `None` if all count 1.
    weights: Option<Vec<f32>>,
    /// The pictures that the network is trained on.
    pub training: Dataset,
    /// The pictures that it is evaluated on after an epoch.
    pub validation: Option<Dataset>,
    /// Training and validation pictures as the caller gave them, before any split.
    given: (Dataset, Option<Dataset>),
    /// The most bytes of features that are kept, of all pictures together.
    pub(crate) most_features: u64,
}

/// The most bytes of features that a run keeps, if it is told nothing else.
const MOST_FEATURES: u64 = 512_000_000;

/// Keras has no such limits; these keep every product far from overflow.
const MOST_EPOCHS: f64 = 100_000.0;
const MOST_STEPS: f64 = 1e9;
const MOST_PICTURES: f64 = 4096.0;

fn held_out((training, validation): (Dataset, Dataset)) -> (Dataset, Option<Dataset>) {
    (training, Some(validation))
}

fn whole(field: &str, value: f64, least: f64, most: f64) -> Result<usize> {
    match (least..=most).contains(&value) && value.fract() == 0.0 {
        true => Ok(value as usize),
        false => Err(Error::config(field, format!("must be a whole number from {least} to {most}, not {value}"))),
    }
}

/// Checks a size of batches.
///
/// # Errors
///
/// It is not a whole number from 1 to 4096; the error names the field.
pub fn pictures_per_step(field: &str, value: f64) -> Result<usize> {
    whole(field, value, 1.0, MOST_PICTURES)
}

impl FitPlan {
    /// Checks the arguments and holds out the validation pictures.
    ///
    /// # Errors
    ///
    /// An argument is out of range or contradicts another; the error names it.
    pub fn new(config: FitConfig, training: Dataset, validation: Option<Dataset>) -> Result<Self> {
        let epochs = whole("epochs", config.epochs, 1.0, MOST_EPOCHS)?;
        let initial_epoch = whole("initialEpoch", config.initial_epoch, 0.0, MOST_EPOCHS)?;
        if initial_epoch >= epochs {
            return Err(Error::config("initialEpoch", format!("must be below epochs ({epochs}), not {initial_epoch}")));
        }
        let batch_size = pictures_per_step("batchSize", config.batch_size)?;
        let steps_per_epoch =
            config.steps_per_epoch.map(|steps| whole("stepsPerEpoch", steps, 1.0, MOST_STEPS)).transpose()?;
        let validation_batch_size = match config.validation_batch_size {
            Some(size) => pictures_per_step("validationBatchSize", size)?,
            None => batch_size,
        };
        let seed = Seed::try_from(config.seed)?;
        let validation_freq = match &config.validation_freq {
            ValidationFreq::Every(every) => {
                let every = whole("validationFreq", *every, 1.0, MOST_EPOCHS)?;
                (1..=epochs).filter(|epoch| epoch.is_multiple_of(every)).collect()
            }
            ValidationFreq::After(epochs) => {
                let epochs = epochs.iter().map(|&epoch| whole("validationFreq", epoch, 1.0, MOST_EPOCHS));
                let mut epochs = epochs.collect::<Result<Vec<_>>>()?;
                epochs.sort_unstable();
                epochs
            }
        };
        config.validation_split.check()?;
        config.augment.check()?;
        let sample_weights = sample_weights(&config, &training)?;
        let given = (training.clone(), validation.clone());
        let (training, validation) = match (config.validation_split, validation) {
            (ValidationSplit::Fold(FoldSplit { folds, fold, grouped }), _) => {
                held_out(training.split_fold(folds as usize, fold as usize, grouped, seed)?)
            }
            (_, Some(given)) => (training, Some(given)),
            (ValidationSplit::Share(0.0), None) => (training, None),
            (ValidationSplit::Share(share), None) => held_out(match config.split {
                SplitRule::Last => training.split_last(share)?,
                SplitRule::Stratified => training.split_stratified(share, seed)?,
            }),
            (ValidationSplit::Drawn(DrawnSplit { fraction, stratified, grouped }), None) => {
                held_out(training.split_drawn(fraction, stratified, grouped, seed)?)
            }
        };
        let weights = match &config.class_weight {
            Some(weight) => {
                let of_class = weight.of_classes(training.class_names(), &training.counts())?;
                Some(training.by_id(1.0, |position| of_class[training.label(position)]))
            }
            None => sample_weights,
        };
        Ok(Self {
            config,
            epochs,
            initial_epoch,
            batch_size,
            steps_per_epoch,
            seed,
            validation_freq,
            validation_batch_size,
            weights,
            training,
            validation,
            given,
            most_features: MOST_FEATURES,
        })
    }

    /// The run keeps at most so many bytes of what the frozen first layers of a network make of its pictures; 512 MB without
    /// this call. If they need more, these layers run in each step. No number of the history depends on it.
    #[must_use]
    pub fn keeping_features(self, bytes: u64) -> Self {
        Self { most_features: bytes, ..self }
    }

    /// The training pictures, and the validation pictures if they come from another folder.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Dataset> {
        let other = |validation: &&Dataset| !validation.shares_pictures(&self.training);
        std::iter::once(&self.training).chain(self.validation.as_ref().filter(other))
    }

    /// How many pictures the training steps of the run will see, one that comes again counted again.
    pub(crate) fn pictures_of_all_steps(&self) -> usize {
        let of_an_epoch = self.training.len().min(self.steps().saturating_mul(self.batch_size));
        of_an_epoch.saturating_mul(self.epochs - self.initial_epoch)
    }

    /// The last epoch.
    #[must_use]
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// Whether there are validation pictures and an epoch after which they are evaluated.
    pub(crate) fn validates(&self) -> bool {
        self.validation.is_some() && !self.validation_freq.is_empty()
    }

    /// Whether validation pictures are evaluated after every epoch.
    pub(crate) fn always_validates(&self) -> bool {
        self.validation.is_some() && (self.initial_epoch + 1..=self.epochs).all(|epoch| self.validates_after(epoch))
    }

    fn validates_after(&self, epoch: usize) -> bool {
        self.validation_freq.binary_search(&epoch).is_ok()
    }

    /// The number of batches of a pass over the training pictures.
    fn batches_of_a_pass(&self) -> usize {
        self.training.len().div_ceil(self.batch_size)
    }

    /// The number of steps of a full epoch.
    #[must_use]
    pub fn steps(&self) -> usize {
        let all = self.batches_of_a_pass();
        self.steps_per_epoch.map_or(all, |steps| steps.min(all))
    }

    /// The pass over the pictures that an epoch belongs to (both counted from 1), and how many batches of that
    /// pass belong to earlier epochs.
    fn pass_of(&self, epoch: usize) -> (usize, usize) {
        let epochs_of_a_pass = self.batches_of_a_pass().div_ceil(self.steps());
        ((epoch - 1) / epochs_of_a_pass + 1, (epoch - 1) % epochs_of_a_pass * self.steps())
    }

    /// The batches of an epoch, counted from 1.
    pub(crate) fn batches<'a>(&'a self, epoch: usize, device: &'a Device) -> DataLoader<'a> {
        let (pass, earlier) = self.pass_of(epoch);
        let loader = DataLoader::new(&self.training, self.batch_size, device);
        let loader = if self.config.shuffle { loader.shuffled(self.seed, pass) } else { loader };
        let loader = loader.augmented(&self.config.augment, self.seed, epoch).weighted(self.weights.as_deref());
        loader.skipped(earlier).limited(self.steps())
    }

    /// The validation pictures in batches of this size, if they are evaluated after this epoch.
    pub(crate) fn validation_of<'a>(
        &'a self,
        epoch: usize,
        batch_size: usize,
        device: &'a Device,
    ) -> Option<DataLoader<'a>> {
        let pictures = self.validation.as_ref().filter(|_| self.validates_after(epoch))?;
        // The weights are those of the training pictures, so they hold for what was held out of them and for no other.
        let held_out = self.given.1.is_none() || matches!(self.config.validation_split, ValidationSplit::Fold(_));
        let weights = self.weights.as_deref().filter(|_| held_out && self.config.sample_weight.is_some());
        Some(DataLoader::new(pictures, batch_size, device).weighted(weights))
    }

    /// Copies the pictures to the device, if it is a GPU with room for them.
    pub(crate) async fn upload(&self, device: &Device) -> Result<()> {
        for pictures in std::iter::once(&self.training).chain(&self.validation) {
            pictures.upload(device).await?;
        }
        Ok(())
    }

    /// The bytes of the pictures of the run.
    pub(crate) fn picture_bytes(&self) -> u64 {
        let pictures = self.training.len() + self.validation.as_ref().map_or(0, Dataset::len);
        (pictures * self.training.image_size().pow(2) * 3) as u64
    }

    /// Checksums of the given pictures: a run is resumed only with the same pictures.
    pub(crate) fn fingerprint(&self) -> [u32; 2] {
        self.checksums(Dataset::fingerprint)
    }

    /// [`Self::fingerprint`] as earlier versions computed it, from the pixels.
    pub(crate) fn pixel_fingerprint(&self) -> [u32; 2] {
        self.checksums(Dataset::pixel_fingerprint)
    }

    fn checksums(&self, of: impl Fn(&Dataset) -> u32) -> [u32; 2] {
        let (training, validation) = &self.given;
        [of(training), validation.as_ref().map_or(0, of)]
    }
}

/// `sample_weight`, indexed by [`Dataset::id`].
fn sample_weights(config: &FitConfig, training: &Dataset) -> Result<Option<Vec<f32>>> {
    let Some(weights) = &config.sample_weight else { return Ok(None) };
    if config.class_weight.is_some() {
        return Err(Error::config(
            "sampleWeight",
            "and classWeight exclude one another, as in Keras; give one of them",
        ));
    }
    if weights.len() != training.len() {
        return Err(Error::config(
            "sampleWeight",
            format!("has {} numbers for {} training pictures; give one for each", weights.len(), training.len()),
        ));
    }
    if let Some(weight) = weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
        return Err(Error::config("sampleWeight", format!("must hold numbers of 0 or more, not {weight}")));
    }
    Ok(Some(training.by_id(1.0, |position| weights[position] as f32)))
}
