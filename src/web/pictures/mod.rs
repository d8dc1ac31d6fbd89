//! Takes pictures from JavaScript: files, zip archives and arrays of pixels.

mod arrays;
mod dataset;
mod decoders;
mod folder;
mod listing;
pub(super) mod picture;
mod read_folder;
mod source;
mod zip;

pub use dataset::JsDataset;
pub use decoders::set_decoders;
pub use folder::JsImageFolder;
pub use zip::JsZipFolder;
