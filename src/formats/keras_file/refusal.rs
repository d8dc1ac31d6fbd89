//! The error for a Keras file that cannot be used.

use crate::error::Error;
use crate::formats::shared::refusal;

/// The error; the clause completes "This Keras file …".
pub(super) fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("Keras file", clause.as_ref())
}
