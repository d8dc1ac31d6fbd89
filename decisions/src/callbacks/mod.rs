//! The decisions of Keras's callbacks, with Keras's rules and defaults: one file for each callback.
//!
//! A callback gets numbers and returns a decision; `src/training/run_callbacks.rs` applies it to the run.

mod backup_and_restore;
mod config;
mod csv_logger;
mod early_stopping;
mod file_name;
mod file_write;
mod learning_rate_scheduler;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod save_freq;
mod tensor_board;
mod terminate_on_nan;

pub use backup_and_restore::BackupAndRestore;
pub use config::CallbackConfig;
pub use csv_logger::CsvLogger;
pub use early_stopping::{Decision, EarlyStopping};
pub use file_write::{FileContent, FileWrite};
pub use learning_rate_scheduler::{EpochSchedule, LearningRateScheduler};
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::MonitorMode;
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
pub use save_freq::SaveFreq;
pub use tensor_board::{TensorBoard, UpdateFreq, Word};
pub use terminate_on_nan::TerminateOnNan;
