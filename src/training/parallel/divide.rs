//! Data-parallel training: a batch is divided among workers, what they make of it is summed.
//!
//! Every row has the dropout mask, the changes and the weight in the mean that it would have alone, and
//! the parts are summed in the order of the rows: the number of workers changes rounding only, and the
//! same number gives the same bits.

use std::sync::Arc;

use crate::{
    data::{
        loader::{Batch, Picked, Truth},
        shard::Rows,
    },
    device::DeviceKind,
    error::Result,
    metrics::read,
    training::{
        model::Model,
        parallel::{
            helper::{Job, Task},
            step::{Partial, Step},
        },
    },
};

/// What other threads can do for a run on the CPU.
///
/// A worker that fails is not handed anything again: the run goes on without it.
#[expect(async_fn_in_trait, reason = "called in this crate only, and no future leaves its thread")]
pub trait Workers {
    /// How many there are, beside the one that leads the run.
    fn count(&self) -> usize;

    /// Tells all of them about the model that the coming tasks are for; see [`Worker::new`](crate::Worker::new).
    fn prepare(&mut self, job: &str);

    /// Hands the first workers a task each and does not wait.
    fn begin(&mut self, tasks: Vec<Task>);

    /// What each of the tasks came to (see [`Worker::work`](crate::Worker::work)), or why its worker failed.
    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>>;
}

/// Nobody: the run has one thread.
impl Workers for () {
    fn count(&self) -> usize {
        0
    }

    fn prepare(&mut self, _job: &str) {}

    fn begin(&mut self, _tasks: Vec<Task>) {}

    async fn finish(&mut self) -> Vec<Result<Vec<Vec<f32>>>> {
        Vec::new()
    }
}

impl Model {
    /// Tells the workers what they will be asked.
    pub(crate) fn prepare(&self, workers: &mut impl Workers) {
        if self.device_info.kind != DeviceKind::Cpu || workers.count() == 0 {
            return;
        }
        let network = self.network.architecture.config().clone();
        let job = Job { network, classes: self.class_names.len(), loss: self.loss };
        workers.prepare(&serde_json::to_string(&job).expect("plain data is JSON"));
    }

    /// Why workers do not help with learning, if there are any that would.
    pub(crate) fn learns_alone(&self, workers: &impl Workers) -> Option<&'static str> {
        let idle = self.device_info.kind == DeviceKind::Cpu && workers.count() > 0;
        (idle && self.network.architecture.needs_whole_batches())
            .then_some("BatchNormalization learns from whole batches, so a single thread trained.")
    }

    /// How many workers can help with a step.
    pub(crate) fn helped_by(&self, workers: &impl Workers, step: Step) -> usize {
        let alone = self.device_info.kind != DeviceKind::Cpu
            || matches!(step, Step::Learn { .. }) && self.network.architecture.needs_whole_batches();
        if alone { 0 } else { workers.count() }
    }

    /// A step of everyone over one batch: its result, and what is true of its pictures. Workers are handed the
    /// weights, unless they have them: where those are `unmoved` since the batch before.
    ///
    /// # Errors
    ///
    /// The device failed. A worker that does is let go, and its part is done here.
    pub(crate) async fn step(
        &mut self,
        step: Step,
        picked: &Picked<'_>,
        unmoved: bool,
        workers: &mut impl Workers,
    ) -> Result<(Partial, Truth)> {
        let rows = Rows::divided(picked.len(), 1 + self.helped_by(workers, step));
        let [own, others @ ..] = &rows[..] else { unreachable!("a batch has rows") };
        if others.is_empty() {
            let batch = picked.batch();
            let truth = batch.truth.clone();
            return Ok((self.step_alone(step, batch, *own), truth));
        }
        let weights = if unmoved { None } else { Some(Arc::new(self.weights_to_hand_out().await?)) };
        let tasks = others.iter().map(|rows| Task::new(step, picked.shard(*rows), weights.clone()));
        workers.begin(tasks.collect());
        let mut parts = vec![self.step_alone(step, picked.made(*own), *own)];
        for (&rows, answer) in others.iter().zip(workers.finish().await) {
            let part = answer.and_then(|numbers| Partial::from_numbers(numbers, step, rows, &self.network));
            parts.push(part.unwrap_or_else(|error| {
                self.history
                    .notes
                    .push(format!("A worker failed and training went on without it ({}).", error.clause()));
                self.step_alone(step, picked.made(rows), rows)
            }));
        }
        Ok((Partial::sum(parts), picked.truth()))
    }

    fn step_alone(&mut self, step: Step, batch: Batch, rows: Rows) -> Partial {
        step.of(&mut self.network, self.loss, batch, rows)
    }

    /// One by one, without the copy that reading all of a GPU at once is worth.
    async fn weights_to_hand_out(&self) -> Result<Vec<Vec<f32>>> {
        let mut weights = Vec::with_capacity(self.network.weights.len());
        for weight in &self.network.weights {
            weights.push(read(weight.clone()).await?);
        }
        Ok(weights)
    }
}
