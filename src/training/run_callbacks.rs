//! Asks each callback of a run for its decision and applies it to the run.

use burn::tensor::Tensor;

use super::tensor_board;
use crate::device::DeviceKind;
use crate::error::Result;
use crate::formats::tabfit;
use crate::training::callbacks::{
    BackupAndRestore, CallbackConfig, EarlyStopping, FileContent, FileWrite, ModelCheckpoint, SaveFreq, TerminateOnNan,
};
use crate::training::history::{EpochRecord, Stopped};
use crate::training::state::{Callback, CallbackStates, Checkpoint, Position, Progress, Run};

/// The callbacks of a run, in the order in which they act.
pub(crate) struct RunCallbacks(pub(crate) CallbackStates);

impl RunCallbacks {
    fn backups(&mut self) -> impl Iterator<Item = &mut BackupAndRestore> {
        self.0.list.iter_mut().filter_map(|callback| match callback {
            CallbackConfig::BackupAndRestore(backup) => Some(backup),
            _ => None,
        })
    }

    /// Writes the backup, if one is due after this step.
    pub(crate) async fn back_up_after_batch(&mut self, run: &mut Run<'_>, position: Position<'_>) -> Result<()> {
        let mut due = false;
        for backup in self.backups() {
            due |= backup.is_due_after_batch();
        }
        if due { self.back_up(run, position).await } else { Ok(()) }
    }

    /// Writes the backup, if one is due after this epoch.
    pub(crate) async fn back_up_after_epoch(&mut self, run: &mut Run<'_>, position: Position<'_>) -> Result<()> {
        let due = self.backups().any(|backup| backup.save_freq == SaveFreq::Epoch);
        if due { self.back_up(run, position).await } else { Ok(()) }
    }

    /// Writes the backup after a person's change, whenever else it is due.
    pub(crate) async fn back_up_after_change(&mut self, run: &mut Run<'_>, position: Position<'_>) -> Result<()> {
        let any = self.backups().next().is_some();
        if any { self.back_up(run, position).await } else { Ok(()) }
    }

    async fn back_up(&mut self, run: &mut Run<'_>, position: Position<'_>) -> Result<()> {
        let apart = run.model.architecture().moving().any(|moves| !moves);
        let mut frozen = None;
        if let Some(backup) = self.backups().find(|backup| apart && backup.frozen_apart) {
            if backup.frozen.is_none() {
                let bytes = tabfit::save_frozen(run.model).await?;
                backup.frozen = Some(tabfit::frozen_checksum(&bytes));
                let content = FileContent::Whole(bytes);
                run.files.push(FileWrite { path: BackupAndRestore::FROZEN_PATH.into(), content });
            }
            frozen.clone_from(&backup.frozen);
        }
        let checkpoint = Checkpoint::take(run.model, run.plan, &self.0, position);
        let content = FileContent::Whole(tabfit::save_checkpoint(&checkpoint, frozen).await?);
        run.files.push(FileWrite { path: BackupAndRestore::PATH.into(), content });
        Ok(())
    }
}

impl Callback for RunCallbacks {
    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        for callback in &self.0.list {
            if let CallbackConfig::LearningRateScheduler(rule) = callback {
                run.set_learning_rate(rule.rate(epoch))?;
            }
        }
        Ok(())
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        for (callback, log) in self.0.list.iter_mut().zip(&mut self.0.logs) {
            match callback {
                CallbackConfig::TerminateOnNan(_) => terminate_on_nan(run, progress).await?,
                CallbackConfig::ModelCheckpoint(rule) => model_checkpoint(rule, run, progress).await?,
                CallbackConfig::TensorBoard(rule) => tensor_board::after_batch(rule, log, run, progress).await?,
                _ => {}
            }
        }
        Ok(())
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        let CallbackStates { list, kept_weights, logs } = &mut self.0;
        for ((callback, kept), log) in list.iter_mut().zip(kept_weights).zip(logs) {
            match callback {
                CallbackConfig::EarlyStopping(rule) => early_stopping(rule, kept, run, record),
                CallbackConfig::ReduceLrOnPlateau(rule) => {
                    if let Some(lower) = rule.after_epoch(record, run.learning_rate()) {
                        run.set_learning_rate(lower)?;
                        run.notes.push(format!("Epoch {}: learning rate reduced to {lower:.3e}.", record.epoch));
                    }
                }
                CallbackConfig::ModelCheckpoint(rule) => {
                    if let Some(path) = rule.after_epoch(record)? {
                        write_model(rule, run, path).await?;
                    }
                }
                CallbackConfig::CsvLogger(rule) => run.files.extend(rule.after_epoch(record)),
                CallbackConfig::TensorBoard(rule) => tensor_board::after_epoch(rule, log, run, record).await?,
                CallbackConfig::TerminateOnNan(_) if run.stop.is_some() => {}
                CallbackConfig::TerminateOnNan(_) => {
                    let loss = record.get("loss").unwrap_or_default();
                    stop_for(TerminateOnNan::reason(loss, &format!("Epoch {}", record.epoch)), run);
                }
                CallbackConfig::LearningRateScheduler(_) | CallbackConfig::BackupAndRestore(_) => {}
            }
        }
        Ok(())
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        for (callback, kept) in self.0.list.iter().zip(&mut self.0.kept_weights) {
            if let (CallbackConfig::EarlyStopping(rule), Some(weights)) = (callback, kept.take()) {
                run.model.network.weights = weights;
                run.notes.push(rule.restored());
            }
        }
        let mut delete = |path: &str| run.files.push(FileWrite { path: path.into(), content: FileContent::Deleted });
        if !run.resumable && self.backups().any(|backup| backup.delete_checkpoint) {
            delete(BackupAndRestore::PATH);
            if self.backups().any(|backup| backup.delete_checkpoint && backup.frozen_apart) {
                delete(BackupAndRestore::FROZEN_PATH);
            }
        }
        Ok(())
    }
}

/// Ends the run with a note, if there is a reason to.
fn stop_for(reason: Option<String>, run: &mut Run<'_>) {
    if let Some(reason) = reason {
        run.stop = Some(Stopped::Callback);
        run.notes.push(reason);
    }
}

fn early_stopping(
    rule: &mut EarlyStopping,
    kept: &mut Option<Vec<Tensor<1>>>,
    run: &mut Run<'_>,
    record: &EpochRecord,
) {
    let Some(decision) = rule.after_epoch(record) else { return };
    if decision.keep_weights {
        *kept = Some(run.model.network.weights.clone());
    }
    stop_for(decision.stop, run);
}

async fn terminate_on_nan(run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
    if TerminateOnNan::is_due(run.model.device_info.kind == DeviceKind::Webgpu, progress.step) {
        let when = format!("Epoch {}, step {}", progress.epoch, progress.step);
        stop_for(TerminateOnNan::reason(progress.read().await?.loss, &when), run);
    }
    Ok(())
}

async fn model_checkpoint(rule: &mut ModelCheckpoint, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
    if rule.is_due_after_batch() {
        let logs = progress.results().await?.into_iter().collect();
        let running = EpochRecord { epoch: progress.epoch, logs };
        if let Some(path) = rule.after_batch(progress.step, &running)? {
            write_model(rule, run, path).await?;
        }
    }
    Ok(())
}

async fn write_model(rule: &ModelCheckpoint, run: &mut Run<'_>, path: String) -> Result<()> {
    let bytes = match rule.save_weights_only {
        true => tabfit::save_weights(run.model).await?,
        false => tabfit::save(run.model, false).await?,
    };
    run.files.push(FileWrite { path, content: FileContent::Whole(bytes) });
    Ok(())
}
