//! Convolutions by their plain definition, in 64 bits.

#![allow(unreachable_pub, dead_code, reason = "each binary of tests uses some of it")]

use tabfit_convolutions::{ConvParams, Convolution, Depthwise, FusedActivation};

/// Numbers from -1 to 1 that have nothing to do with each other: the mixing function of `SplitMix64`.
pub fn noise(length: usize, seed: u64) -> Vec<f32> {
    let mixed = |index: u64| {
        let mut state = (seed << 40 | index).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length as u64).map(mixed).collect()
}

/// The geometry of a test: pictures `[batch, rows, columns, in]`, and the output's channels.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub pictures: [usize; 4],
    pub outputs: usize,
    pub params: ConvParams,
    pub depthwise: bool,
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
    pub fn check(&self) {
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
            self.close("output", &output, &activated.collect::<Vec<_>>(), &defined.output);
        }
        let (pictures, kernel) = if depthwise {
            let task = Depthwise { params, picture, multiplier: outputs / inputs };
            (task.input_gradient(&gradient, &kernel), task.kernel_gradient(&x, &gradient))
        } else {
            let task = Convolution { params, picture, outputs };
            (task.input_gradient(&gradient, &kernel), task.kernel_gradient(&x, &gradient))
        };
        self.close("gradient of the pictures", &pictures, &defined.pictures, &defined.pictures);
        self.close("gradient of the kernel", &kernel, &defined.kernel, &defined.kernel);
    }

    /// `sums` are what the numbers were before an activation: they were rounded where they were large.
    fn close(&self, what: &str, found: &[f32], defined: &[f64], sums: &[f64]) {
        assert_eq!(found.len(), defined.len(), "{what} of {self:?}");
        let largest = sums.iter().fold(1.0_f64, |largest, value| largest.max(value.abs()));
        // Winograd's transforms add and subtract numbers that are larger than the result.
        let params = self.params;
        let shape = [self.pictures[1], self.pictures[2], self.pictures[3]];
        let transformed = Convolution { params, picture: shape, outputs: self.outputs }.workspace() > 0;
        let most = if transformed && !self.depthwise { 3e-6 } else { 2e-6 };
        for (index, (&found, defined)) in found.iter().zip(defined).enumerate() {
            let apart = (f64::from(found) - defined).abs();
            assert!(apart <= most * largest, "{what}[{index}] of {self:?}: {found} is not {defined}");
        }
    }
}

/// Keras's `same` for a window and strides.
pub fn same([rows, columns]: [usize; 2], size: [usize; 2], strides: [usize; 2]) -> ConvParams {
    let pads = [(rows, 0), (columns, 1)].map(|(length, axis)| {
        let needed = ((length.div_ceil(strides[axis]) - 1) * strides[axis] + size[axis]).saturating_sub(length);
        (needed / 2, needed - needed / 2)
    });
    ConvParams { size, strides, dilation: [1, 1], pads }
}
