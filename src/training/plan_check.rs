//! Checks a plan against its network: whether the pictures, batches and callbacks suit it.

use crate::error::Result;
use crate::training::callbacks::CallbackConfig;
use crate::training::needs::Needs;
use crate::training::plan::FitPlan;
use crate::training::state::Model;

impl FitPlan {
    /// Checks what could not be checked without the network.
    ///
    /// # Errors
    ///
    /// The pictures do not suit the network, the batches do not fit the device, a callback monitors a metric that is not
    /// measured, or both the optimizer and a callback would set the learning rate.
    pub(crate) fn check(&self, model: &Model, threads: usize) -> Result<()> {
        model.check_pictures(&self.training)?;
        Needs::of(model, self, threads).check(self)?;
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
