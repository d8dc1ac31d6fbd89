//! What a run is told to do: the arguments of `fit`, and the plan they become once they are checked.

mod class_weight;
mod config;
mod fit_plan;

pub use class_weight::{Balanced, ClassWeight};
pub use config::{FitConfig, SplitRule, ValidationFreq};
pub use fit_plan::FitPlan;
