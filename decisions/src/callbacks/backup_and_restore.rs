//! `BackupAndRestore`: when a run writes its checkpoint to a file.

use serde::{Deserialize, Serialize};

use super::save_freq::SaveFreq;

/// Writes a checkpoint of the run to `backup.tabfit`, so that it can be resumed after a crash. It is written when all
/// other callbacks have acted. With `delete_checkpoint`, a run that ends and cannot be resumed deletes the file.
/// With `frozen_apart`, which Keras does not have, the weights of frozen layers are written once, to a file of their own, and
/// `join_checkpoint` makes a whole file of both.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct BackupAndRestore {
    pub save_freq: SaveFreq,
    pub delete_checkpoint: bool,
    pub frozen_apart: bool,
    /// The checksum of the file with the frozen weights, once that is written.
    #[serde(skip)]
    pub frozen: Option<String>,
    #[serde(skip)]
    pub(super) batches: usize,
}

impl Default for BackupAndRestore {
    fn default() -> Self {
        Self { save_freq: SaveFreq::Epoch, delete_checkpoint: true, frozen_apart: false, frozen: None, batches: 0 }
    }
}

impl BackupAndRestore {
    /// The file that it writes.
    pub const PATH: &'static str = "backup.tabfit";
    /// The file that it writes once, with `frozen_apart`.
    pub const FROZEN_PATH: &'static str = "backup-frozen.safetensors";

    /// Counts a batch; true if a backup is due.
    pub fn is_due_after_batch(&mut self) -> bool {
        self.save_freq.is_due(&mut self.batches)
    }
}
