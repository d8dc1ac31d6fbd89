//! The error for a TensorFlow.js model that cannot be used.

use crate::error::Error;
use crate::formats::shared::refusal;

/// The error; the clause completes "This TensorFlow.js model …".
pub(super) fn refused(clause: impl AsRef<str>) -> Error {
    refusal::refused("TensorFlow.js model", clause.as_ref())
}
