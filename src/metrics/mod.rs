//! Keras's metrics: summed on the device over an epoch, read once at its end.
//!
//! `compile` takes a list of [`MetricConfig`] and makes a [`MetricPlan`] of it; each epoch adds up
//! [`MetricSums`].

mod counting;
mod sums;

pub use sums::MetricSums;
pub(crate) use tabfit_decisions::metrics::exact_roc_area;
pub use tabfit_decisions::metrics::{
    Average, ClassChoice, Curve, MetricClass, MetricConfig, MetricPlan, Metrics, Positives,
};
