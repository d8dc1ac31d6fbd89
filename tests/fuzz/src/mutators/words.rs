//! Changes a file of numbers in fixed places.

use super::random;

/// Numbers at the edges of integers and of floating point, which holds infinity, NaN and the smallest number by these bits.
const WORDS: [u32; 9] = [0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x0080_0000];

/// One number gets another value, or changes places with another one.
pub fn words(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    let (mut file, mut random) = (file.to_vec(), random(seed));
    let (words, _) = file.as_chunks_mut::<4>();
    if words.is_empty() {
        return None;
    }
    let at = random(words.len());
    match random(4) {
        0 => words.swap(at, random(words.len())),
        1 => words[at][random(4)] ^= 1 << random(8),
        _ => words[at] = WORDS[random(WORDS.len())].to_le_bytes(),
    }
    Some(file)
}
