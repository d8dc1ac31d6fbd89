//! Changes the header of a safetensors file, which is JSON behind its length.

use super::json_value;

/// One change of the header: of a tensor's type, shape or place, or of a description.
pub fn tensors(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let (header, data) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let header = json_value(header.trim_ascii_end(), seed)?;
    Some([&(header.len() as u64).to_le_bytes()[..], &header, data].concat())
}
