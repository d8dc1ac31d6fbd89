//! Batch normalization of `[rows, channels]` in pieces between which numbers of the whole batch are exchanged, so that the
//! rows can lie on several threads.
//!
//! The formulas are those of Ioffe and Szegedy, "Batch Normalization", 2015, <https://arxiv.org/abs/1502.03167>.

use crate::sums::channel_sums;

/// The rows whose statistics are computed while they lie in the processor's cache.
const BLOCK: usize = 256;
/// The fewest values of an inner loop; several rows of a few channels are one such loop.
const LOOP: usize = 64;

/// The mean of each channel, and the sum of the squared differences from it.
///
/// # Shapes
/// - `x`: `[rows, channels]`
/// - returns `[channels]` twice, one after the other
#[must_use]
pub fn moments(x: &[f32], channels: usize) -> Vec<f32> {
    let blocks = x.chunks(BLOCK * channels).map(|block| {
        let count = block.len() / channels;
        let mut moments: Vec<f32> = channel_sums(block, channels).iter().map(|sum| sum / count as f32).collect();
        let mut squares = vec![0.0; channels];
        for row in block.chunks_exact(channels) {
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&moments) {
                *square += (value - mean) * (value - mean);
            }
        }
        moments.extend(squares);
        (count, moments)
    });
    joined_moments(blocks, channels)
}

/// The moments of all rows, from the number of rows and the [`moments`] of each part of them, by the formula of
/// "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", Chan and others, 1979.
#[must_use]
pub fn joined_moments(parts: impl Iterator<Item = (usize, Vec<f32>)>, channels: usize) -> Vec<f32> {
    let (mut rows, mut joined) = (0.0, vec![(0.0_f64, 0.0_f64); channels]);
    for (count, moments) in parts {
        let count = count as f64;
        let all = rows + count;
        let (means, squares) = moments.split_at(channels);
        for (((mean, square), &own), &more) in joined.iter_mut().zip(means).zip(squares) {
            let apart = f64::from(own) - *mean;
            *mean += apart * count / all;
            *square += f64::from(more) + apart * apart * rows * count / all;
        }
        rows = all;
    }
    let (means, squares): (Vec<f32>, Vec<f32>) =
        joined.into_iter().map(|(mean, square)| (mean as f32, square as f32)).unzip();
    [means, squares].concat()
}

/// `(x - mean) · scale + shift`, for each channel.
///
/// # Shapes
/// - `x`: `[rows, channels]`; the others `[channels]`
/// - returns `[rows, channels]`
#[must_use]
pub fn normalized(x: &[f32], mean: &[f32], scale: &[f32], shift: &[f32]) -> Vec<f32> {
    let [mean, scale, shift] = [mean, scale, shift].map(repeated);
    let mut y = vec![0.0; x.len()];
    for (y, x) in y.chunks_mut(mean.len()).zip(x.chunks(mean.len())) {
        for ((((y, x), mean), scale), shift) in y.iter_mut().zip(x).zip(&mean).zip(&scale).zip(&shift) {
            *y = (x - mean) * scale + shift;
        }
    }
    y
}

/// The gradients of beta and gamma: the sum of the gradient of the output over the rows, and of its product with the
/// normalized input `(x - mean) · factor`.
///
/// # Shapes
/// - `x`, `gradient`: `[rows, channels]`; the others `[channels]`
/// - returns `[channels]` twice, one after the other
#[must_use]
pub fn normalization_sums(x: &[f32], gradient: &[f32], mean: &[f32], factor: &[f32]) -> Vec<f32> {
    let channels = mean.len();
    let mut sums = channel_sums(gradient, channels);
    let mut products = vec![0.0; channels];
    for (x, gradient) in x.chunks(BLOCK * channels).zip(gradient.chunks(BLOCK * channels)) {
        let mut some = vec![0.0; channels];
        for (x, gradient) in x.chunks_exact(channels).zip(gradient.chunks_exact(channels)) {
            for (((sum, x), gradient), mean) in some.iter_mut().zip(x).zip(gradient).zip(mean) {
                *sum += gradient * (x - mean);
            }
        }
        products.iter_mut().zip(some).for_each(|(sum, some)| *sum += some);
    }
    sums.extend(products.iter().zip(factor).map(|(product, factor)| product * factor));
    sums
}

/// The gradient of the input: `(gradient - offset - (x - mean) · slope) · scale`, where `offset` is the mean of the gradient
/// over all rows, and `slope` that of its product with the normalized input, times `factor`.
///
/// # Shapes
/// - `x`, `gradient`: `[rows, channels]`; the others `[channels]`
/// - returns `[rows, channels]`
#[must_use]
pub fn normalization_gradient(
    x: &[f32],
    gradient: &[f32],
    mean: &[f32],
    scale: &[f32],
    [offset, slope]: [&[f32]; 2],
) -> Vec<f32> {
    // The formula as `gradient · scale - x · a - b` would round more where a mean is large.
    let [mean, scale, offset, slope] = [mean, scale, offset, slope].map(repeated);
    let mut out = vec![0.0; x.len()];
    let rows = x.chunks(mean.len()).zip(gradient.chunks(mean.len()));
    for (out, (x, gradient)) in out.chunks_mut(mean.len()).zip(rows) {
        let values = out.iter_mut().zip(x).zip(gradient);
        for ((((((out, x), gradient), mean), scale), offset), slope) in
            values.zip(&mean).zip(&scale).zip(&offset).zip(&slope)
        {
            *out = (gradient - offset - (x - mean) * slope) * scale;
        }
    }
    out
}

/// The numbers of each channel, for so many rows that an inner loop is worth its start.
fn repeated(channels: &[f32]) -> Vec<f32> {
    channels.repeat(LOOP.div_ceil(channels.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of 300 rows far from 0, which differ little.
    fn values() -> Vec<f32> {
        (0..900).map(|at| 1000.0 + (at * 37 % 101) as f32 / 50.0).collect()
    }

    fn exact(x: &[f32], channel: usize) -> [f64; 2] {
        let own: Vec<f64> = x.chunks_exact(3).map(|row| f64::from(row[channel])).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        [mean, own.iter().map(|value| (value - mean).powi(2)).sum()]
    }

    #[test]
    fn moments_are_exact_and_those_of_parts_join_to_those_of_the_whole() {
        let x = values();
        let whole = moments(&x, 3);
        let (head, tail) = x.split_at(3 * 77);
        let parts = [(77, moments(head, 3)), (223, moments(tail, 3))];
        let joined = joined_moments(parts.into_iter(), 3);
        for channel in 0..3 {
            let [mean, squares] = exact(&x, channel);
            for found in [&whole, &joined] {
                assert!((f64::from(found[channel]) - mean).abs() < 1e-4, "{found:?} {mean}");
                assert!((f64::from(found[3 + channel]) / squares - 1.0).abs() < 1e-4, "{found:?} {squares}");
            }
        }
    }

    #[test]
    fn the_gradient_of_the_input_is_that_of_differences() {
        let (rows, epsilon) = (40, 1e-3);
        let x: Vec<f32> = (0..rows * 3).map(|at| (at * 37 % 101) as f32 / 50.0).collect();
        let weights: Vec<f32> = (0..rows * 3).map(|at| (at * 53 % 97) as f32 / 48.0 - 1.0).collect();
        let (gamma, beta) = ([0.5, 1.0, 2.0], [0.1, 0.2, 0.3]);
        let state = |x: &[f32]| {
            let moments = moments(x, 3);
            let factor: Vec<f32> =
                moments[3..].iter().map(|sum| (sum / rows as f32 + epsilon).sqrt().recip()).collect();
            let scale: Vec<f32> = gamma.iter().zip(&factor).map(|(gamma, factor)| gamma * factor).collect();
            (moments[..3].to_vec(), factor, scale)
        };
        let loss = |x: &[f32]| -> f64 {
            let (mean, _, scale) = state(x);
            normalized(x, &mean, &scale, &beta).iter().zip(&weights).map(|(y, weight)| f64::from(y * weight)).sum()
        };
        let (mean, factor, scale) = state(&x);
        let sums = normalization_sums(&x, &weights, &mean, &factor);
        let offset: Vec<f32> = sums[..3].iter().map(|sum| sum / rows as f32).collect();
        let slope: Vec<f32> = sums[3..].iter().zip(&factor).map(|(sum, factor)| sum / rows as f32 * factor).collect();
        let gradient = normalization_gradient(&x, &weights, &mean, &scale, [&offset, &slope]);
        for at in 0..rows * 3 {
            let moved = |by: f32| {
                let mut x = x.clone();
                x[at] += by;
                loss(&x)
            };
            let expected = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!((f64::from(gradient[at]) - expected).abs() < 2e-3, "{at}: {} {expected}", gradient[at]);
        }
    }
}
