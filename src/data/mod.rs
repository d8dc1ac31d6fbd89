//! From files of pictures to shuffled, augmented batches on a device.

pub mod augment;
pub mod dataset;
pub mod folder;
pub mod gpu_pixels;
pub mod image;
pub mod loader;
pub mod shard;
pub mod zip;
