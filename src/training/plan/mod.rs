//! The arguments of `fit`, and the plan that is made from them when they have been checked.

mod config;
mod fit_plan;

pub use config::{FitConfig, SplitRule, ValidationFreq};
pub use fit_plan::{FitPlan, pictures_per_step};
pub use tabfit_decisions::{Balanced, ClassWeight, DrawnSplit, FoldSplit, ValidationSplit};
