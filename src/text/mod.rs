//! Small tools for text: CSV rows, lossless JSON numbers, settings in two spellings, unique names.

pub(crate) mod csv;
pub(crate) mod lossless;
pub(crate) mod shorthand;
pub(crate) mod unique_name;

pub(crate) use lossless::LosslessF64;
