//! What a training run decides from numbers alone, by Keras's rules. It reaches neither burn nor a browser, so its tests take
//! seconds: those with which `cargo mutants` looks for rules that no test holds.

pub mod callbacks;
mod class_weight;
pub mod error;
pub mod history;
pub mod metrics;
pub mod schedule;
pub mod seed;
pub mod split;
pub mod text;
mod validation_split;

pub use class_weight::{Balanced, ClassWeight};
pub use error::{Error, Result};
pub use seed::Seed;
pub use validation_split::{DrawnSplit, FoldSplit, ValidationSplit};
