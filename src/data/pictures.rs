//! The memory in which all pictures of a data set lie.

use std::sync::{Arc, Mutex, OnceLock};

use crc32fast::Hasher;
use tabfit_care::Look;

use crate::data::{Features, GpuPixels};

/// The pictures of a folder: RGB8 at one size, each with a class.
#[derive(Debug)]
pub(crate) struct Pictures {
    pub(crate) image_size: usize,
    pub(crate) class_names: Vec<String>,
    /// `[picture, row, column, channel]`.
    pub(crate) pixels: Vec<u8>,
    pub(crate) labels: Vec<u32>,
    /// The path of each file inside its folder; none if the pictures came as pixels.
    pub(crate) paths: Vec<String>,
    /// What was measured of each picture before it was made small; nothing if the pictures came as pixels.
    pub(crate) looks: Vec<Look>,
    /// A checksum of the files; `None` if the pictures came as pixels.
    pub(crate) of_files: Option<u32>,
    /// A checksum of the pixels; computed when it is first needed.
    of_pixels: OnceLock<u32>,
    /// The copy on the GPU; `Some(None)` if there is no room for one. Made at the first upload.
    pub(crate) gpu_pixels: OnceLock<Option<GpuPixels>>,
    /// What the body of a network makes of them: of the one that trained last.
    pub(crate) features: Mutex<Option<Arc<Features>>>,
}

impl Pictures {
    pub(crate) fn new(image_size: usize, class_names: Vec<String>, pixels: Vec<u8>, labels: Vec<u32>) -> Self {
        Self {
            image_size,
            class_names,
            pixels,
            labels,
            paths: Vec::new(),
            looks: Vec::new(),
            of_files: None,
            of_pixels: OnceLock::new(),
            gpu_pixels: OnceLock::new(),
            features: Mutex::default(),
        }
    }

    pub(crate) fn of_pixels(&self) -> u32 {
        *self.of_pixels.get_or_init(|| {
            let mut hasher = Hasher::new();
            hasher.update(&(self.image_size as u64).to_le_bytes());
            hasher.update(self.class_names.join("\0").as_bytes());
            self.labels.iter().for_each(|label| hasher.update(&label.to_le_bytes()));
            hasher.update(&self.pixels);
            hasher.finalize()
        })
    }
}
