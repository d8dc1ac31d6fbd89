//! What may watch and steer a run, with Keras's rules and defaults: one file per callback.

mod backup_and_restore;
mod config;
mod csv_logger;
mod early_stopping;
mod file_name;
#[cfg(test)]
mod keras_decisions;
mod learning_rate_scheduler;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod save_freq;
mod tensor_board;
mod terminate_on_nan;

pub use backup_and_restore::BackupAndRestore;
pub use config::CallbackConfig;
pub(crate) use config::Callbacks;
pub use csv_logger::CsvLogger;
pub use early_stopping::EarlyStopping;
pub use learning_rate_scheduler::{EpochSchedule, LearningRateScheduler};
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::MonitorMode;
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
pub use save_freq::SaveFreq;
pub use tensor_board::{TensorBoard, UpdateFreq, Word};
pub use terminate_on_nan::TerminateOnNan;

use crate::{
    error::Result,
    training::{
        fit::Progress,
        history::{EpochRecord, Stopped},
        model::Model,
        plan::FitPlan,
    },
};

/// What a callback sees and may change.
#[derive(Debug)]
pub struct Run<'a> {
    /// The network with its weights, its optimizer and the history so far.
    pub model: &'a mut Model,
    /// What is being done.
    pub plan: &'a FitPlan,
    /// Set to end the run after this call.
    pub stop: Option<Stopped>,
    /// Sentences for the person about what was done.
    pub notes: Vec<String>,
    /// Files to write: the caller knows where to.
    pub files: Vec<FileWrite>,
}

impl Run<'_> {
    /// The rate of the next step, where no schedule sets it.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.model.optimizer.constant_rate
    }

    /// Changes the rate of the steps to come; a schedule goes before it.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.model.optimizer.constant_rate = rate;
    }
}

/// A change to one of a run's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite {
    /// Relative to the run's folder, parts separated by `/`.
    pub path: String,
    /// What becomes of the file.
    pub content: FileContent,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// These bytes and no others.
    Whole(Vec<u8>),
    /// These bytes after those that are there.
    Appended(Vec<u8>),
    /// These bytes, unless there are some already.
    Begun(Vec<u8>),
    /// It is no longer needed.
    Deleted,
}

/// Watches a run and may steer it through [`Run`]: stop it, change its rate, swap its weights.
#[expect(async_fn_in_trait, reason = "a browser has one thread; the futures need not be Send")]
pub trait Callback {
    /// Before the first step, also of a run that is resumed.
    async fn on_train_begin(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }

    /// Before the first step of an epoch, counted from 1; not again where an epoch is resumed inside.
    async fn on_epoch_begin(&mut self, _run: &mut Run<'_>, _epoch: usize) -> Result<()> {
        Ok(())
    }

    /// After each training step.
    async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        Ok(())
    }

    /// After each epoch, when its record is complete.
    async fn on_epoch_end(&mut self, _run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
        Ok(())
    }

    /// After the last epoch, however the run ended.
    async fn on_train_end(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }
}

impl Callback for () {}

/// Both, the first one first.
impl<A: Callback, B: Callback> Callback for (A, B) {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.0.on_train_begin(run).await?;
        self.1.on_train_begin(run).await
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        self.0.on_epoch_begin(run, epoch).await?;
        self.1.on_epoch_begin(run, epoch).await
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.0.on_batch_end(run, progress).await?;
        self.1.on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.0.on_epoch_end(run, record).await?;
        self.1.on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.0.on_train_end(run).await?;
        self.1.on_train_end(run).await
    }
}

impl<C: Callback> Callback for &mut C {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        (**self).on_train_begin(run).await
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        (**self).on_epoch_begin(run, epoch).await
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        (**self).on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        (**self).on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        (**self).on_train_end(run).await
    }
}
