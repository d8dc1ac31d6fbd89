//! What TensorBoard shows of a run: the bytes of its event files, and the pictures in them.

mod canvas;
mod confusion_matrix;
mod event_file;
mod log;
mod message;
mod predictions;

pub use canvas::Picture;
pub use confusion_matrix::{MOST_CLASSES, confusion_matrix};
pub use event_file::EventFile;
pub use log::TensorBoardLog;
pub use predictions::{MOST_SAMPLES, Sample, predictions};
