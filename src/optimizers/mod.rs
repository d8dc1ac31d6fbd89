//! The loss that training minimizes, and the optimizers that move the weights.

pub mod config;
pub mod loss;
pub mod optimizer;
pub mod schedule;
