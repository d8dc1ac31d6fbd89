//! Keras's metrics: what is counted of each batch, and the formulas that make numbers of the counts of an epoch.
//!
//! `compile` takes a list of [`MetricConfig`] and makes a [`MetricPlan`] of it.

mod auc;
mod config;
mod count;
mod formula;
mod means;
mod plan;

pub use auc::exact_roc_area;
pub use config::{Average, ClassChoice, Curve, MetricClass, MetricConfig, Positives};
pub use count::{Count, Rule};
pub use means::Metrics;
pub use plan::MetricPlan;
