//! What is measured of a picture while it is read, before it is made small for the network.

mod edges;
mod format;
mod grey;
mod kernel;
mod record;
mod resample;
mod rows;
mod sum;
mod tones;

pub use format::Format;
pub use grey::luma;
pub use record::{LOOK_BYTES, NotLooks};

use crate::content::Content;
use grey::{HASHED, dhash};
use kernel::Filter::{Bilinear, Lanczos};
use resample::{Size, resample};

/// The side of the small copy by which two pictures are compared, in pixels.
pub const SMALL: usize = 16;
/// The number of its pixels.
pub const SMALL_PIXELS: usize = SMALL * SMALL;

/// What is known of a file without decoding it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The hash of its bytes.
    pub content: Content,
    /// What kind of file it is.
    pub format: Format,
    /// The width of the picture in the file, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

impl FileFacts {
    /// The facts of a file with these bytes and this size in its header.
    #[must_use]
    pub fn of(bytes: &[u8], (width, height): (usize, usize)) -> Self {
        Self { content: Content::of(bytes), format: Format::of(bytes), width: width as u32, height: height as u32 }
    }
}

/// What was measured of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// What its file says.
    pub file: FileFacts,
    /// [`dhash`] of its pixels.
    pub hash: u64,
    /// A grey copy, stretched to [`SMALL`] x [`SMALL`].
    // The number itself, because rustc 1.95 breaks down over a constant here where a closure of another crate takes a look.
    pub small: [u8; 256],
    /// Its average colour: red, green and blue, 0 to 255.
    pub colour: [f32; 3],
    /// How bright its average colour is, 0 to 1.
    pub brightness: f32,
    /// The brightness below which 5 % of its pixels lie, 0 to 1: a light picture has a high one.
    pub low: f32,
    /// The brightness below which 99 % of its pixels lie, 0 to 1: a dark picture has a low one.
    pub high: f32,
    /// The bits for each value of its tones, 0 to 9.6.
    pub entropy: f32,
    /// The standard deviation of its edges, on a copy of at most 64 x 64.
    pub sharpness: f32,
    /// The standard deviation of the counts of its grey values, on the same copy.
    pub spread: f32,
    /// The share of a border of one tone, 0 to 1.
    pub border: f32,
    /// The mean of its outermost pixels, 0 to 255.
    pub border_tone: f32,
    /// Whether it has no colour.
    pub is_grey: bool,
}

impl Look {
    /// Measures decoded pixels, `[height, width, CHANNELS]`, opaque, with three or four channels. Where the picture was made
    /// smaller while it was decoded, the file's own size is what counts as its size.
    ///
    /// # Panics
    ///
    /// If there is no pixel.
    #[must_use]
    pub fn of<const CHANNELS: usize>(pixels: &[u8], width: usize, file: FileFacts) -> Self {
        const { assert!(CHANNELS == 3 || CHANNELS == 4, "RGB or RGBA") };
        if CHANNELS == 4 { Self::of_rgba(pixels, width, file) } else { Self::of_rgb(pixels, width, file) }
    }

    // What is generic is compiled in the crate that calls it, which may be compiled for size: six times slower. These are not.

    fn of_rgb(pixels: &[u8], width: usize, file: FileFacts) -> Self {
        Self::measured::<3>(pixels, width, file)
    }

    fn of_rgba(pixels: &[u8], width: usize, file: FileFacts) -> Self {
        Self::measured::<4>(pixels, width, file)
    }

    fn measured<const CHANNELS: usize>(pixels: &[u8], width: usize, file: FileFacts) -> Self {
        let (columns, rows) = at_most(edges::SIDE, width, pixels.len() / CHANNELS / width);
        let hashed = Size { columns: HASHED[0], rows: HASHED[1], filter: Lanczos };
        let sizes = [Size { columns, rows, filter: Bilinear }, hashed];
        let [copy, hashed] = resample::<CHANNELS, 2>(pixels, width, sizes);
        let [smallest] = resample::<1, 1>(&copy, columns, [Size { columns: SMALL, rows: SMALL, filter: Bilinear }]);
        let tones = tones::tones::<CHANNELS>(pixels);
        let border = edges::border(&copy, columns);
        let mut small = [0; SMALL_PIXELS];
        small.copy_from_slice(&smallest);
        Self {
            file,
            hash: dhash(&hashed),
            small,
            colour: tones.colour,
            brightness: tones.brightness,
            low: tones.low,
            high: tones.high,
            entropy: tones.entropy,
            sharpness: edges::sharpness(&copy, columns),
            spread: edges::spread(&copy),
            border: border.share,
            border_tone: border.tone,
            is_grey: tones.is_grey,
        }
    }
}

/// The size of a picture whose longer side is made `most`, if it is longer.
fn at_most(most: usize, width: usize, height: usize) -> (usize, usize) {
    let ratio = width.max(height) as f64 / most as f64;
    let side = |side: usize| if ratio > 1.0 { ((side as f64 / ratio) as usize).max(1) } else { side };
    (side(width), side(height))
}
