//! The rules for this repository's sources: imports go down only, no files form a circle, and no file is long.
//!
//! Every rule is a function of the parsed sources that returns a sentence for each line that breaks it. This crate
//! does not depend on tabfit, so its tests are built and run in seconds.

pub mod circles;
pub mod dependencies;
pub mod javascript;
pub mod layout;
pub mod lines;
pub mod order;
pub mod rust;
pub mod sources;
pub mod without_burn;
