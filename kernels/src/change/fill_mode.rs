//! What a changed picture shows where its source lies outside the picture.

use serde::{Deserialize, Serialize};

/// Keras's `fill_mode`, which is that of scipy's `affine_transform`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FillMode {
    /// The pixels of the edge go on: `aaaa|abcd|dddd`.
    #[default]
    Nearest,
    /// One value, `cval`: `kkkk|abcd|kkkk`.
    Constant,
    /// The picture is mirrored at its edge: `dcba|abcd|dcba`.
    Reflect,
    /// The picture begins again. As in scipy its first and last pixel lie upon each other, so whole pixels read
    /// `abc|abcd|bcd`.
    Wrap,
}

impl FillMode {
    /// The place within the picture, 0 to `last`, whose value a place on its axis shows; `None` for the constant.
    #[inline]
    #[must_use]
    pub fn inside(self, at: f32, last: f32) -> Option<f32> {
        if (0.0..=last).contains(&at) {
            return Some(at);
        }
        let modulo = |value: f32, length: f32| value - (value / length).floor() * length;
        let within = match self {
            Self::Nearest => at,
            Self::Constant => return None,
            Self::Reflect => {
                // From the edge, half a pixel before the first one, the mirrored picture repeats every two sizes.
                let both = 2.0 * (last + 1.0);
                let turned = modulo(at + 0.5, both);
                turned.min(both - turned) - 0.5
            }
            Self::Wrap if last == 0.0 => 0.0,
            Self::Wrap if at < 0.0 => last - modulo(-at, last),
            Self::Wrap => modulo(at, last),
        };
        Some(within.clamp(0.0, last))
    }
}
