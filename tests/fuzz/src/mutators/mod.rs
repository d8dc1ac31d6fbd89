//! Changes of a format's own parts: a value, a file of an archive, a field of a message, a chunk of a picture. Changes of bytes alone hardly ever get past
//! the lengths and checksums around them.

mod archive;
mod json;
mod paths;
mod pieces;
mod protobuf;
mod tags;
mod tensors;
mod words;

use libfuzzer_sys::fuzzer_mutate;

pub use archive::archive;
pub use json::{json_value, kept_if_json};
pub use paths::paths;
pub use pieces::pieces;
pub use protobuf::protobuf;
pub use tags::tags;
pub use tensors::tensors;
pub use words::words;

/// A `fuzz_mutator!` that makes one change of a kind to what is valid. One change of four is one of bytes, and so is
/// each change of what is not valid.
pub fn mutate(
    change: impl Fn(&[u8], u32) -> Option<Vec<u8>>,
    data: &mut [u8],
    size: usize,
    most: usize,
    seed: u32,
) -> usize {
    let changed = (!seed.is_multiple_of(4)).then(|| change(&data[..size], seed / 4)).flatten();
    match changed.filter(|bytes| bytes.len() <= most) {
        Some(bytes) => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        None => fuzzer_mutate(data, size, most),
    }
}

/// The bytes after one change by libFuzzer, which knows the dictionary.
fn bytes(bytes: &[u8]) -> Vec<u8> {
    let mut data = bytes.to_vec();
    data.resize(bytes.len() + 64, 0);
    let most = data.len();
    let size = fuzzer_mutate(&mut data, bytes.len(), most);
    data.truncate(size);
    data
}

/// Numbers below a bound.
trait Random: FnMut(usize) -> usize {}

impl<F: FnMut(usize) -> usize> Random for F {}

/// The same numbers for the same seed (Marsaglia's xorshift).
fn random(seed: u32) -> impl Random {
    let mut state = u64::from(seed) << 20 | 0x9e37_79b9;
    move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below
    }
}
