//! What tells the bytes of one file from those of another.

use std::fmt::Write as _;
use std::hash::Hasher as _;

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128 as _, SipHasher13};

/// A hash of the encoded bytes of a file: SipHash-1-3 of 128 bits (Aumasson and Bernstein 2012) with a key of zeros. Two files
/// that are not the same have, for all practical purposes, different ones; it does not withstand somebody who looks for two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Content(pub [u8; 16]);

impl Content {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = SipHasher13::new();
        hasher.write(bytes);
        Self(hasher.finish128().as_bytes())
    }

    /// The hash as 32 hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        self.0.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}"); // a String takes everything
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_equal_hashes_that_stay_the_same_between_versions() {
        assert_eq!(Content::of(b"a picture"), Content::of(b"a picture"));
        assert_ne!(Content::of(b"a picture"), Content::of(b"a Picture"));
        assert_eq!(Content::of(b"").hex().len(), 32);
        assert_eq!(Content::of(b"tabfit").hex(), "23d68187c5f14592e338319aa5415fb9");
    }
}
