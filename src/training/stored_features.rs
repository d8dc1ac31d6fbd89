//! Which features a run would compute that a file may have.

use crate::data::stored_features::MissingFeatures;
use crate::error::Result;
use crate::training::frozen::{FrozenLayers, Runs};
use crate::training::parallel::features::missing;
use crate::training::plan::FitPlan;
use crate::training::standardize::standardize;
use crate::training::state::Model;

/// The pictures of a run, of a copy of its network, whose features it would compute; none where the frozen layers run in each step.
///
/// # Errors
///
/// The network does not suit the plan, or the device failed.
pub async fn missing_features(mut model: Model, plan: &FitPlan) -> Result<Vec<MissingFeatures>> {
    standardize(&mut model, &plan.config.augment, &plan.training)?;
    match FrozenLayers::of(&model, plan) {
        Some(FrozenLayers { runs: Runs::Once, body, .. }) => missing(&model, plan, body).await,
        _ => Ok(Vec::new()),
    }
}
