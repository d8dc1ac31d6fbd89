//! The loss that training minimizes, and the optimizers that move the weights.

pub mod config;
pub mod loss;
pub mod optimizer;

pub use config::OptimizerConfig;
pub(crate) use config::Shared;
pub use loss::Loss;
pub use optimizer::Optimizer;
pub use tabfit_decisions::schedule::{self, LearningRate, Schedule};
