//! A convolution of each channel by itself: neighbouring channels, and nothing else, are computed at once.

use crate::{each::each, stride::Stride, window::window};

/// What is known of every picture, and of what is made of it.
#[derive(Debug, Clone, Copy)]
pub struct Depthwise {
    /// The window.
    pub stride: Stride,
    /// Rows, columns and channels of the picture.
    pub picture: [usize; 3],
    /// The channels made of each channel.
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
        self.stride.output([self.picture[0], self.picture[1]])
    }

    fn out_length(&self) -> usize {
        self.output().iter().product::<usize>() * self.outputs()
    }

    /// For each pixel of the output, the places of its window inside the picture.
    fn windows(&self) -> impl Iterator<Item = impl Iterator<Item = (usize, usize)>> {
        let ([rows, columns], task) = (self.output(), *self);
        let [height, width, _] = self.picture;
        (0..rows * columns).map(move |index| window([index / columns, index % columns], [height, width], task.stride))
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
                // Not `max`, which may hide a number that is none.
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
        let mut out = vec![0.0; self.stride.size.iter().product::<usize>() * outputs];
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

    /// Calls with each output channel and the value of the channel it is made of.
    fn with_own(&self, out: &mut [f32], x: &[f32], work: impl Fn(usize, &mut f32, f32)) {
        match self.multiplier {
            // A loop of its own, which is one over registers.
            1 => out.iter_mut().zip(x).enumerate().for_each(|(index, (out, &x))| work(index, out, x)),
            many => out.iter_mut().enumerate().for_each(|(index, out)| work(index, out, x[index / many])),
        }
    }
}
