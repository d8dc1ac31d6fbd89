//! Writes what TensorBoard shows of a run: its numbers, the confusion matrix and some predictions.

use web_time::{SystemTime, UNIX_EPOCH};

use crate::data::Dataset;
use crate::error::Result;
use crate::evaluation::evaluate::probabilities;
use crate::evaluation::scores::confusion_matrix;
use crate::formats::tensorboard::{self, MOST_CLASSES, MOST_SAMPLES, Sample, TensorBoardLog, predictions};
use crate::training::callbacks::{FileContent, FileWrite, TensorBoard};
use crate::training::history::EpochRecord;
use crate::training::state::{Progress, Run};

/// Writes the logs of the epoch so far, if they are due after this step.
pub(super) async fn after_batch(
    rule: &TensorBoard,
    log: &mut Option<TensorBoardLog>,
    run: &mut Run<'_>,
    progress: &Progress<'_>,
) -> Result<()> {
    let steps = run.model.optimizer.steps;
    if rule.is_due_after_batch(steps) {
        let results = progress.results().await?;
        let now = now();
        let log = begun(rule, log, now);
        log.batch(steps as usize, results.iter().map(|(name, value)| (name.as_str(), *value)), now);
        write(log, run);
    }
    Ok(())
}

/// Writes the logs of a finished epoch, and its pictures if they are due.
pub(super) async fn after_epoch(
    rule: &TensorBoard,
    log: &mut Option<TensorBoardLog>,
    run: &mut Run<'_>,
    record: &EpochRecord,
) -> Result<()> {
    let now = now();
    let log = begun(rule, log, now);
    log.epoch(record, run.model.optimizer.steps as usize, now);
    let plan = run.plan;
    let validated = record.get("val_loss").is_some();
    if let Some(pictures) = plan.validation.as_ref().filter(|_| validated && rule.draws_after_epoch(record.epoch)) {
        draw(rule, log, run, record.epoch, pictures).await?;
    }
    write(log, run);
    Ok(())
}

/// The log of the run, which begins with the first that is written.
fn begun<'a>(rule: &TensorBoard, log: &'a mut Option<TensorBoardLog>, now: f64) -> &'a mut TensorBoardLog {
    log.get_or_insert_with(|| TensorBoardLog::new(&rule.log_dir, now))
}

/// Hands over what was added to the files since the last call.
fn write(log: &mut TensorBoardLog, run: &mut Run<'_>) {
    let appended = |(path, bytes)| FileWrite { path, content: FileContent::Appended(bytes) };
    run.files.extend(log.take().into_iter().map(appended));
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Evaluates the validation pictures once more and draws the predictions.
async fn draw(
    rule: &TensorBoard,
    log: &mut TensorBoardLog,
    run: &mut Run<'_>,
    epoch: usize,
    pictures: &Dataset,
) -> Result<()> {
    let names = pictures.class_names();
    let batch_size = run.plan.validation_batch_size;
    let answers = probabilities(run.model, &mut (), pictures, batch_size, &mut ()).await?;
    let Some((_, probabilities)) = answers else { return Ok(()) };
    // Evenly spaced, because a folder is listed class by class; the same pictures every time.
    let shown = pictures.len().min(MOST_SAMPLES);
    let samples: Vec<Sample<'_>> = (0..shown)
        .map(|index| {
            let position = index * pictures.len() / shown;
            let row = &probabilities[position * names.len()..][..names.len()];
            let predicted = tabfit_kernels::first_largest(row);
            let (pixels, truth) = (pictures.pixels(position), pictures.label(position));
            Sample { pixels, truth, predicted, probability: f64::from(row[predicted]) }
        })
        .collect();
    let matrix = confusion_matrix(names.len(), &pictures.labels(), &probabilities);
    let images = [
        ("confusion_matrix", tensorboard::confusion_matrix(&matrix, names)),
        ("predictions", predictions(&samples, pictures.image_size(), names)),
    ];
    for (tag, picture) in images {
        if let Some(picture) = picture {
            log.picture(tag, epoch, &picture, now());
        }
    }
    if names.len() > MOST_CLASSES && epoch == rule.image_freq {
        run.notes.push(format!(
            "TensorBoard: the confusion matrix of {} classes is not drawn, up to {MOST_CLASSES} are.",
            names.len()
        ));
    }
    Ok(())
}
