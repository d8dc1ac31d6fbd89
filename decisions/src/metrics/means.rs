//! The two numbers that are always measured.

/// Means over pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// The mean loss, penalties on weights included.
    pub loss: f64,
    /// The share of pictures whose highest score is their class, 0 to 1.
    pub accuracy: f64,
}
