//! Packed pixels: a table of where frames begin, and then fragments that are one stream together (DICOM PS3.5, A.4).

use std::borrow::Cow;

use super::elements::Elements;
use crate::DAMAGED;

/// The stream of the only frame.
pub(crate) fn stream(packed: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let mut fragments = Elements::fragments(packed);
    fragments.fragment()?.ok_or(DAMAGED)?; // the table, which a single frame does not need
    let mut whole = Cow::Borrowed(fragments.fragment()?.ok_or(DAMAGED)?);
    while let Some(more) = fragments.fragment()? {
        whole.to_mut().extend_from_slice(more);
    }
    Ok(whole)
}
