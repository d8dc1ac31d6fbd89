//! Depthwise convolutions, which convolve each channel by itself. Their inner loops run over neighbouring channels.

use crate::conv_params::ConvParams;
use crate::each::each;
use crate::window::window;

/// A depthwise convolution of pictures of one size.
#[derive(Debug, Clone, Copy)]
pub struct Depthwise {
    /// The window and how it moves.
    pub params: ConvParams,
    /// Rows, columns and channels of the picture.
    pub picture: [usize; 3],
    /// The output channels that are computed from each channel.
    pub multiplier: usize,
}

impl Depthwise {
    fn length(&self) -> usize {
        self.picture.iter().product()
    }

    fn outputs(&self) -> usize {
        self.picture[2] * self.multiplier
    }

    fn output(&self) -> [usize; 2] {
        self.params.output([self.picture[0], self.picture[1]])
    }

    fn out_length(&self) -> usize {
        self.output().iter().product::<usize>() * self.outputs()
    }

    /// For each pixel of the output, the part of its window inside the picture.
    fn windows(&self) -> impl Iterator<Item = impl Iterator<Item = (usize, usize)>> {
        let ([rows, columns], task) = (self.output(), *self);
        let [height, width, _] = self.picture;
        (0..rows * columns).map(move |index| window([index / columns, index % columns], [height, width], task.params))
    }

    /// `[batch, rows, columns, out]` from pictures, a kernel `[rows, columns, out]` and a bias `[out]`.
    #[must_use]
    pub fn forward(&self, x: &[f32], kernel: &[f32], bias: &[f32], relu: bool) -> Vec<f32> {
        let (channels, outputs) = (self.picture[2], self.outputs());
        let mut out = vec![0.0; x.len() / self.length() * self.out_length()];
        each(&mut out, self.out_length(), |picture, out| {
            let x = &x[picture * self.length()..];
            for (out, window) in out.chunks_exact_mut(outputs).zip(self.windows()) {
                out.copy_from_slice(bias);
                for (place, pixel) in window {
                    let (x, kernel) = (&x[pixel * channels..][..channels], &kernel[place * outputs..][..outputs]);
                    self.with_own(out, x, |index, out, x| *out += x * kernel[index]);
                }
                // `max` would turn NaN into 0.
                for value in out.iter_mut().filter(|value| relu && **value < 0.0) {
                    *value = 0.0;
                }
            }
        });
        out
    }

    /// The gradient of the pictures.
    #[must_use]
    pub fn input_gradient(&self, gradient: &[f32], kernel: &[f32]) -> Vec<f32> {
        let (channels, outputs) = (self.picture[2], self.outputs());
        let mut out = vec![0.0; gradient.len() / self.out_length() * self.length()];
        each(&mut out, self.length(), |picture, out| {
            let gradient = &gradient[picture * self.out_length()..];
            for (gradient, window) in gradient.chunks_exact(outputs).zip(self.windows()) {
                for (place, pixel) in window {
                    let (out, kernel) =
                        (&mut out[pixel * channels..][..channels], &kernel[place * outputs..][..outputs]);
                    let products = gradient.chunks_exact(self.multiplier).zip(kernel.chunks_exact(self.multiplier));
                    for (out, (gradient, kernel)) in out.iter_mut().zip(products) {
                        *out += gradient.iter().zip(kernel).map(|(gradient, kernel)| gradient * kernel).sum::<f32>();
                    }
                }
            }
        });
        out
    }

    /// The gradient of the kernel, a sum of the sums of each picture.
    #[must_use]
    pub fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let (channels, outputs) = (self.picture[2], self.outputs());
        let mut out = vec![0.0; self.params.size.iter().product::<usize>() * outputs];
        each(&mut out, outputs, |own, out| {
            for (x, gradient) in x.chunks_exact(self.length()).zip(gradient.chunks_exact(self.out_length())) {
                let mut sums = vec![0.0; outputs];
                for (gradient, mut window) in gradient.chunks_exact(outputs).zip(self.windows()) {
                    let Some((_, pixel)) = window.find(|&(place, _)| place == own) else { continue };
                    let x = &x[pixel * channels..][..channels];
                    self.with_own(&mut sums, x, |index, sum, x| *sum += x * gradient[index]);
                }
                out.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
            }
        });
        out
    }

    /// Calls `work` with the index and the value of each output channel, and the value of its input channel.
    fn with_own(&self, out: &mut [f32], x: &[f32], work: impl Fn(usize, &mut f32, f32)) {
        match self.multiplier {
            // A separate loop, which the compiler turns into SIMD.
            1 => out.iter_mut().zip(x).enumerate().for_each(|(index, (out, &x))| work(index, out, x)),
            many => out.iter_mut().enumerate().for_each(|(index, out)| work(index, out, x[index / many])),
        }
    }
}
