//! Computes once what the body of a network, its frozen first layers, makes of the pictures of a run.

use std::ops::ControlFlow;
use std::sync::Arc;

use crc32fast::Hasher;

use super::divide;
use super::helpers::Helpers;
use crate::data::stored_features::{FeatureFile, MissingFeatures};
use crate::data::{DataLoader, Dataset, Features};
use crate::device::read_all;
use crate::error::Result;
use crate::network::{Body, Folds};
use crate::training::history::Stopped;
use crate::training::plan::FitPlan;
use crate::training::state::{Callback, FeatureProgress, Model};

/// What the body makes of the pictures of a run; nothing if it runs in each step.
#[derive(Debug, Default)]
pub(crate) struct RunFeatures {
    pub(crate) training: Option<Arc<Features>>,
    pub(crate) validation: Option<Arc<Features>>,
}

impl RunFeatures {
    /// Computes the features of all pictures in batches, divided among this thread and the helpers; those that an earlier
    /// run has computed are taken over, and the observer hears of them too. It may end the run after each batch. Nothing
    /// where there is no memory for them.
    ///
    /// # Errors
    ///
    /// The device or the observer failed.
    pub(crate) async fn compute(
        model: &mut Model,
        helpers: &mut impl Helpers,
        plan: &FitPlan,
        body: Body,
        observer: &mut impl Callback,
    ) -> Result<ControlFlow<Stopped, Self>> {
        let checksum = checksum(model, body.layers).await?;
        let folders: Vec<Dataset> = plan.folders().map(Dataset::whole_folder).collect();
        let (known, missing): (Vec<_>, Vec<_>) =
            folders.iter().partition(|folder| kept_of(model, folder, body.layers, checksum).is_some());
        let count = |folders: &[&Dataset]| folders.iter().map(|folder| folder.len()).sum::<usize>();
        let mut progress = FeatureProgress { done: count(&known), pictures: count(&known) + count(&missing) };
        if progress.done > 0
            && let ControlFlow::Break(stopped) = observer.on_features_batch_end(model, &progress).await?
        {
            return Ok(ControlFlow::Break(stopped));
        }
        // Those of another network are freed before there are more.
        for folder in &missing {
            folder.keep_features(None);
        }
        let (device, mut folds) = (model.network.device.clone(), Folds::default());
        for folder in missing {
            let room = Features::with_room_for(folder.len(), body.values, body.layers, checksum, &device);
            let Some(mut features) = room else { return Ok(ControlFlow::Continue(Self::default())) };
            let mut first = 0;
            let at_once = at_once(folder.len(), model.architecture().config().image_size);
            for batch in DataLoader::new(folder, model.evaluation_batch(at_once), &device).plans() {
                features.push(first, divide::features(model, helpers, &batch, body.layers, &mut 0, &mut folds).await?);
                first += batch.len();
                progress.done += batch.len();
                if let ControlFlow::Break(stopped) = observer.on_features_batch_end(model, &progress).await? {
                    return Ok(ControlFlow::Break(stopped));
                }
            }
            folder.keep_features(Some(Arc::new(features)));
        }
        let validation = plan.validation.as_ref().and_then(Dataset::features);
        Ok(ControlFlow::Continue(Self { training: plan.training.features(), validation }))
    }
}

/// How many of a folder's pictures of a side length are computed at once. Threads wait for one another after each batch, so
/// many small pictures are computed in larger batches: of no more pixels than a batch of 160 x 160, and in at least 16
/// batches, because progress is shown and a run can be stopped after each.
fn at_once(pictures: usize, side: usize) -> usize {
    const BATCH_SIZE: usize = 32;
    let small = BATCH_SIZE * (160 * 160 / (side * side));
    (pictures / 16).min(small).max(BATCH_SIZE)
}

/// Whether earlier runs have computed what this body makes of all pictures of a plan.
///
/// # Errors
///
/// The device failed.
pub(crate) async fn are_known(model: &Model, plan: &FitPlan, body: Body) -> Result<bool> {
    let checksum = checksum(model, body.layers).await?;
    Ok(plan.folders().all(|folder| kept_of(model, folder, body.layers, checksum).is_some()))
}

/// The pictures of a plan of which no earlier run has computed what this body makes of them.
///
/// # Errors
///
/// The device failed.
pub(crate) async fn missing(model: &Model, plan: &FitPlan, body: Body) -> Result<Vec<MissingFeatures>> {
    let Body { layers, values } = body;
    let (checksum, device) = (checksum(model, layers).await?, &model.network.device);
    let mut missing = Vec::new();
    for folder in plan.folders() {
        if kept_of(model, folder, layers, checksum).is_none() {
            let file = FeatureFile::new(folder, checksum, layers, values, device);
            missing.push(MissingFeatures { pictures: folder.clone(), device: device.clone(), file });
        }
    }
    Ok(missing)
}

/// The features of these pictures, if an earlier run has computed them with the body that the network has now.
///
/// # Errors
///
/// The device failed.
pub(crate) async fn kept(model: &Model, pictures: &Dataset) -> Result<Option<Arc<Features>>> {
    let Some(layers) = pictures.features().map(|features| features.layers) else { return Ok(None) };
    if !model.architecture().bodies().any(|body| body.layers == layers) {
        return Ok(None);
    }
    let checksum = checksum(model, layers).await?;
    Ok(kept_of(model, pictures, layers, checksum))
}

fn kept_of(model: &Model, pictures: &Dataset, layers: usize, checksum: u32) -> Option<Arc<Features>> {
    let suits = |features: &Arc<Features>| {
        features.layers == layers && features.body == checksum && features.are_on(&model.network.device)
    };
    pictures.features().filter(suits)
}

/// A checksum (CRC-32) of the first layers of a network, with their weights: equal ones make equal features.
async fn checksum(model: &Model, layers: usize) -> Result<u32> {
    let architecture = model.architecture();
    let mut hasher = Hasher::new();
    for layer in &architecture.layers[..layers] {
        hasher.update(format!("{:?} {:?} {:?}", layer.config, layer.inputs, layer.params).as_bytes());
    }
    for weight in read_all(&model.network.weights[architecture.weights_of_first(layers)]).await? {
        hasher.update(bytemuck::cast_slice(&weight));
    }
    Ok(hasher.finalize())
}
