//! The arguments of `fit`, and the plan that is made from them when they have been checked.

mod class_weight;
mod config;
mod fit_plan;
mod validation_split;

pub use class_weight::{Balanced, ClassWeight};
pub use config::{FitConfig, SplitRule, ValidationFreq};
pub use fit_plan::{FitPlan, pictures_per_step};
pub use validation_split::{DrawnSplit, FoldSplit, ValidationSplit};
