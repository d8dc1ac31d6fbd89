//! The rules of the house: imports go down only, there is no circle of files, and no file is long.
//!
//! Every rule is a function from parsed sources to sentences, one for each line that breaks it. This crate does
//! not depend on tabfit, so its tests are built and run in seconds.

pub mod circles;
pub mod javascript;
pub mod layout;
pub mod lines;
pub mod order;
pub mod rust;
pub mod sources;
pub mod without_burn;
