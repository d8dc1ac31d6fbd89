//! From decoded pictures to the numbers that a network reads.

/// The largest picture that is decoded, in pixels; 64 megapixels are 256 MB of RGBA.
pub const MAX_PIXELS: u64 = 64_000_000;

/// Bytes as numbers from 0 to 255.
#[must_use]
pub fn values(pixels: &[u8]) -> Vec<f32> {
    pixels.iter().map(|&value| f32::from(value)).collect()
}

/// Resizes RGB or opaque RGBA pixels, `[rows, width, CHANNELS]`, to RGB, `[size, size, 3]`, bilinear and with antialiasing: each pixel is an average over
/// all that it covers, weighted by a triangle, as Pillow's `BILINEAR` and so Keras's loader compute it.
///
/// # Panics
///
/// If `width` is 0.
#[must_use]
pub fn resized<const CHANNELS: usize>(pixels: &[u8], width: usize, size: usize) -> Vec<u8> {
    const { assert!(CHANNELS == 3 || CHANNELS == 4, "RGB or RGBA") };
    if CHANNELS == 4 { resized_rgba(pixels, width, size) } else { resized_rgb(pixels, width, size) }
}

// What is generic is compiled in the crate that calls it, and for size there. These are compiled here, for speed.

fn resized_rgb(pixels: &[u8], width: usize, size: usize) -> Vec<u8> {
    resize::<3>(pixels, width, size)
}

fn resized_rgba(pixels: &[u8], width: usize, size: usize) -> Vec<u8> {
    resize::<4>(pixels, width, size)
}

fn resize<const CHANNELS: usize>(pixels: &[u8], width: usize, size: usize) -> Vec<u8> {
    let columns = triangles(width, size);
    let mut line = vec![0.0; width * CHANNELS];
    let mut resized = Vec::with_capacity(size * size * 3);
    for (first, weights) in triangles(pixels.len() / line.len(), size) {
        // Whole lines first: that is the longer part of the work, and runs over neighbouring bytes.
        line.fill(0.0);
        for (row, weight) in pixels.chunks_exact(line.len()).skip(first).zip(&weights) {
            line.iter_mut().zip(row).for_each(|(sum, &value)| *sum += weight * f32::from(value));
        }
        for (first, weights) in &columns {
            let mut sums = [0.5; 3]; // so that cutting off the fraction rounds
            for (pixel, weight) in line.as_chunks::<CHANNELS>().0[*first..].iter().zip(weights) {
                sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += weight * value);
            }
            resized.extend(sums.map(|sum| sum as u8));
        }
    }
    resized
}

/// For each of `to` values, the first of `from` values that it covers, and the weight of each.
fn triangles(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let ratio = from as f32 / to as f32;
    let reach = ratio.max(1.0);
    let triangle = |index: usize| {
        let centre = (index as f32 + 0.5) * ratio;
        let first = (centre - reach).max(0.0) as usize;
        let covered = first..((centre + reach).ceil() as usize).min(from);
        let weight = |at: usize| (1.0 - ((at as f32 + 0.5 - centre) / reach).abs()).max(0.0);
        let sum: f32 = covered.clone().map(weight).sum();
        (first, covered.map(|at| weight(at) / sum).collect())
    };
    (0..to).map(triangle).collect()
}

/// Lays RGBA pixels, whose colours are not premultiplied, over black; returns RGB.
///
/// # Panics
///
/// If `rgba` is not made of whole pixels.
#[must_use]
pub fn over_black(rgba: &[u8]) -> Vec<u8> {
    assert!(rgba.len().is_multiple_of(4), "RGBA pixels are four bytes each");
    let over_black = |&[r, g, b, a]: &[u8; 4]| [r, g, b].map(|c| ((u16::from(c) * u16::from(a) + 127) / 255) as u8);
    rgba.as_chunks().0.iter().flat_map(over_black).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resized_picture_is_what_pillow_computes() {
        let checks: Vec<u8> = (0..25).flat_map(|at| [(at % 2) as u8 * 255; 3]).collect();
        let grey = |side| resized::<3>(&checks, 5, side).chunks(3).map(|pixel| pixel[0]).collect::<Vec<_>>();
        // numpy.asarray(Image.fromarray(checks).resize((3, 3), Image.BILINEAR))[..., 0]
        assert_eq!(grey(3), [125, 125, 125, 125, 126, 125, 125, 125, 125]);
        assert_eq!(
            grey(7),
            [
                0, 146, 182, 0, 182, 146, 0, 146, 125, 120, 146, 120, 125, 146, 182, 120, 104, 182, 104, 120, 182, 0,
                146, 182, 0, 182, 146, 0, 182, 120, 104, 182, 104, 120, 182, 146, 125, 120, 146, 120, 125, 146, 0, 146,
                182, 0, 182, 146, 0
            ]
        );
        assert_eq!(resized::<3>(&checks, 5, 5), checks);
    }
}
