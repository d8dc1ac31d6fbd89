//! Which changes a GPU's kernels are compiled for.

use super::{Change, FillMode};

/// Which changes the pictures of a batch may have: a GPU's kernels are compiled for these, and compute no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeKinds {
    /// What is outside the pictures.
    pub fill_mode: FillMode,
    /// Whether channels are shifted.
    pub channel_shift: bool,
    /// Whether the contrast is changed.
    pub contrast: bool,
    /// Whether rectangles are erased.
    pub erased: bool,
}

impl ChangeKinds {
    /// Those of one change.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        let &Change { fill_mode, channel_shift_intensity, contrast, erased, .. } = change;
        let (channel_shift, contrast) = (channel_shift_intensity.is_some(), contrast.is_some());
        Self { fill_mode, channel_shift, contrast, erased: erased.is_some() }
    }
}
