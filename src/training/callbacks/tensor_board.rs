//! Writes what TensorBoard shows of a run.

use serde::{Deserialize, Serialize};
use tabfit_kernels::first_largest;
use web_time::{SystemTime, UNIX_EPOCH};

use super::{FileContent, FileWrite, Run, file_name::check_path};
use crate::{
    data::dataset::Dataset,
    error::{Error, Result},
    evaluation::evaluate::Evaluation,
    formats::tensorboard::{MOST_CLASSES, MOST_SAMPLES, Sample, TensorBoardLog, confusion_matrix, predictions},
    training::{fit::Progress, history::EpochRecord},
};

/// Writes event files as Keras 3 does, see [`TensorBoardLog`]: the logs of every epoch, with `updateFreq`
/// also those of batches, and pictures of what the network makes of the validation pictures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TensorBoard {
    /// The folder of `train/` and `validation/`.
    pub log_dir: String,
    /// "epoch", "batch", or after how many steps the running logs are written; each time costs a read of
    /// the device.
    pub update_freq: UpdateFreq,
    /// Not in Keras: after how many epochs the confusion matrix and sample predictions are drawn, which
    /// costs another pass over the validation pictures; 0 for never.
    pub image_freq: usize,
    #[serde(skip)]
    log: Option<TensorBoardLog>,
}

impl Default for TensorBoard {
    fn default() -> Self {
        Self { log_dir: "logs".into(), update_freq: UpdateFreq::Word(Word::Epoch), image_freq: 1, log: None }
    }
}

/// How often the logs of batches are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "updateFreq must be \"epoch\", \"batch\" or a whole number of batches")]
pub enum UpdateFreq {
    /// Never, or after each.
    Word(Word),
    /// After so many, counted through epochs.
    Batches(u64),
}

/// Keras's words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Only the logs of epochs.
    Epoch,
    /// Also those of every batch.
    Batch,
}

impl UpdateFreq {
    fn is_due(self, steps: u64) -> bool {
        match self {
            Self::Word(Word::Epoch) => false,
            Self::Word(Word::Batch) => true,
            Self::Batches(every) => steps.is_multiple_of(every),
        }
    }
}

impl TensorBoard {
    pub(super) fn check(&self) -> Result<()> {
        if self.update_freq == UpdateFreq::Batches(0) {
            return Err(Error::config("updateFreq", "of TensorBoard must be at least one batch"));
        }
        check_path("logDir", "TensorBoard", &self.log_dir)
    }

    pub(super) async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        let steps = run.model.optimizer.steps;
        if self.update_freq.is_due(steps) {
            let results = progress.results().await?;
            let logs = results.iter().map(|(name, value)| (name.as_str(), *value));
            let now = now();
            self.log(now).batch(steps as usize, logs, now);
            self.write(run);
        }
        Ok(())
    }

    pub(super) async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        let now = now();
        self.log(now).epoch(record, run.model.optimizer.steps as usize, now);
        let due = self.image_freq > 0 && record.epoch.is_multiple_of(self.image_freq);
        let plan = run.plan;
        if let Some(pictures) = plan.validation.as_ref().filter(|_| due && record.get("val_loss").is_some()) {
            self.draw(run, record.epoch, pictures, now).await?;
        }
        self.write(run);
        Ok(())
    }

    async fn draw(&mut self, run: &mut Run<'_>, epoch: usize, pictures: &Dataset, now: f64) -> Result<()> {
        let names = pictures.class_names();
        let (results, probabilities) = run.model.judge_all(&mut (), pictures, run.plan.validation_batch_size()).await?;
        let labels: Vec<usize> = (0..pictures.len()).map(|position| pictures.label(position)).collect();
        // Spread over the set, because a folder is listed class by class; the same ones every time.
        let shown = pictures.len().min(MOST_SAMPLES);
        let samples: Vec<Sample<'_>> = (0..shown)
            .map(|index| {
                let position = index * pictures.len() / shown;
                let row = &probabilities[position * names.len()..][..names.len()];
                let predicted = first_largest(row);
                let (pixels, truth) = (pictures.pixels(position), labels[position]);
                Sample { pixels, truth, predicted, probability: f64::from(row[predicted]) }
            })
            .collect();
        let matrix = Evaluation::new(names, &labels, &probabilities, results).confusion_matrix;
        let drawn = [
            ("confusion_matrix", confusion_matrix(&matrix, names)),
            ("predictions", predictions(&samples, pictures.image_size(), names)),
        ];
        for (tag, picture) in drawn {
            if let Some(picture) = picture {
                self.log(now).picture(tag, epoch, &picture, now);
            }
        }
        if names.len() > MOST_CLASSES && epoch == self.image_freq {
            run.notes.push(format!(
                "TensorBoard: the confusion matrix of {} classes is not drawn, up to {MOST_CLASSES} are.",
                names.len()
            ));
        }
        Ok(())
    }

    fn log(&mut self, now: f64) -> &mut TensorBoardLog {
        self.log.get_or_insert_with(|| TensorBoardLog::new(&self.log_dir, now))
    }

    fn write(&mut self, run: &mut Run<'_>) {
        let grown = self.log.as_mut().map(TensorBoardLog::take).unwrap_or_default();
        let appended = |(path, bytes)| FileWrite { path, content: FileContent::Appended(bytes) };
        run.files.extend(grown.into_iter().map(appended));
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_checked_by_name() {
        let read = |json: &str| serde_json::from_str::<TensorBoard>(json).map_err(|error| error.to_string());
        let every = |json| read(json).unwrap().update_freq;
        assert!((1..9).all(|steps| !every("{}").is_due(steps) && every(r#"{"updateFreq":"batch"}"#).is_due(steps)));
        let due: Vec<u64> = (1..9).filter(|&steps| every(r#"{"updateFreq":3}"#).is_due(steps)).collect();
        assert_eq!(due, [3, 6]);
        assert!(read(r#"{"updateFreq":"step"}"#).unwrap_err().contains("updateFreq must be \"epoch\""));
        assert!(read(r#"{"writeGraph":true}"#).unwrap_err().contains("writeGraph"));
        for (json, start) in
            [(r#"{"updateFreq":0}"#, "updateFreq of TensorBoard"), (r#"{"logDir":"../out"}"#, "logDir of TensorBoard")]
        {
            assert!(read(json).unwrap().check().unwrap_err().to_string().starts_with(start), "{json}");
        }
        assert!(read("{}").unwrap().check().is_ok());
    }
}
