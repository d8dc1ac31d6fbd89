//! Stops a run whose loss is no longer a number.

use serde::{Deserialize, Serialize};

use super::Run;
use crate::{
    device::DeviceKind,
    error::Result,
    training::{
        fit::Progress,
        history::{EpochRecord, Stopped},
    },
};

/// A GPU is asked only once in so many steps, because every answer is a round trip to it. Nothing is
/// missed: the running mean of an epoch that was NaN or infinite once never recovers.
const STEPS_BETWEEN_READS_OF_A_GPU: usize = 16;

/// Stops at the first batch after which the running loss is NaN or infinite; on a GPU up to 16 batches
/// later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminateOnNan {}

impl TerminateOnNan {
    pub(super) async fn on_batch_end(run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        let due =
            run.model.device_info.kind == DeviceKind::Cpu || progress.step.is_multiple_of(STEPS_BETWEEN_READS_OF_A_GPU);
        if due && !progress.read().await?.loss.is_finite() {
            stop(run, &format!("Epoch {}, step {}", progress.epoch, progress.step));
        }
        Ok(())
    }

    pub(super) fn on_epoch_end(run: &mut Run<'_>, record: &EpochRecord) {
        if record.get("loss").is_some_and(|loss| !loss.is_finite()) {
            stop(run, &format!("Epoch {}", record.epoch));
        }
    }
}

fn stop(run: &mut Run<'_>, place: &str) {
    run.stop = Some(Stopped::Callback);
    run.notes.push(format!("{place}: stopped, the loss is no longer a number; lower the learning rate."));
}
