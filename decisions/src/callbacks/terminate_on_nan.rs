//! `TerminateOnNaN`: stops a run whose loss is NaN or infinite.

use serde::{Deserialize, Serialize};

/// On a GPU the loss is read only once in so many steps, because every read waits for it. No NaN is missed: once
/// the mean over an epoch is NaN or infinite, it stays so until the epoch ends.
const STEPS_BETWEEN_READS_OF_A_GPU: usize = 16;

/// Stops at the first batch after which the running loss is NaN or infinite; on a GPU up to 16 batches
/// later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminateOnNan {}

impl TerminateOnNan {
    /// Whether the mean loss so far is to be read after this step, counted from 1.
    #[must_use]
    pub fn is_due(on_a_gpu: bool, step: usize) -> bool {
        !on_a_gpu || step.is_multiple_of(STEPS_BETWEEN_READS_OF_A_GPU)
    }

    /// If this loss ends the run, the sentence that says so; `when` is the step or epoch in words.
    #[must_use]
    pub fn reason(loss: f64, when: &str) -> Option<String> {
        (!loss.is_finite())
            .then(|| format!("{when}: stopped, the loss is no longer a number; lower the learning rate."))
    }
}
