//! How much one thread computes. The kind of adapter decides, so that nothing has to be timed.

use std::sync::atomic::{AtomicBool, Ordering};

use super::launch::lanes;

/// Whether the GPU is emulated on the CPU. A process has one GPU, so this is set once, when it is opened.
static SOFTWARE: AtomicBool = AtomicBool::new(false);

/// Sets what kind of adapter computes from now on; results differ by rounding only.
///
/// A GPU needs many threads, each of which fits its registers. A CPU that emulates one (as `SwiftShader` does) has only a
/// few cores, keeps everything in memory anyway, and pays dearly for every checked load. It needs more pixels in a tile,
/// but it also takes long to compile what is written out: so one vector of channels, and a loop over the columns of the kernel.
pub fn tile_for_software(software: bool) {
    SOFTWARE.store(software, Ordering::Relaxed);
}

pub(super) fn is_software() -> bool {
    SOFTWARE.load(Ordering::Relaxed)
}

/// The pixels that a thread of a convolution computes at once, and the vectors of channels of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tile {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) vectors: usize,
    /// The columns of the kernel that use the same numbers read of the picture: all of them, or one.
    pub(super) taps: usize,
}

impl Tile {
    /// For an output with these rows, columns and channels, and a window of `window` columns.
    pub(super) fn convolution([rows, columns]: [usize; 2], channels: usize, window: usize) -> Self {
        let (pixels, widest, most, taps) = if is_software() { (8, 8, 1, 1) } else { (4, 4, 2, taps(window)) };
        let columns = columns.min(widest);
        let rows = rows.min(pixels / columns);
        Self { rows, columns, vectors: vectors(channels, most), taps }
    }

    /// For a convolution and then a pool of 2 x 2 pixels: as many pixels and channels, in two rows.
    pub(super) fn of_windows(self, columns: usize) -> Self {
        Self { rows: 2, columns: columns.min(4), vectors: 1, ..self }
    }

    pub(super) fn pixels(&self) -> usize {
        self.rows * self.columns
    }
}

/// The part of a kernel whose gradient a thread sums at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct GradientTile {
    /// The columns of the kernel.
    pub(super) taps: usize,
    /// The vectors of input channels.
    pub(super) inputs: usize,
    /// The vectors of output channels.
    pub(super) outputs: usize,
    /// The columns of the output that are read at once.
    pub(super) columns: usize,
    /// The pixels are divided into parts until there are about so many threads.
    pub(super) threads: usize,
}

impl GradientTile {
    pub(super) fn new(columns: usize, inputs: usize, outputs: usize, window: usize) -> Self {
        let taps = taps(window);
        let alone = if taps == 1 { 2 } else { 1 };
        let threads = if is_software() { 1 << 8 } else { 1 << 15 };
        Self { taps, inputs: vectors(inputs, alone), outputs: vectors(outputs, 2), columns: columns.min(4), threads }
    }
}

/// Sharing numbers pays where windows overlap, but a wide window would make a long kernel.
fn taps(window: usize) -> usize {
    if window <= 5 { window } else { 1 }
}

/// How many vectors of channels a thread takes at once: at most `most`, and a divisor of their number.
fn vectors(channels: usize, most: usize) -> usize {
    let groups = channels / lanes(channels);
    (1..=most).rev().find(|&vectors| groups.is_multiple_of(vectors)).unwrap_or(1)
}
