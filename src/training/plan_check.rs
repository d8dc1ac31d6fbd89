//! Checks a plan against its network: whether the pictures, batches and callbacks suit it.

use crate::device;
use crate::error::{Error, Result};
use crate::training::callbacks::CallbackConfig;
use crate::training::plan::FitPlan;
use crate::training::state::Model;

impl FitPlan {
    /// Checks what could not be checked without the network.
    ///
    /// # Errors
    ///
    /// The pictures or batches do not suit the network, a callback monitors a metric that is not
    /// measured, or both the optimizer and a callback would set the learning rate.
    pub(crate) fn check(&self, model: &Model) -> Result<()> {
        model.check_pictures(&self.training)?;
        check_memory(model, self.batch_size)?;
        model.network.architecture.check_learns()?;
        let callbacks = &self.config.callbacks;
        let measured = model.metrics.log_names(self.validates());
        let always = model.metrics.log_names(self.always_validates());
        callbacks.iter().try_for_each(|callback| callback.check(&measured, &always))?;
        callbacks
            .iter()
            .filter_map(CallbackConfig::sets_the_rate)
            .try_for_each(|name| model.check_rate_is_settable(name))
    }
}

/// Refuses training batches with a tensor larger than the GPU can bind. Evaluation batches are not checked.
fn check_memory(model: &Model, batch_size: usize) -> Result<()> {
    let needed = model.network.architecture.largest_tensor(batch_size);
    match device::largest_tensor(&model.network.device) {
        Some(limit) if needed > limit => Err(Error::config(
            "batchSize",
            format!(
                "of {batch_size} needs a tensor of {} MB but this GPU takes at most {} MB; use smaller batches, smaller pictures or the CPU",
                needed >> 20,
                limit >> 20
            ),
        )),
        _ => Ok(()),
    }
}
