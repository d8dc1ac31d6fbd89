//! Turns files of pictures into shuffled, augmented batches on a device.

pub mod augment;
pub mod batch;
pub mod dataset;
mod doubtful;
pub mod folder;
pub mod gpu_pixels;
pub mod image;
pub mod image_size;
mod layout;
pub mod loader;
pub mod part;
pub mod parts;
mod paths;
mod pictures;
pub mod preview;
mod refusal;
pub(crate) mod shard;
pub mod skipped;
mod split;
mod statistics;
pub mod zip;

pub use augment::Augment;
pub use batch::{Batch, Rows, Targets};
pub use dataset::Dataset;
pub use folder::ImageFolder;
pub use gpu_pixels::GpuPixels;
pub use image::Reason;
pub(crate) use loader::BatchPlan;
pub use loader::DataLoader;
pub use part::{Part, SkippedFile};
pub use parts::FolderDataset;
pub(crate) use pictures::Pictures;
pub(crate) use shard::Shard;
pub use skipped::Skipped;
pub use zip::ZipFolder;
