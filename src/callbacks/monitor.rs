//! When a watched metric counts as improved.

use serde::{Deserialize, Serialize};

/// Whether smaller or larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonitorMode {
    /// By the metric: losses fall, everything else that is measured here rises.
    #[default]
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

impl MonitorMode {
    /// Keras's rule: an improvement beats the best value by more than `min_delta`; the first value
    /// always counts as one, and nothing beats NaN.
    pub(super) fn improves(self, monitor: &str, min_delta: f64, value: f64, best: Option<f64>) -> bool {
        let smaller = self == Self::Min || self == Self::Auto && monitor.ends_with("loss");
        match best {
            None => true,
            Some(best) if smaller => value + min_delta < best,
            Some(best) => value - min_delta > best,
        }
    }
}
