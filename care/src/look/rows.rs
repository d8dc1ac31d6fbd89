//! Rows of grey values, four at once, and their weighed sums.

use super::sum::Sum;

/// Four rows of a picture, widened once for all that is made of them. They are 7 longer than the picture is wide, because
/// weights come eight at a time.
pub(super) struct Rows {
    width: usize,
    values: [Vec<i16>; 4],
}

impl Rows {
    /// Rows of a picture of this width, of which none was read yet.
    pub(super) fn new(width: usize) -> Self {
        Self { width, values: std::array::from_fn(|_| vec![0; width + 7]) }
    }

    /// Reads the values of at most four rows; those that are missing stay as they were.
    pub(super) fn read(&mut self, lines: &[u8]) {
        for (row, line) in self.values.iter_mut().zip(lines.chunks(self.width)) {
            row.iter_mut().zip(line).for_each(|(wide, &grey)| *wide = i16::from(grey));
        }
    }

    /// The sum of one row's values from `first` on, each times its weight.
    pub(super) fn exact_sum(&self, row: usize, first: usize, weights: &[i32]) -> i32 {
        self.values[row][first..].iter().zip(weights).map(|(&value, &weight)| i32::from(value) * weight).sum()
    }

    /// The same of all four rows, with weights of 16 bits.
    pub(super) fn sums(&self, first: usize, weights: &[[i16; 8]]) -> [i32; 4] {
        let [a, b, c, d] = self.values.each_ref().map(|row| &row[first..].as_chunks::<8>().0[..weights.len()]);
        let mut sums = [Sum::default(); 4];
        for ((((weights, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
            sums[0].add(a, weights);
            sums[1].add(b, weights);
            sums[2].add(c, weights);
            sums[3].add(d, weights);
        }
        Sum::totals(sums)
    }
}
