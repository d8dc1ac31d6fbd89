//! Small tools for the text that settings and files are written in.

pub(crate) mod lossless;
pub(crate) mod shorthand;
