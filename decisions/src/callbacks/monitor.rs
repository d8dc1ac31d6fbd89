//! When a monitored metric counts as improved.

use serde::{Deserialize, Serialize};

/// Whether smaller or larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonitorMode {
    /// Smaller is better for a loss, larger for every other metric.
    #[default]
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

impl MonitorMode {
    /// Keras's rule: an improvement beats the best value by more than `min_delta`; the first value
    /// always counts, and no value beats NaN. Keras compares in 32 bits, so that 0.8 is not more than 0.1
    /// above 0.7.
    pub(super) fn improves(self, monitor: &str, min_delta: f64, value: f64, best: Option<f64>) -> bool {
        let smaller = self == Self::Min || self == Self::Auto && monitor.ends_with("loss");
        match best.map(|best| best as f32) {
            None => true,
            Some(best) if smaller => ((value + min_delta) as f32) < best,
            Some(best) => (value - min_delta) as f32 > best,
        }
    }
}
