//! Small tools for the text of settings and files: CSV rows, lossless JSON numbers, options in two spellings.

pub(crate) mod csv;
pub(crate) mod lossless;
pub(crate) mod shorthand;
