//! Rows of grey values, four at once, and their weighed sums.

use super::grey::{luma, luma_of_eight};
use super::sum::Sum;

/// So many rows are worked on at once, because each weight is read once for all of them.
pub(super) const ROWS: usize = 4;

/// Grey rows of a picture. They are 7 values longer than the picture is wide, because weights come eight at a time.
pub(super) struct Rows {
    width: usize,
    values: [Vec<i16>; ROWS],
}

impl Rows {
    /// Rows of a picture of this width, of which none was read yet.
    pub(super) fn new(width: usize) -> Self {
        Self { width, values: std::array::from_fn(|_| vec![0; width + 7]) }
    }

    /// Reads the pixels of at most so many rows; rows that are missing stay as they were.
    pub(super) fn read<const CHANNELS: usize>(&mut self, pixels: &[u8]) {
        for (row, pixels) in self.values.iter_mut().zip(pixels.chunks(self.width * CHANNELS)) {
            let done = if CHANNELS == 4 { read_eights(row, pixels) } else { 0 };
            let rest = row.iter_mut().zip(pixels.as_chunks().0).skip(done);
            rest.for_each(|(grey, pixel)| *grey = luma::<CHANNELS>(pixel));
        }
    }

    /// The sum of one row's values from `first` on, each times its weight.
    pub(super) fn exact_sum(&self, row: usize, first: usize, weights: &[i32]) -> i32 {
        self.values[row][first..].iter().zip(weights).map(|(&value, &weight)| i32::from(value) * weight).sum()
    }

    /// The same of all rows, with weights of 16 bits.
    pub(super) fn sums(&self, first: usize, weights: &[[i16; 8]]) -> [i32; ROWS] {
        let [a, b, c, d] = self.values.each_ref().map(|row| &row[first..].as_chunks().0[..weights.len()]);
        let mut sums = [Sum::default(); ROWS];
        for ((((weights, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            sums[0].add(a, weights);
            sums[1].add(b, weights);
            sums[2].add(c, weights);
            sums[3].add(d, weights);
        }
        Sum::totals(sums)
    }
}

/// Makes RGBA pixels grey, eight at a time, and says how many.
fn read_eights(row: &mut [i16], rgba: &[u8]) -> usize {
    let eights = rgba.as_chunks().0;
    row.as_chunks_mut().0.iter_mut().zip(eights).for_each(|(grey, pixels)| *grey = luma_of_eight(pixels));
    8 * eights.len()
}
