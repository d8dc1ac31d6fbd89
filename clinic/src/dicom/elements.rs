//! The elements of a DICOM file: a tag, and a value of so many bytes (DICOM PS3.5, chapter 7). Values are borrowed, never copied.

use crate::DAMAGED;
use crate::recognise::{PREAMBLE, has_preamble};

/// Group and element of a tag, as one number.
pub(crate) type Tag = u32;

pub(crate) const PIXELS: Tag = 0x7fe0_0010;
const ITEM: Tag = 0xfffe_e000;
const ITEM_END: Tag = 0xfffe_e00d;
const SEQUENCE_END: Tag = 0xfffe_e0dd;
const UNDEFINED: u32 = u32::MAX;

/// The most sequences inside one another.
const DEEPEST: usize = 32;
/// Kinds of values whose length takes four bytes.
const LONG: [&[u8; 2]; 12] = [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT"];

/// What follows the tag of an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    /// The value itself.
    Whole(&'a [u8]),
    /// A sequence of unknown length, which was stepped over.
    Sequence,
    /// What follows the tag of the pixels where they are packed in fragments, to the end of the file.
    Fragments(&'a [u8]),
}

/// The elements of a file, one after another.
pub(crate) struct Elements<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether each element names the kind of its value.
    explicit: bool,
}

impl<'a> Elements<'a> {
    /// The elements of a file; those of the first group, about the file itself, always name their kinds.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let at = if has_preamble(bytes) { PREAMBLE } else { 0 };
        let mut elements = Self { bytes, at, explicit: true };
        if elements.group() != Some(2) {
            elements.explicit = elements.names_kinds();
        }
        elements
    }

    /// The group of the next element; `None` at the end.
    pub(crate) fn group(&self) -> Option<u16> {
        self.bytes.get(self.at..self.at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
    }

    /// Whether the next element names the kind of its value, as far as its bytes tell.
    pub(crate) fn names_kinds(&self) -> bool {
        self.bytes.get(self.at + 4..self.at + 6).is_some_and(|kind| kind.iter().all(u8::is_ascii_uppercase))
    }

    /// From here on, elements name their kinds or do not.
    pub(crate) fn set_explicit(&mut self, explicit: bool) {
        self.explicit = explicit;
    }

    /// The next element; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<(Tag, Value<'a>)>, String> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let (tag, length, kind) = self.head(self.explicit)?;
        let value = match length {
            UNDEFINED if tag == PIXELS => Value::Fragments(&self.bytes[self.at..]),
            UNDEFINED => {
                self.skip_sequence(self.explicit && kind != *b"UN", 0)?;
                Value::Sequence
            }
            length => Value::Whole(self.take(length)?),
        };
        Ok(Some((tag, value)))
    }

    /// The next fragment of packed pixels; `None` after the last.
    pub(crate) fn fragment(&mut self) -> Result<Option<&'a [u8]>, String> {
        if self.at == self.bytes.len() {
            return Ok(None); // some programs leave out the end
        }
        match self.head(false)? {
            (ITEM, length, _) if length != UNDEFINED => self.take(length).map(Some),
            (SEQUENCE_END, ..) => Ok(None),
            _ => Err(DAMAGED.into()),
        }
    }

    /// Bytes in which fragments follow one another.
    pub(crate) fn fragments(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, explicit: false }
    }

    /// Reads a tag, the length of its value and, if it is named, the kind.
    fn head(&mut self, explicit: bool) -> Result<(Tag, u32, [u8; 2]), String> {
        let [group, element] = [self.short()?, self.short()?];
        let tag = u32::from(group) << 16 | u32::from(element);
        if !explicit || group == 0xfffe {
            return Ok((tag, self.long()?, [0; 2])); // items never name a kind
        }
        let kind = self.short()?.to_le_bytes();
        if !kind.iter().all(u8::is_ascii_uppercase) {
            return Err(DAMAGED.into());
        }
        if LONG.contains(&&kind) {
            self.short()?;
            return Ok((tag, self.long()?, kind));
        }
        Ok((tag, self.short()?.into(), kind))
    }

    /// Steps over the items of a sequence whose length is unknown.
    fn skip_sequence(&mut self, explicit: bool, depth: usize) -> Result<(), String> {
        loop {
            match self.head(explicit)? {
                (SEQUENCE_END, ..) => return Ok(()),
                (ITEM, UNDEFINED, _) => self.skip_item(explicit, depth)?,
                (ITEM, length, _) => drop(self.take(length)?),
                _ => return Err(DAMAGED.into()),
            }
        }
    }

    fn skip_item(&mut self, explicit: bool, depth: usize) -> Result<(), String> {
        if depth == DEEPEST {
            return Err(DAMAGED.into());
        }
        loop {
            match self.head(explicit)? {
                (ITEM_END, ..) => return Ok(()),
                (_, UNDEFINED, kind) => self.skip_sequence(explicit && kind != *b"UN", depth + 1)?,
                (_, length, _) => drop(self.take(length)?),
            }
        }
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(length as usize).ok_or(DAMAGED)?;
        let taken = self.bytes.get(self.at..end).ok_or(DAMAGED)?;
        self.at = end;
        Ok(taken)
    }

    fn short(&mut self) -> Result<u16, String> {
        self.take(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn long(&mut self) -> Result<u32, String> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}
