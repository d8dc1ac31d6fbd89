//! Keras's metrics: summed on the device over an epoch, read once at its end.
//!
//! `compile` takes a list of [`MetricConfig`] and makes a [`MetricPlan`] of it; each epoch adds up
//! [`MetricSums`].

mod auc;
mod config;
mod count;
mod counting;
mod formula;
mod means;
mod plan;
mod sums;

pub(crate) use auc::exact_roc_area;
pub use config::{Average, ClassChoice, Curve, MetricClass, MetricConfig, Positives};
pub use means::Metrics;
pub use plan::MetricPlan;
pub use sums::MetricSums;
