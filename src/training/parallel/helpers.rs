//! The helper threads of a run, as the thread that runs the fit loop sees them.

use super::task::Task;
use crate::error::Result;

/// The helper threads of a run on the CPU, as the thread that runs the fit loop sees them.
///
/// An implementation must not use a helper again that has failed: another takes its place, or the run goes on without it.
#[expect(async_fn_in_trait, reason = "called in this crate only, and no future leaves its thread")]
pub trait Helpers {
    /// The number of helpers; the thread that runs the fit loop is not counted.
    fn count(&self) -> usize;

    /// Sends all helpers, also those that may take the place of another, the model that the next tasks are for, as JSON,
    /// and the weights that no run changes; see [`Helper::new`](crate::Helper::new).
    fn prepare(&mut self, job: &str, fixed: &[Vec<f32>]);

    /// Sends one task to each of the first helpers and does not wait for the answers.
    fn begin(&mut self, tasks: Vec<Task>);

    /// Waits for the answer to each task (see [`Helper::work`](crate::Helper::work)), or why its helper failed.
    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>>;

    /// Starts a new helper in the place of each that has failed, if that is possible: whether there are as many as before.
    /// New ones have not been prepared.
    async fn renew(&mut self) -> bool {
        false
    }
}

/// No helpers: one thread computes everything.
impl Helpers for () {
    fn count(&self) -> usize {
        0
    }

    fn prepare(&mut self, _job: &str, _fixed: &[Vec<f32>]) {}

    fn begin(&mut self, _tasks: Vec<Task>) {}

    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>> {
        Vec::new()
    }
}
