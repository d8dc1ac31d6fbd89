//! Small tools for text: CSV rows, lossless JSON numbers, settings in two spellings, unique names.

pub(crate) mod csv;
pub mod lossless;
pub mod shorthand;
pub mod unique_name;

pub use lossless::LosslessF64;
