//! Changes an entry of a TIFF, whose twelve bytes are a tag, a type, a count, and a value or where it stands.

use super::random;

/// The bytes of an entry.
const ENTRY: usize = 12;
/// Where the parts of an entry begin, and how long each is.
const PARTS: [(usize, usize); 4] = [(0, 2), (2, 2), (4, 4), (8, 4)];
/// Numbers that mean something as a size, a tag, a type or a compression, and those at the edges.
const NUMBERS: [u32; 24] = [
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    12,
    16,
    32,
    254,
    256,
    257,
    258,
    259,
    262,
    273,
    277,
    317,
    338,
    32_773,
    0x7fff_ffff,
    u32::MAX,
];

/// One part of one entry gets another number, or two entries change places.
pub fn tags(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    let little = match file.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, length: usize| {
        let bytes = file.get(at..at + length)?;
        let digits = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
        Some(if little { bytes.iter().rev().fold(0, digits) } else { bytes.iter().fold(0, digits) })
    };
    let first = number(4, 4)?;
    let entries = number(first, 2)?.min(file.len().checked_sub(first + 2)? / ENTRY);
    if entries == 0 {
        return None;
    }
    let (mut file, mut random) = (file.to_vec(), random(seed));
    let [one, other] = [random(entries), random(entries)].map(|entry| first + 2 + entry * ENTRY);
    if random(8) == 0 {
        for byte in 0..ENTRY {
            file.swap(one + byte, other + byte);
        }
        return Some(file);
    }
    let (at, length) = PARTS[random(PARTS.len())];
    let value = NUMBERS[random(NUMBERS.len())];
    let bytes = if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let bytes = if little { &bytes[..length] } else { &bytes[4 - length..] };
    file[one + at..][..length].copy_from_slice(bytes);
    Some(file)
}
