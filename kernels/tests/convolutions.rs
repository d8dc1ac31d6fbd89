//! Convolutions beside their plain definition, over shapes that fill no tile.

use tabfit_kernels::{ConvParams, Convolution, Depthwise, FusedActivation};

/// Numbers from -1 to 1.
fn noise(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0
    };
    (0..length).map(|_| next() as f32).collect()
}

/// The geometry of a test: pictures `[batch, rows, columns, in]`, and the output's channels.
#[derive(Debug, Clone, Copy)]
struct Case {
    pictures: [usize; 4],
    outputs: usize,
    params: ConvParams,
    depthwise: bool,
}

/// Output, gradient of the pictures and gradient of the kernel, in 64 bits, for the output's gradient `gradient`.
struct Definition {
    output: Vec<f64>,
    pictures: Vec<f64>,
    kernel: Vec<f64>,
}

impl Case {
    fn kernel_length(&self) -> usize {
        let depth = if self.depthwise { 1 } else { self.pictures[3] };
        self.params.size.iter().product::<usize>() * depth * self.outputs
    }

    /// Every product of a convolution, one by one.
    fn defined(&self, x: &[f32], kernel: &[f32], bias: &[f32], gradient: &[f32]) -> Definition {
        let Self { pictures: [batch, rows, columns, inputs], outputs, params, depthwise } = *self;
        let [out_rows, out_columns] = params.output([rows, columns]);
        let mut all = Definition {
            output: bias.iter().cycle().take(batch * out_rows * out_columns * outputs).map(|&b| f64::from(b)).collect(),
            pictures: vec![0.0; x.len()],
            kernel: vec![0.0; kernel.len()],
        };
        for (index, &slope) in gradient.iter().enumerate() {
            let (output, pixel) = (index % outputs, index / outputs);
            let [column, row] = [pixel % out_columns, pixel / out_columns % out_rows];
            let picture = pixel / (out_columns * out_rows);
            for place in 0..params.size[0] * params.size[1] {
                let offset = [place / params.size[1] * params.dilation[0], place % params.size[1] * params.dilation[1]];
                let y = (row * params.strides[0] + offset[0]).wrapping_sub(params.pads[0].0);
                let x_column = (column * params.strides[1] + offset[1]).wrapping_sub(params.pads[1].0);
                if y >= rows || x_column >= columns {
                    continue;
                }
                let own = output / (outputs / inputs).max(1);
                for input in if depthwise { own..own + 1 } else { 0..inputs } {
                    let from = ((picture * rows + y) * columns + x_column) * inputs + input;
                    let weight = match depthwise {
                        true => place * outputs + output,
                        false => (place * inputs + input) * outputs + output,
                    };
                    all.output[index] += f64::from(x[from]) * f64::from(kernel[weight]);
                    all.pictures[from] += f64::from(slope) * f64::from(kernel[weight]);
                    all.kernel[weight] += f64::from(slope) * f64::from(x[from]);
                }
            }
        }
        all
    }

    /// Compares the kernels' numbers with the definition's, but for the rounding of sums in float32.
    fn check(&self) {
        let Self { pictures: [batch, rows, columns, inputs], outputs, params, depthwise } = *self;
        let [out_rows, out_columns] = params.output([rows, columns]);
        let x = noise(batch * rows * columns * inputs, 1);
        let (kernel, bias) = (noise(self.kernel_length(), 2), noise(outputs, 3));
        let gradient = noise(batch * out_rows * out_columns * outputs, 4);
        let defined = self.defined(&x, &kernel, &bias, &gradient);
        let picture = [rows, columns, inputs];
        for activation in [FusedActivation::Linear, FusedActivation::Relu, FusedActivation::Relu6] {
            let output = match depthwise {
                true => {
                    let task = Depthwise { params, picture, multiplier: outputs / inputs };
                    task.forward(&x, &kernel, &bias, activation)
                }
                false => Convolution { params, picture, outputs }.forward(&x, &kernel, &bias, activation),
            };
            let activated = defined.output.iter().map(|&sum| match activation {
                FusedActivation::Linear => sum,
                FusedActivation::Relu => sum.max(0.0),
                FusedActivation::Relu6 => sum.clamp(0.0, 6.0),
            });
            self.close("output", &output, &activated.collect::<Vec<_>>());
        }
        let (pictures, kernel) = if depthwise {
            let task = Depthwise { params, picture, multiplier: outputs / inputs };
            (task.input_gradient(&gradient, &kernel), task.kernel_gradient(&x, &gradient))
        } else {
            let task = Convolution { params, picture, outputs };
            (task.input_gradient(&gradient, &kernel), task.kernel_gradient(&x, &gradient))
        };
        self.close("gradient of the pictures", &pictures, &defined.pictures);
        self.close("gradient of the kernel", &kernel, &defined.kernel);
    }

    fn close(&self, what: &str, found: &[f32], defined: &[f64]) {
        assert_eq!(found.len(), defined.len(), "{what} of {self:?}");
        let largest = defined.iter().fold(1.0_f64, |largest, value| largest.max(value.abs()));
        for (index, (&found, defined)) in found.iter().zip(defined).enumerate() {
            let apart = (f64::from(found) - defined).abs();
            assert!(apart <= 2e-6 * largest, "{what}[{index}] of {self:?}: {found} is not {defined}");
        }
    }
}

/// Keras's `same` for a window and strides.
fn same([rows, columns]: [usize; 2], size: [usize; 2], strides: [usize; 2]) -> ConvParams {
    let pads = [(rows, 0), (columns, 1)].map(|(length, axis)| {
        let needed = ((length.div_ceil(strides[axis]) - 1) * strides[axis] + size[axis]).saturating_sub(length);
        (needed / 2, needed - needed / 2)
    });
    ConvParams { size, strides, dilation: [1, 1], pads }
}

/// Maps smaller and larger than the window, channels for no, one, two and many registers and for parts of one.
#[test]
fn depthwise_convolutions_are_what_their_definition_says() {
    for size in [[1, 1], [3, 3], [5, 5], [2, 7], [4, 3]] {
        for strides in [[1, 1], [2, 2], [1, 3]] {
            for (picture, inputs, multiplier) in
                [([1, 1], 3, 1), ([3, 3], 40, 1), ([5, 6], 7, 2), ([9, 13], 17, 1), ([12, 8], 4, 3), ([7, 11], 33, 1)]
            {
                let params = same(picture, size, strides);
                let pictures = [2, picture[0], picture[1], inputs];
                Case { pictures, outputs: inputs * multiplier, params, depthwise: true }.check();
            }
        }
    }
}

#[test]
fn depthwise_convolutions_may_be_dilated_or_without_padding() {
    for (dilation, pads) in [([1, 1], [(0, 0); 2]), ([2, 3], [(2, 2), (3, 3)]), ([3, 1], [(0, 5), (1, 0)])] {
        let params = ConvParams { size: [3, 3], strides: [1, 1], dilation, pads };
        Case { pictures: [3, 10, 12, 9], outputs: 9, params, depthwise: true }.check();
    }
    // One row and one column are left over by the strides.
    let params = ConvParams { size: [3, 3], strides: [2, 2], dilation: [1, 1], pads: [(0, 0); 2] };
    Case { pictures: [2, 8, 10, 20], outputs: 20, params, depthwise: true }.check();
}

/// Pixels that fill no block of the product, and channels that fill no panel.
#[test]
fn convolutions_of_single_pixels_are_what_their_definition_says() {
    for pictures in [[1, 1, 1, 5], [3, 3, 3, 70], [5, 7, 4, 16], [2, 16, 9, 33]] {
        for outputs in [1, 4, 8, 24, 37] {
            Case { pictures, outputs, params: ConvParams::POINTWISE, depthwise: false }.check();
        }
    }
}

#[test]
fn other_convolutions_are_what_their_definition_says() {
    for (size, strides) in [([3, 3], [2, 2]), ([1, 1], [2, 2]), ([2, 5], [1, 1]), ([5, 3], [1, 2])] {
        let params = same([9, 7], size, strides);
        Case { pictures: [2, 9, 7, 5], outputs: 19, params, depthwise: false }.check();
    }
}

#[test]
fn an_activation_passes_gradients_where_it_is_not_flat_and_keeps_nan() {
    let output = [-1.0, 0.0, 3.0, 6.0, f32::NAN];
    let gradients = |activation: FusedActivation| {
        let mut gradient = [2.0; 5];
        activation.gradient(&output, &mut gradient);
        gradient.to_vec()
    };
    assert_eq!(gradients(FusedActivation::Linear), [2.0; 5]);
    assert_eq!(gradients(FusedActivation::Relu), [0.0, 0.0, 2.0, 2.0, 0.0]);
    assert_eq!(gradients(FusedActivation::Relu6), [0.0, 0.0, 2.0, 0.0, 0.0]);
    let x = [f32::NAN; 12];
    let task = Depthwise { params: same([2, 2], [3, 3], [1, 1]), picture: [2, 2, 3], multiplier: 1 };
    let output = task.forward(&x, &[1.0; 27], &[0.0; 3], FusedActivation::Relu6);
    assert!(output.iter().all(|value| value.is_nan()), "{output:?}");
}
