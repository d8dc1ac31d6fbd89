//! The decisions as the fit loop sees them, beside those of Keras and at the bounds of every argument.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod arguments;
mod callbacks;
mod files;
mod metric_plans;
mod metrics;
mod readings;
mod schedules;
mod splits;
