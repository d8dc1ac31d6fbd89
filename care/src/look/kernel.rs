//! Which values a value of a resized picture is made of, and their weights, as `Resample.c` of Pillow 11 computes them.

use std::cell::RefCell;
use std::rc::Rc;

use super::rows::{ROWS, Rows};

/// How the pixels around a place are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// A triangle over two pixels: Pillow's `BILINEAR`.
    Bilinear,
    /// A windowed sinc over six pixels: Pillow's `LANCZOS`.
    Lanczos,
}

/// Weights are whole numbers with so many binary digits after the point.
const PRECISION: u32 = 32 - 8 - 2;
/// A half, which makes cutting digits off a rounding.
const HALF: i32 = 1 << (PRECISION - 1);
/// Sizes whose kernels are kept: two pictures' worth. Pictures of a folder are often of one size, and sines take their time.
const KEPT: usize = 12;

impl Filter {
    fn support(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Lanczos => 3.0,
        }
    }

    fn weight(self, x: f64) -> f64 {
        match self {
            Self::Bilinear => (1.0 - x.abs()).max(0.0),
            Self::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
            Self::Lanczos => 0.0,
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * std::f64::consts::PI;
    x.sin() / x
}

/// What one new value is made of.
pub(super) struct Kernel {
    /// The first of the values.
    first: usize,
    /// The weight of each.
    weights: Vec<i32>,
    /// The weights rounded to 15 binary digits and a sign, of which a processor multiplies eight at once; the last ones are 0.
    short: Vec<[i16; 8]>,
    /// The number of binary digits that were rounded away.
    shift: u32,
    /// The most by which a sum with the rounded weights is wrong.
    error: i32,
}

/// The kernels that make `to` values of `from`.
pub(super) fn kernels(from: usize, to: usize, filter: Filter) -> Rc<[Kernel]> {
    type Known = RefCell<Vec<((usize, usize, Filter), Rc<[Kernel]>)>>;
    thread_local! {
        static KNOWN: Known = const { RefCell::new(Vec::new()) };
    }
    let size = (from, to, filter);
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, kernels)) = known.iter().find(|(of, _)| *of == size) {
            return Rc::clone(kernels);
        }
        known.truncate(KEPT - 1);
        let kernels: Rc<[Kernel]> = (0..to).map(|index| Kernel::new(index, from, to, filter)).collect();
        known.insert(0, (size, Rc::clone(&kernels)));
        kernels
    })
}

impl Kernel {
    /// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow for one new value.
    fn new(index: usize, from: usize, to: usize, filter: Filter) -> Self {
        let scale = from as f64 / to as f64;
        let stretch = scale.max(1.0);
        let support = filter.support() * stretch;
        let centre = (index as f64 + 0.5) * scale;
        let first = (centre - support + 0.5).max(0.0) as usize;
        let end = ((centre + support + 0.5) as usize).min(from);
        let weight = |at: usize| filter.weight(((at as f64) - centre + 0.5) * (1.0 / stretch));
        let weights: Vec<f64> = (first..end).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let whole = |weight: &f64| {
            let normal = if sum == 0.0 { *weight } else { weight / sum } * f64::from(1u32 << PRECISION);
            (normal + if normal < 0.0 { -0.5 } else { 0.5 }) as i32
        };
        Self::rounded(first, weights.iter().map(whole).collect())
    }

    fn rounded(first: usize, weights: Vec<i32>) -> Self {
        let most = weights.iter().map(|weight| weight.unsigned_abs()).max().unwrap_or(0);
        let mut shift = 0;
        while (most + (1 << shift >> 1)) >> shift > i16::MAX as u32 {
            shift += 1;
        }
        let half = 1 << shift >> 1;
        let short = |weights: &[i32]| {
            std::array::from_fn(|at| weights.get(at).map_or(0, |weight| ((weight + half) >> shift) as i16))
        };
        let short = weights.chunks(8).map(short).collect();
        let error = i32::from(u8::MAX) * half * weights.len() as i32;
        Self { first, weights, short, shift, error }
    }

    /// The new values of all rows. Where the rounded weights leave a doubt, the exact ones decide.
    pub(super) fn values(&self, rows: &Rows) -> [u8; ROWS] {
        let sums = rows.sums(self.first, &self.short).map(|sum| (sum << self.shift) + HALF);
        let sure = |sum: i32| (sum - self.error) >> PRECISION == (sum + self.error) >> PRECISION;
        let exact = |row: usize| rows.exact_sum(row, self.first, &self.weights) + HALF;
        std::array::from_fn(|row| value(if sure(sums[row]) { sums[row] } else { exact(row) }))
    }

    /// The new values of a picture's columns; `lines` are its rows, as long as there are `sums`, which are overwritten.
    pub(super) fn column_values(&self, lines: &[u8], sums: &mut [i32]) -> impl Iterator<Item = u8> {
        sums.fill(HALF);
        for (line, &weight) in lines.chunks_exact(sums.len()).skip(self.first).zip(&self.weights) {
            sums.iter_mut().zip(line).for_each(|(sum, &grey)| *sum += i32::from(grey) * weight);
        }
        sums.iter().map(|&sum| value(sum))
    }
}

/// A sum of weighed values and a half as a value from 0 to 255.
fn value(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_weights_change_no_value() {
        let width = 512;
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let (mut rows, mut doubts) = (Rows::new(width), 0);
        for kernel in kernels(width, 9, Filter::Lanczos).iter().chain(kernels(width, 64, Filter::Bilinear).iter()) {
            for _ in 0..200 {
                let picture: Vec<u8> = (0..ROWS * width).map(|_| noise()).collect();
                rows.read::<1>(&picture);
                let exact = std::array::from_fn(|row| value(rows.exact_sum(row, kernel.first, &kernel.weights) + HALF));
                let rounded = rows.sums(kernel.first, &kernel.short).map(|sum| value((sum << kernel.shift) + HALF));
                doubts += usize::from(rounded != exact);
                assert_eq!(kernel.values(&rows), exact);
            }
        }
        assert!(doubts > 0, "without the exact weights no value was wrong, so that nothing was tested");
    }
}
