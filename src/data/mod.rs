//! Turns files of pictures into shuffled, augmented batches on a device.

pub mod augment;
pub mod batch;
pub mod dataset;
pub mod folder;
pub mod gpu_pixels;
pub mod image;
pub mod image_size;
pub mod loader;
pub mod parts;
mod paths;
pub(crate) mod shard;
mod split;
pub mod zip;
