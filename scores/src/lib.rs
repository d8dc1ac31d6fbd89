//! Scores of a classifier with their intervals, from labels and probabilities. It reaches neither burn nor a browser.
//!
//! A score that is not defined is `None`, and never NaN. Every interval is one of 95 %, and [`Value::method`] says how it was
//! computed. The point values are scikit-learn's: `tests/scores` compares them.

mod advice;
mod bootstrap;
mod calibration;
mod comparison;
mod confusion;
mod curve;
mod groups;
mod interval;
mod isotonic;
mod losses;
mod outline;
mod predictions;
mod ranking;
mod report;
mod statistics;
mod temperature;
mod threshold;
mod top_k;
mod wilson;

pub use self::{
    advice::{Advice, advice},
    bootstrap::Bootstrap,
    calibration::{Bin, Calibration, calibration},
    comparison::{Comparison, McNemar, compare},
    curve::{Curve, Curves, curves},
    groups::Groups,
    interval::{Interval, Method, Value},
    predictions::Predictions,
    report::{ClassScores, ScoresReport, scores},
    temperature::{Temperature, fit_temperature, with_temperature},
    threshold::{AtThreshold, Rule, at_threshold, threshold},
    top_k::TopK,
    wilson::wilson,
};
