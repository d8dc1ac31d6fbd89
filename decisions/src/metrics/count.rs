//! The tables of counts that the metrics of an epoch need.

/// When an entry of the table of scores, pictures by classes, counts as predicted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// No other class of the picture has a higher probability. Equal ones are all predicted.
    Highest,
    /// The probability is above this.
    Above(f64),
    /// It is among the `k` highest of the picture (the first of equal ones), and above a bound if there is one.
    Top {
        /// So many of each picture.
        k: usize,
        /// The bound.
        above: Option<f64>,
    },
}

/// A table of counts, summed over all batches.
///
/// The device counts in `f32`, which is exact for integers up to 2²⁴: enough for epochs of up to 16.7
/// million pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// `[classes]`: the pictures of each class.
    Support,
    /// `[2, classes]`: the predicted entries, and the true ones among them.
    Predicted(Rule),
    /// `[2, classes, thresholds]`: the entries between each of Keras's even thresholds and the next, and
    /// the true ones among them.
    Between {
        /// How many thresholds there are.
        thresholds: usize,
    },
    /// `[1]`: the pictures with fewer than `k` classes above their own.
    InTop {
        /// One more than there may be.
        k: usize,
    },
}

impl Count {
    /// How many numbers the table holds.
    #[must_use]
    pub fn len(self, classes: usize) -> usize {
        match self {
            Self::Support => classes,
            Self::Predicted(_) => 2 * classes,
            Self::Between { thresholds } => 2 * classes * thresholds,
            Self::InTop { .. } => 1,
        }
    }
}
