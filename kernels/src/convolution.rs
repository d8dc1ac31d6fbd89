//! Direct convolutions, one picture after the other.

use pulp::Arch;

use crate::{
    bordered::Bordered,
    each::each,
    kernel_gradient::KernelGradient,
    panels::{Panels, lanes},
    stride::Stride,
    tile::Tiled,
};

/// What is known of every picture, and of what is made of it.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    /// The window.
    pub stride: Stride,
    /// Rows, columns and channels of the picture.
    pub picture: [usize; 3],
    /// The channels of the output.
    pub outputs: usize,
}

impl Convolution {
    fn output(&self) -> [usize; 2] {
        self.stride.output([self.picture[0], self.picture[1]])
    }

    /// `[batch, rows, columns, out]` from pictures, a kernel `[rows, columns, in, out]` and a bias `[out]`.
    #[must_use]
    pub fn forward(&self, x: &[f32], kernel: &[f32], bias: &[f32], relu: bool) -> Vec<f32> {
        let panels = Panels::of_rows(kernel, self.outputs, lanes());
        let bias = Panels::of_rows(bias, self.outputs, lanes());
        let task = Tiled { panels: &panels, bias: Some(&bias), stride: self.stride, relu };
        let bordered = |picture| Bordered::new(picture, self.picture, self.stride.pads);
        convolved(x, self.picture.iter().product(), task, self.output(), bordered)
    }

    /// The gradient of the pictures.
    ///
    /// Pixel `i` gets `gradient · kernel` from every window it was in: a convolution of the gradient, its
    /// pixels `strides` apart, with the kernel turned around.
    #[must_use]
    pub fn input_gradient(&self, gradient: &[f32], kernel: &[f32]) -> Vec<f32> {
        let Self { stride, picture: [in_rows, in_columns, inputs], outputs } = *self;
        let [rows, columns] = self.output();
        let turned = turned(kernel, inputs, outputs);
        let panels = Panels::of_rows(&turned, inputs, lanes());
        let task = Tiled { panels: &panels, bias: None, stride: Stride { strides: [1, 1], ..stride }, relu: false };
        let (before, [row_reach, column_reach]) = (stride.turned_before(), stride.reach());
        let whole = [in_rows + row_reach - 1, in_columns + column_reach - 1];
        let bordered = |picture| Bordered::spread(picture, [rows, columns, outputs], stride.strides, before, whole);
        convolved(gradient, rows * columns * outputs, task, [in_rows, in_columns], bordered)
    }

    /// The gradient of the kernel, a sum over the pictures.
    #[must_use]
    pub fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let Self { stride, picture, outputs } = *self;
        let [rows, columns] = self.output();
        let mut panels = Panels::zeros(stride.size.iter().product::<usize>() * picture[2], outputs, lanes());
        let pictures = x.chunks(picture.iter().product()).zip(gradient.chunks(rows * columns * outputs));
        for (x, gradient) in pictures {
            let x = &Bordered::new(x, picture, stride.pads);
            let (width, vectors) = (panels.width, panels.vectors);
            each(&mut panels.values, panels.length * width, |panel, out| {
                let task = (x, gradient, [rows, columns], outputs, panel * width, stride, out);
                match vectors {
                    1 => Arch::new().dispatch(KernelGradient::<1>::new(task)),
                    _ => Arch::new().dispatch(KernelGradient::<2>::new(task)),
                }
            });
        }
        panels.into_rows()
    }
}

/// Convolves every picture, of so many numbers each.
fn convolved<'a>(
    x: &'a [f32],
    length: usize,
    task: Tiled<'_>,
    output: [usize; 2],
    bordered: impl Fn(&'a [f32]) -> Bordered<'a> + Sync,
) -> Vec<f32> {
    let out_length = output[0] * output[1] * task.panels.columns;
    let mut out = vec![0.0; x.len() / length * out_length];
    each(&mut out, out_length, |picture, out| {
        task.run(&bordered(&x[picture * length..][..length]), output[1], out);
    });
    out
}

/// `[rows, columns, in, out]` with rows and columns back to front, and in and out exchanged.
fn turned(kernel: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let mut turned = Vec::with_capacity(kernel.len());
    for place in kernel.chunks_exact(inputs * outputs).rev() {
        for output in 0..outputs {
            turned.extend(place[output..].iter().step_by(outputs));
        }
    }
    turned
}
