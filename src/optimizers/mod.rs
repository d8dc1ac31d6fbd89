//! The loss that training makes smaller, and the rules that move the weights.

pub mod config;
pub mod loss;
pub mod optimizer;
pub mod schedule;
