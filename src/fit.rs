//! The fit loop.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::Deserialize;

use crate::{
    augment::Augment,
    callbacks::{Callback, CallbackConfig},
    dataloader::{Batch, DataLoader},
    dataset::Dataset,
    device,
    error::{Error, Result},
    history::{EpochRecord, History, Stopped},
    metrics::{MetricPlan, MetricSums, Metrics},
    model::Model,
    seed::{Purpose, Seed},
    sequential::Mode,
};

/// Which pictures are held out when a folder has no validation part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SplitRule {
    /// The same share of every class, drawn from the seed: right for folders, which lie class by class.
    #[default]
    Stratified,
    /// The last fraction before any shuffle: Keras's rule for arrays.
    Last,
}

/// The arguments of `fit`, with Keras's names and defaults.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct FitConfig {
    /// Passes over the training pictures, at least 1.
    pub epochs: f64,
    /// Pictures per step, at least 1.
    pub batch_size: f64,
    /// Draw the order of the training pictures anew in each epoch.
    pub shuffle: bool,
    /// Everything random in the run is a function of it.
    pub seed: f64,
    /// The share of the training pictures held out, 0 to below 1; given validation data win over it.
    pub validation_split: f64,
    /// How they are chosen.
    pub split: SplitRule,
    /// Random changes to the training pictures.
    pub augment: Augment,
    /// How much the pictures of a class count in the training loss.
    pub class_weight: Option<ClassWeight>,
    /// What watches the run, in order.
    pub callbacks: Vec<CallbackConfig>,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            epochs: 1.0,
            batch_size: 32.0,
            shuffle: true,
            seed: 1.0,
            validation_split: 0.0,
            split: SplitRule::Stratified,
            augment: Augment::default(),
            class_weight: None,
            callbacks: Vec::new(),
        }
    }
}

/// Keras's `class_weight`, by class name. A picture's loss is multiplied by the weight of its class
/// and the sum is still divided by the number of pictures.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged, expecting = "classWeight must be \"balanced\" or a number for each class name")]
pub enum ClassWeight {
    /// `n / (classes · n of the class)`, scikit-learn's "balanced": every class counts the same.
    Rule(Balanced),
    /// By class name; a class that is not named counts 1.
    Each(BTreeMap<String, f64>),
}

/// The one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Balanced {
    /// By how rare a class is among the training pictures.
    Balanced,
}

impl ClassWeight {
    fn of_classes(&self, training: &Dataset) -> Result<Vec<f32>> {
        let names = training.class_names();
        let given = match self {
            Self::Rule(Balanced::Balanced) => {
                let even = training.len() as f64 / names.len() as f64;
                return Ok(training.counts().iter().map(|&count| (even / count.max(1) as f64) as f32).collect());
            }
            Self::Each(given) => given,
        };
        if let Some(stranger) = given.keys().find(|name| !names.contains(name)) {
            return Err(Error::config(
                "classWeight",
                format!("names \"{stranger}\", which is none of {}", names.join(", ")),
            ));
        }
        if let Some((name, weight)) = given.iter().find(|(_, weight)| !(weight.is_finite() && **weight >= 0.0)) {
            return Err(Error::config(
                "classWeight",
                format!("of \"{name}\" must be a number of 0 or more, not {weight}"),
            ));
        }
        Ok(names.iter().map(|name| given.get(name).map_or(1.0, |&weight| weight as f32)).collect())
    }
}

/// A [`FitConfig`] that has been checked against its data; only this can start a run.
#[derive(Debug, Clone)]
pub struct FitPlan {
    epochs: usize,
    batch_size: usize,
    shuffle: bool,
    seed: Seed,
    augment: Augment,
    class_weights: Option<Vec<f32>>,
    /// What the network learns from.
    pub training: Dataset,
    /// What it is judged by after each epoch.
    pub validation: Option<Dataset>,
    /// The callbacks to run, their counters at zero.
    pub callbacks: Vec<CallbackConfig>,
}

impl FitPlan {
    /// Checks the arguments and holds out the validation pictures.
    ///
    /// # Errors
    ///
    /// An argument is out of range, by name.
    pub fn new(config: FitConfig, training: Dataset, validation: Option<Dataset>) -> Result<Self> {
        let whole = |field: &str, value: f64, least: f64, most: f64| match (least..=most).contains(&value)
            && value.fract() == 0.0
        {
            true => Ok(value),
            false => Err(Error::config(field, format!("must be a whole number from {least} to {most}, not {value}"))),
        };
        let epochs = whole("epochs", config.epochs, 1.0, 100_000.0)? as usize;
        let batch_size = whole("batchSize", config.batch_size, 1.0, 4096.0)? as usize;
        let seed = Seed(whole("seed", config.seed, 0.0, 9_007_199_254_740_991.0)? as u64);
        if !(0.0..1.0).contains(&config.validation_split) {
            return Err(Error::config(
                "validationSplit",
                format!("must be from 0 to below 1, not {}", config.validation_split),
            ));
        }
        config.augment.check()?;
        let (training, validation) = match validation {
            None if config.validation_split > 0.0 => {
                let (training, validation) = match config.split {
                    SplitRule::Last => training.split_last(config.validation_split)?,
                    SplitRule::Stratified => training.split_stratified(config.validation_split, seed)?,
                };
                (training, Some(validation))
            }
            given => (training, given),
        };
        let class_weights = config.class_weight.map(|weight| weight.of_classes(&training)).transpose()?;
        Ok(Self {
            epochs,
            batch_size,
            shuffle: config.shuffle,
            seed,
            augment: config.augment,
            class_weights,
            training,
            validation,
            callbacks: config.callbacks,
        })
    }

    /// Checks the callbacks against what a run with these metrics measures.
    fn check_callbacks(&self, metrics: &MetricPlan) -> Result<()> {
        let measured = metrics.log_names(self.validation.is_some());
        let measured: Vec<&str> = measured.iter().map(String::as_str).collect();
        self.callbacks.iter().try_for_each(|callback| callback.check(&measured))
    }

    /// The number of epochs.
    #[must_use]
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// The number of steps of an epoch.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.training.len().div_ceil(self.batch_size)
    }

    fn batches<'a>(&'a self, epoch: usize, device: &'a burn::tensor::Device) -> DataLoader<'a> {
        let loader = DataLoader::new(&self.training, self.batch_size, device);
        let loader = if self.shuffle { loader.shuffled(self.seed, epoch) } else { loader };
        loader.augmented(self.augment, self.seed, epoch).weighted(self.class_weights.as_deref())
    }
}

/// Where a run stands after a step.
#[derive(Debug)]
pub struct Progress<'a> {
    /// From 1.
    pub epoch: usize,
    /// From 1 in each epoch.
    pub step: usize,
    /// Steps of an epoch.
    pub steps: usize,
    /// Epochs of the run.
    pub epochs: usize,
    /// Pictures learned from in this run.
    pub pictures: usize,
    sums: &'a MetricSums,
}

impl Progress<'_> {
    /// The running means of the epoch. Costs a read of the device, so do it rarely.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn read(&self) -> Result<Metrics> {
        self.sums.read().await
    }
}

/// What a callback may change.
#[derive(Debug)]
pub struct Run<'a> {
    /// The rate of the next step.
    pub learning_rate: &'a mut f64,
    /// The weights, in the order of the layers.
    pub weights: &'a mut Vec<Tensor<1>>,
    /// Set to end the run after this call.
    pub stop: Option<Stopped>,
    /// Sentences for the person about what was done.
    pub notes: Vec<String>,
}

/// Trains `model` until the plan is done or a callback stops it.
///
/// The metrics are Keras's: running over the epoch, `loss` weighted by batch size, measured with
/// dropout on and before each update. A run stopped inside an epoch has no record of that epoch.
///
/// # Errors
///
/// The network does not fit the pictures or the device, a callback watches what this run does not
/// measure, the device failed, or a callback did. The epochs finished before are in `model`'s history.
pub async fn fit(model: &mut Model, plan: FitPlan, observer: &mut impl Callback) -> Result<History> {
    model.check_pictures(&plan.training)?;
    model.check_memory(plan.batch_size)?;
    plan.check_callbacks(&model.metrics)?;
    if model.optimizer.follows_a_schedule() && plan.callbacks.iter().any(CallbackConfig::sets_the_rate) {
        return Err(Error::config(
            "learningRate",
            "is a schedule, which ReduceLROnPlateau cannot change; give a number or leave that callback out",
        ));
    }
    let device = model.network.device.clone();
    let mut callbacks = (plan.callbacks.clone(), observer);
    let mut pictures = 0;
    model.history = History::default();

    'run: for epoch in 1..=plan.epochs {
        let mut sums = MetricSums::new(&model.metrics);
        let batches = plan.batches(epoch, &device);
        let steps = batches.steps();
        for (index, batch) in batches.enumerate() {
            device.seed(plan.seed.word(Purpose::Dropout(model.optimizer.steps)));
            train_step(model, &batch, &mut sums);
            pictures += batch.len();
            let progress = Progress { epoch, step: index + 1, steps, epochs: plan.epochs, pictures, sums: &sums };
            if steer(model, async |run| callbacks.on_batch_end(run, &progress).await).await? {
                break 'run;
            }
        }
        let record = record(model, &plan, epoch, &sums).await?;
        model.history.epochs.push(record.clone());
        model.keep_snapshot().await?;
        if steer(model, async |run| callbacks.on_epoch_end(run, &record).await).await? {
            break;
        }
    }
    steer(model, async |run| callbacks.on_train_end(run).await).await?;
    model.keep_snapshot().await?;
    model.history.reading = model.history.reading();
    Ok(model.history.clone())
}

/// One step: forward, backward, update. Nothing is read from the device.
pub(crate) fn train_step(model: &mut Model, batch: &Batch, sums: &mut MetricSums) {
    let trainable: Vec<bool> = model.network.architecture.weights().map(|weight| weight.trainable).collect();
    // Only copies of the trainable weights record gradients, and only for this step.
    let weights: Vec<Tensor<1>> = (model.network.weights.iter().zip(&trainable))
        .map(|(weight, &trainable)| if trainable { weight.clone().autodiff().require_grad() } else { weight.clone() })
        .collect();
    let logits = model.network.forward(&weights, batch.images.clone(), Mode::Training);
    let loss = model.loss.mean(logits.clone(), batch.targets.clone(), batch.weights.clone());
    let loss = model.with_penalty(loss, &weights);
    let mut gradients = loss.backward();
    let gradients = weights.iter().map(|weight| weight.grad_remove(&mut gradients)).collect();
    sums.add(loss.inner(), logits.inner(), batch);
    model.optimizer.step(&mut model.network.weights, gradients);
}

/// Lets callbacks act on the model; returns whether the run is to end.
async fn steer(model: &mut Model, act: impl AsyncFnOnce(&mut Run<'_>) -> Result<()>) -> Result<bool> {
    let Model { network, optimizer, history, .. } = model;
    let mut run = Run {
        learning_rate: &mut optimizer.constant_rate,
        weights: &mut network.weights,
        stop: None,
        notes: Vec::new(),
    };
    act(&mut run).await?;
    let Run { stop, mut notes, .. } = run;
    history.notes.append(&mut notes);
    if let Some(stopped) = stop {
        history.stopped = stopped;
    }
    Ok(stop.is_some())
}

/// The numbers of a finished epoch, the validation pictures judged now.
async fn record(model: &mut Model, plan: &FitPlan, epoch: usize, sums: &MetricSums) -> Result<EpochRecord> {
    let mut record = EpochRecord { epoch, ..EpochRecord::default() };
    record.logs.extend(sums.results().await?);
    record.logs.insert("learning_rate".into(), model.optimizer.learning_rate());
    if let Some(validation) = &plan.validation {
        let results = measure(model, validation, plan.batch_size).await?;
        record.logs.extend(results.into_iter().map(|(name, value)| (format!("val_{name}"), value)));
    }
    device::check(&model.network.device).map(|()| record)
}

/// The metrics in inference mode, summed on the device and read once.
async fn measure(model: &mut Model, dataset: &Dataset, batch_size: usize) -> Result<Vec<(String, f64)>> {
    let mut sums = MetricSums::new(&model.metrics);
    let device = model.network.device.clone();
    for batch in DataLoader::new(dataset, batch_size, &device) {
        model.judge(&batch, &mut sums);
    }
    sums.results().await
}
