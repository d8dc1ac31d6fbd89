//! Stops a run whose loss is NaN or infinite.

use serde::{Deserialize, Serialize};

/// A GPU is asked only once in so many steps, because every answer is a round trip to it. Nothing is
/// missed: the running mean of an epoch that was NaN or infinite once never recovers.
const STEPS_BETWEEN_READS_OF_A_GPU: usize = 16;

/// Stops at the first batch after which the running loss is NaN or infinite; on a GPU up to 16 batches
/// later.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminateOnNan {}

impl TerminateOnNan {
    /// Whether the running loss is worth a read after this step, counted from 1.
    pub(crate) fn is_due(on_a_gpu: bool, step: usize) -> bool {
        !on_a_gpu || step.is_multiple_of(STEPS_BETWEEN_READS_OF_A_GPU)
    }

    /// The sentence that ends the run, where this loss does; `place` says when it was seen.
    pub(crate) fn reason(loss: f64, place: &str) -> Option<String> {
        (!loss.is_finite())
            .then(|| format!("{place}: stopped, the loss is no longer a number; lower the learning rate."))
    }
}
