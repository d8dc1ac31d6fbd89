//! How often a callback saves.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// When a callback saves: after every epoch, or after so many batches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(untagged, expecting = "saveFreq must be \"epoch\" or a whole number of batches")]
pub enum SaveFreq {
    /// After every epoch.
    #[default]
    #[serde(with = "epoch")]
    Epoch,
    /// After every so many batches, counted across epochs.
    Batches(f64),
}

/// Serializes [`SaveFreq::Epoch`] as the word "epoch".
mod epoch {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Epoch,
    }

    pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
        Word::Epoch.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        Word::deserialize(deserializer).map(|Word::Epoch| ())
    }
}

impl SaveFreq {
    pub(super) fn check(self, callback: &str) -> Result<()> {
        match self {
            Self::Batches(every) if !(every >= 1.0 && every.fract() == 0.0) => Err(Error::config(
                "saveFreq",
                format!("of {callback} must be \"epoch\" or a whole number of batches, not {every}"),
            )),
            _ => Ok(()),
        }
    }

    /// Counts a batch; true if a save is due.
    pub(super) fn is_due(self, batches: &mut usize) -> bool {
        let Self::Batches(every) = self else { return false };
        *batches = batches.saturating_add(1); // a damaged file may hold any number
        let due = *batches as f64 >= every;
        if due {
            *batches = 0;
        }
        due
    }
}
