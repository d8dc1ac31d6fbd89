//! Pillow's `Image.resize` of grey pictures, to the last bit: the arithmetic of `Resample.c` of Pillow 11.

/// How the pixels around a place are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// A triangle over two pixels: Pillow's `BILINEAR`.
    Bilinear,
    /// A windowed sinc over six pixels: Pillow's `LANCZOS`.
    Lanczos,
}

/// Weights are whole numbers with so many binary digits after the point.
const PRECISION: u32 = 32 - 8 - 2;

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

/// The first of the values that one new value is made of, and the weight of each.
struct Kernel {
    first: usize,
    weights: Vec<i32>,
}

/// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow.
fn kernels(from: usize, to: usize, filter: Filter) -> Vec<Kernel> {
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let support = filter.support() * stretch;
    let kernel = |index: usize| {
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
        Kernel { first, weights: weights.iter().map(whole).collect() }
    };
    (0..to).map(kernel).collect()
}

/// A sum of weighed values as a value from 0 to 255.
fn value(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// A grey picture, `[height, width]`, at another size: `[rows, columns]`. Each row is made shorter first, and rounded, as Pillow
/// does it, so that the rounding is the same.
///
/// # Panics
///
/// If a side is 0.
#[must_use]
pub fn resample(grey: &[u8], width: usize, columns: usize, rows: usize, filter: Filter) -> Vec<u8> {
    let height = grey.len() / width;
    let lines = if columns == width { grey.to_vec() } else { shorter_rows(grey, width, columns, filter) };
    if rows == height {
        return lines;
    }
    let mut resized = Vec::with_capacity(columns * rows);
    let mut sums = vec![0; columns];
    for Kernel { first, weights } in kernels(height, rows, filter) {
        sums.fill(1 << (PRECISION - 1));
        for (line, &weight) in lines.chunks_exact(columns).skip(first).zip(&weights) {
            sums.iter_mut().zip(line).for_each(|(sum, &grey)| *sum += i32::from(grey) * weight);
        }
        resized.extend(sums.iter().map(|&sum| value(sum)));
    }
    resized
}

/// Each row at another width.
fn shorter_rows(grey: &[u8], width: usize, columns: usize, filter: Filter) -> Vec<u8> {
    let kernels = kernels(width, columns, filter);
    let mut resized = Vec::with_capacity(grey.len() / width * columns);
    let mut row = vec![0i32; width]; // widened once for all kernels
    for line in grey.chunks_exact(width) {
        row.iter_mut().zip(line).for_each(|(wide, &grey)| *wide = i32::from(grey));
        for Kernel { first, weights } in &kernels {
            let sum: i32 = row[*first..].iter().zip(weights).map(|(&grey, &weight)| grey * weight).sum();
            resized.push(value(sum + (1 << (PRECISION - 1))));
        }
    }
    resized
}
