//! A number and how sure it is.

use serde::Serialize;

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Wilson's score interval of a share of independent pictures.
    Wilson,
    /// Wilson's interval for as many pictures as the groups are worth.
    WilsonByGroup,
    /// Percentiles of resamples of pictures.
    Bootstrap,
    /// Percentiles of resamples of whole groups.
    BootstrapByGroup,
    /// There is none.
    None,
}

/// A score with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Value {
    /// `None` where the score is not defined, such as the precision of a class that was never predicted.
    pub value: Option<f64>,
    /// `None` where there is too little to say, such as of an AUC where no answer is wrong.
    pub interval: Option<Interval>,
    /// How the interval was computed.
    pub method: Method,
}

impl Value {
    /// A score that is not defined, or has no interval if it is.
    #[must_use]
    pub fn without_interval(value: Option<f64>) -> Self {
        Self { value, interval: None, method: Method::None }
    }

    /// A score with an interval of this method, which is `None` where the interval is missing.
    #[must_use]
    pub fn new(value: Option<f64>, interval: Option<Interval>, method: Method) -> Self {
        let interval = value.and(interval);
        Self { value, interval, method: if interval.is_some() { method } else { Method::None } }
    }
}

/// A number that computations mark as undefined by NaN, which no caller gets to see.
pub(crate) fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
