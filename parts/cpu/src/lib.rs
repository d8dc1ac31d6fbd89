//! The part of tabfit that trains on the CPU alone.
//!
//! Each part is a crate of its own, because cargo gives a cdylib one file name, whatever its features: as one crate with
//! two sets of features, the parts would overwrite each other, and cargo would compile both again in every build.

pub use tabfit::*;
