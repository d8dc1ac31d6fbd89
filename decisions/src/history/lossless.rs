//! A history as files store it.

use std::collections::BTreeMap;
use std::num::NonZero;

use serde::{Deserialize, Serialize};

use super::{Change, EpochRecord, History, Stopped};
use crate::text::LosslessF64;

/// A [`History`] as files store it: NaN and infinity survive the way through JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LosslessHistory {
    /// Counted from 1.
    epochs: Vec<(NonZero<usize>, BTreeMap<String, LosslessF64>)>,
    stopped: Stopped,
    notes: Vec<String>,
    /// Absent where nothing was changed, as in the files of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
    reading: String,
}

impl From<&History> for LosslessHistory {
    fn from(history: &History) -> Self {
        let exact = |record: &EpochRecord| {
            let epoch = NonZero::new(record.epoch).expect("a run counts its epochs from 1");
            (epoch, record.logs.iter().map(|(name, &value)| (name.clone(), LosslessF64(value))).collect())
        };
        let History { epochs, stopped, notes, changes, reading } = history;
        let epochs = epochs.iter().map(exact).collect();
        let (notes, changes, reading) = (notes.clone(), changes.clone(), reading.clone());
        Self { epochs, stopped: *stopped, notes, changes, reading }
    }
}

impl From<LosslessHistory> for History {
    fn from(LosslessHistory { epochs, stopped, notes, changes, reading }: LosslessHistory) -> Self {
        let record = |(epoch, logs): (NonZero<usize>, BTreeMap<String, LosslessF64>)| EpochRecord {
            epoch: epoch.get(),
            logs: logs.into_iter().map(|(name, LosslessF64(value))| (name, value)).collect(),
        };
        Self { epochs: epochs.into_iter().map(record).collect(), stopped, notes, changes, reading }
    }
}
