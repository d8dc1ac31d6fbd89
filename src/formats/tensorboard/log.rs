//! The event files of a run.

use super::{canvas::Picture, event_file::EventFile};
use crate::training::history::EpochRecord;

/// The event files of a run in the layout of Keras 3: one file below `train/` and one below `validation/`,
/// with the same tags, so that TensorBoard draws both into one chart.
///
/// | Tag | File | Step |
/// |---|---|---|
/// | `epoch_loss` and every other log of an epoch | its own part's | the epoch, from 0 |
/// | `epoch_learning_rate` | `train` | the epoch, from 0 |
/// | `evaluation_loss_vs_iterations` and every other log of validation | `validation` | training steps done |
/// | `batch_loss` and every other log of a batch | `train` | training steps done |
/// | `confusion_matrix`, `predictions` | `validation` | the epoch, from 0 |
///
/// Keras has no pictures. With a number as `update_freq`, Keras leaves out the epochs whose last step is no
/// multiple of it; here every epoch is written.
#[derive(Debug, Clone)]
pub struct TensorBoardLog {
    log_dir: String,
    began: f64,
    train: EventFile,
    /// Absent until the first numbers of validation come.
    validation: Option<EventFile>,
}

impl TensorBoardLog {
    /// The log of a run that begins or resumes at `wall_time`, in seconds since 1970.
    #[must_use]
    pub fn new(log_dir: &str, wall_time: f64) -> Self {
        Self {
            log_dir: log_dir.into(),
            began: wall_time,
            train: EventFile::new(&format!("{log_dir}/train"), wall_time),
            validation: None,
        }
    }

    /// Adds the running means of the epoch after `steps` training steps of the run.
    pub fn batch<'a>(&mut self, steps: usize, logs: impl IntoIterator<Item = (&'a str, f64)>, wall_time: f64) {
        for (name, value) in logs {
            self.train.scalar(&format!("batch_{name}"), steps, wall_time, value);
        }
    }

    /// Adds the logs of a finished epoch, after `steps` training steps of the run.
    pub fn epoch(&mut self, record: &EpochRecord, steps: usize, wall_time: f64) {
        let epoch = record.epoch - 1;
        for (name, &value) in &record.logs {
            match name.strip_prefix("val_") {
                Some(name) => {
                    let file = self.validation();
                    file.scalar(&format!("evaluation_{name}_vs_iterations"), steps, wall_time, value);
                    file.scalar(&format!("epoch_{name}"), epoch, wall_time, value);
                }
                None => self.train.scalar(&format!("epoch_{name}"), epoch, wall_time, value),
            }
        }
    }

    /// Adds a picture about the validation after `epoch`, counted from 1.
    pub fn picture(&mut self, tag: &str, epoch: usize, picture: &Picture, wall_time: f64) {
        self.validation().image(tag, epoch - 1, wall_time, picture);
    }

    /// For each file that has grown: its path and the bytes to append to it.
    pub fn take(&mut self) -> Vec<(String, Vec<u8>)> {
        [Some(&mut self.train), self.validation.as_mut()].into_iter().flatten().filter_map(EventFile::take).collect()
    }

    fn validation(&mut self) -> &mut EventFile {
        let Self { log_dir, began, validation, .. } = self;
        validation.get_or_insert_with(|| EventFile::new(&format!("{log_dir}/validation"), *began))
    }
}

#[cfg(test)]
mod tests {
    use super::super::event_file::tests::scalars;
    use super::*;

    fn record(epoch: usize) -> EpochRecord {
        let logs = [("loss", 0.5), ("learning_rate", 1e-3), ("val_loss", 0.25), ("val_accuracy", 1.0)];
        EpochRecord { epoch, logs: logs.map(|(name, value)| (name.to_string(), value)).into() }
    }

    #[test]
    fn training_and_validation_share_tags_and_epochs_count_from_0() {
        let mut log = TensorBoardLog::new("logs", 1_700_000_000.9);
        log.batch(7, [("loss", 0.75)], 1_700_000_001.0);
        log.epoch(&record(1), 8, 1_700_000_002.0);
        let [(train, training), (validation, validated)] = log.take().try_into().unwrap();
        assert_eq!(train, "logs/train/events.out.tfevents.1700000000.tabfit.v2");
        assert_eq!(validation, "logs/validation/events.out.tfevents.1700000000.tabfit.v2");
        let of = |tag: &str, step, value| (tag.to_string(), step, value);
        assert_eq!(
            scalars(&training),
            [of("batch_loss", 7, 0.75), of("epoch_learning_rate", 0, 1e-3), of("epoch_loss", 0, 0.5)]
        );
        assert_eq!(
            scalars(&validated),
            [
                of("evaluation_accuracy_vs_iterations", 8, 1.0),
                of("epoch_accuracy", 0, 1.0),
                of("evaluation_loss_vs_iterations", 8, 0.25),
                of("epoch_loss", 0, 0.25),
            ]
        );
    }

    #[test]
    fn a_file_is_begun_once_and_only_grows() {
        let mut log = TensorBoardLog::new("logs", 1.0);
        log.batch(1, [("loss", 1.0)], 2.0);
        let [(path, begun)] = log.take().try_into().unwrap();
        assert!(log.take().is_empty());
        log.batch(2, [("loss", f64::NAN)], 3.0);
        let [(same, grown)] = log.take().try_into().unwrap();
        assert_eq!(path, same);
        assert!(begun.windows(13).any(|bytes| bytes == b"brain.Event:2"));
        assert!(!grown.windows(13).any(|bytes| bytes == b"brain.Event:2"));
        let read = scalars(&[begun, grown].concat());
        assert_eq!(read[0], ("batch_loss".to_string(), 1, 1.0));
        assert!(read[1].1 == 2 && read[1].2.is_nan());
    }
}
