//! Changes a run between two steps, as a person has asked.

use crate::error::Result;
use crate::training::history::{Changed, Stopped};
use crate::training::parallel::{Helpers, divide};
use crate::training::plan::FitPlan;
use crate::training::run_hooks::{RunHooks, call_hook};
use crate::training::state::{Callback, Model, Position};

/// Changes the run as a person has asked, before its next step or its checkpoint.
pub(super) async fn steer<C: Callback>(
    model: &mut Model,
    helpers: &mut impl Helpers,
    plan: &FitPlan,
    stop: &mut Option<Stopped>,
    hooks: &mut RunHooks<'_, C>,
    at: Position<'_>,
) -> Result<()> {
    loop {
        // More may be asked while callbacks hear of a change.
        let asked = hooks.steering();
        if asked.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::new();
        for steering in asked {
            changes.extend(steering.apply(model, at.epoch, at.step)?);
        }
        if changes.iter().any(|change| change.what == Changed::Dropout) {
            divide::prepare(model, helpers).await?; // helpers have a network of their own
        }
        if !changes.is_empty() {
            call_hook(model, plan, stop, async |run| hooks.on_change_at(run, &changes, at).await).await?;
        }
    }
}
