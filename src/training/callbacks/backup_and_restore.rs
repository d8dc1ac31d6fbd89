//! `BackupAndRestore`: when a run writes its checkpoint to a file.

use serde::{Deserialize, Serialize};

use super::save_freq::SaveFreq;

/// Writes a checkpoint of the run to `backup.tabfit`, so that it can be resumed after a crash. It is written when all
/// other callbacks have acted. With `delete_checkpoint`, a run that ends and cannot be resumed deletes the file.
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
    /// The file that it writes.
    pub const PATH: &'static str = "backup.tabfit";

    /// Counts a batch; true if a backup is due.
    pub(crate) fn is_due_after_batch(&mut self) -> bool {
        self.save_freq.is_due(&mut self.batches)
    }
}
