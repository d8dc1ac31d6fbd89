//! Grey values, and the perceptual hash that is made of them.

/// The grey value, 0 to 255, of an opaque pixel, as Pillow's `convert("L")` computes it: ITU-R 601-2. A pixel of one channel is
/// grey already.
#[must_use]
pub fn luma<const CHANNELS: usize>(pixel: &[u8; CHANNELS]) -> i16 {
    if CHANNELS == 1 {
        return i16::from(pixel[0]);
    }
    let [red, green, blue] = [0, 1, 2].map(|channel| u32::from(pixel[channel]));
    ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16) as i16
}

/// [`luma`] of eight RGBA pixels.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn luma_of_eight(pixels: &[u8; 32]) -> [i16; 8] {
    std::array::from_fn(|at| luma(&pixels.as_chunks::<4>().0[at]))
}

/// [`luma`] of eight RGBA pixels, by the instruction that adds two products of 16 bits, of which the compiler does not know that
/// they suffice. As 38470 needs one bit more, half of it is multiplied by twice the green.
#[cfg(target_arch = "wasm32")]
pub(super) fn luma_of_eight(pixels: &[u8; 32]) -> [i16; 8] {
    use core::arch::wasm32::{
        i16x8_extract_lane as lane, i16x8_narrow_i32x4, i32x4_add, i32x4_dot_i16x8, i32x4_splat, u32x4, u32x4_shr,
        v128, v128_and,
    };
    fn four(pixels: &[u8]) -> v128 {
        let number = |at: usize| u32::from_le_bytes(std::array::from_fn(|byte| pixels[4 * at + byte]));
        let pixels = u32x4(number(0), number(1), number(2), number(3));
        let red_and_blue = v128_and(pixels, i32x4_splat(0xff_00ff));
        let green_twice = v128_and(u32x4_shr(pixels, 7), i32x4_splat(0xff << 1));
        let red_and_blue = i32x4_dot_i16x8(red_and_blue, i32x4_splat((7471 << 16) + 19595));
        let green = i32x4_dot_i16x8(green_twice, i32x4_splat(38470 / 2));
        u32x4_shr(i32x4_add(i32x4_add(red_and_blue, green), i32x4_splat(0x8000)), 16)
    }
    let grey = i16x8_narrow_i32x4(four(&pixels[..16]), four(&pixels[16..]));
    [
        lane::<0>(grey),
        lane::<1>(grey),
        lane::<2>(grey),
        lane::<3>(grey),
        lane::<4>(grey),
        lane::<5>(grey),
        lane::<6>(grey),
        lane::<7>(grey),
    ]
}

/// The columns and rows of the copy from which [`dhash`] is made, by the filter of Lanczos.
pub(super) const HASHED: [usize; 2] = [9, 8];

/// The difference hash of a grey picture: `imagehash.dhash` of Python, as a number whose highest bit is the first of the hash. Each
/// bit says whether a pixel of a copy of [`HASHED`] is brighter than the one to its left.
///
/// It is made of whole numbers alone, so that it is the same on every machine; the hash by a cosine transform (`phash`) hangs on
/// rounding wherever a picture is plain.
pub(super) fn dhash(copy: &[u8]) -> u64 {
    let bits = copy.chunks_exact(HASHED[0]).flat_map(|row| row.windows(2).map(|pair| u64::from(pair[1] > pair[0])));
    bits.fold(0, |hash, bit| hash << 1 | bit)
}
