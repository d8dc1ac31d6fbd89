//! Keeps a run that can be gone on with after whatever ends it.

use serde::{Deserialize, Serialize};

use super::save_freq::SaveFreq;

/// Writes the whole state of the run to `backup.tabfit`, to be opened and resumed after a crash.
///
/// It is written after every other callback has acted, and deleted when the run ends by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct BackupAndRestore {
    pub save_freq: SaveFreq,
    pub delete_checkpoint: bool,
    #[serde(skip)]
    pub(super) batches: usize,
}

impl Default for BackupAndRestore {
    fn default() -> Self {
        Self { save_freq: SaveFreq::Epoch, delete_checkpoint: true, batches: 0 }
    }
}

impl BackupAndRestore {
    /// The one file it writes.
    pub const PATH: &'static str = "backup.tabfit";

    /// Counts a batch; true when it is time to save.
    pub(crate) fn is_due_after_batch(&mut self) -> bool {
        self.save_freq.is_due(&mut self.batches)
    }
}
