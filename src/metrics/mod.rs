//! Keras's metrics: summed on the device over an epoch, read once at its end.
//!
//! [`MetricConfig`] is what `compile` takes, [`MetricPlan`] what it makes of that, and [`MetricSums`]
//! what an epoch adds up.

mod auc;
mod config;
mod count;
mod formula;
mod plan;
mod sums;

pub use auc::Curve;
pub(crate) use auc::exact_roc_area;
pub use config::{Average, ClassChoice, MetricClass, MetricConfig, Positives};
pub use plan::MetricPlan;
pub use sums::MetricSums;

/// What is always measured: means over pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// The mean loss, penalties on weights included.
    pub loss: f64,
    /// The share of pictures whose highest score is their class, 0 to 1.
    pub accuracy: f64,
}
