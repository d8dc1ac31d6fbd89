//! Prints how far Winograd's algorithm and the direct one are from the exact result, for every convolution of the presets
//! (`src/network/presets.rs`) and for some others: the root of the mean square and the largest difference, both divided by
//! the largest exact number.
//!
//! ```sh
//! cargo run --release -p tabfit-convolutions --example winograd
//! ```

use tabfit_convolutions::{ConvParams, Convolution, FusedActivation};

/// Rows and columns of the map, channels in and out, and where such a convolution occurs.
const SHAPES: [(usize, usize, usize, &str); 17] = [
    (64, 32, 32, "bench, tutorial4"),
    (32, 32, 64, "bench, tutorial4"),
    (16, 64, 128, "bench"),
    (16, 64, 64, "tutorial4"),
    (32, 16, 32, "small at 64 x 64"),
    (16, 32, 64, "small at 64 x 64"),
    (12, 16, 32, "small at 24 x 24"),
    (6, 32, 64, "small at 24 x 24"),
    (32, 16, 16, "resnet"),
    (16, 32, 32, "resnet"),
    (8, 64, 64, "resnet"),
    (75, 32, 64, "bench at 150 x 150"),
    (37, 64, 128, "bench at 150 x 150"),
    (28, 32, 32, "a map that squares fill"),
    (13, 48, 80, "a map that they do not fill"),
    (4, 128, 128, "one square"),
    (8, 256, 256, "many channels"),
];
const BATCH: usize = 2;

fn main() {
    println!("map      channels     pass           winograd: rms, most    direct: rms, most");
    for (side, inputs, outputs, place) in SHAPES {
        let params = ConvParams { size: [3, 3], strides: [1, 1], dilation: [1, 1], pads: [(1, 1), (1, 1)] };
        let task = Convolution { params, picture: [side, side, inputs], outputs };
        let pixels = BATCH * side * side;
        // A picture after ReLU, weights as `glorot_uniform` draws them, and a gradient of any sign.
        let x: Vec<f32> = noise(pixels * inputs, 1).iter().map(|value| value.max(0.0)).collect();
        let limit = (6.0 / (9 * (inputs + outputs)) as f32).sqrt();
        let kernel: Vec<f32> = noise(9 * inputs * outputs, 2).iter().map(|value| value * limit).collect();
        let (bias, gradient) = (vec![0.0; outputs], noise(pixels * outputs, 3));
        let exact = exact(&task, &x, &kernel, &gradient);
        let found = passes(&task, &x, &kernel, &bias, &gradient);
        // One channel of zeros more, and the direct algorithm is the faster one: it computes the same sums.
        let wider = Convolution { picture: [side, side, inputs + 1], ..task };
        let kernel = with_zeros(&kernel, inputs * outputs, (inputs + 1) * outputs);
        let [output, pictures, sums] = passes(&wider, &with_zeros(&x, inputs, inputs + 1), &kernel, &bias, &gradient);
        let direct =
            [output, without(&pictures, inputs + 1, inputs), without(&sums, (inputs + 1) * outputs, inputs * outputs)];
        for (pass, name) in ["forward", "to the picture", "to the kernel"].into_iter().enumerate() {
            let [(rms, most), (direct_rms, direct_most)] =
                [&found[pass], &direct[pass]].map(|some| apart(some, &exact[pass]));
            println!(
                "{:9}{:13}{name:15}{rms:.1e} {most:.1e}    {direct_rms:.1e} {direct_most:.1e}    {}",
                format!("{side}x{side}"),
                format!("{inputs} to {outputs}"),
                if pass > 0 {
                    ""
                } else if task.workspace() > 0 {
                    place
                } else {
                    "direct in both columns"
                },
            );
        }
    }
}

/// The output and both gradients.
fn passes(task: &Convolution, x: &[f32], kernel: &[f32], bias: &[f32], gradient: &[f32]) -> [Vec<f32>; 3] {
    let output = task.forward(x, kernel, bias, FusedActivation::Linear);
    [output, task.input_gradient(gradient, kernel), task.kernel_gradient(x, gradient)]
}

/// The same in 64 bits.
fn exact(task: &Convolution, x: &[f32], kernel: &[f32], gradient: &[f32]) -> [Vec<f64>; 3] {
    let ([side, _, inputs], outputs) = (task.picture, task.outputs);
    let [x, kernel, gradient] =
        [x, kernel, gradient].map(|some| some.iter().map(|&v| f64::from(v)).collect::<Vec<_>>());
    let mut all = [vec![0.0; gradient.len()], vec![0.0; x.len()], vec![0.0; kernel.len()]];
    let [output, pictures, sums] = &mut all;
    for pixel in 0..BATCH * side * side {
        let (picture, row, column) = (pixel / side / side, pixel / side % side, pixel % side);
        for place in 0..9 {
            let (y, x_column) = ((row + place / 3).wrapping_sub(1), (column + place % 3).wrapping_sub(1));
            if y >= side || x_column >= side {
                continue;
            }
            let to = pixel * outputs..(pixel + 1) * outputs;
            let (slopes, output) = (&gradient[to.clone()], &mut output[to]);
            for input in 0..inputs {
                let from = ((picture * side + y) * side + x_column) * inputs + input;
                let first = (place * inputs + input) * outputs;
                let (weights, sums) = (&kernel[first..first + outputs], &mut sums[first..first + outputs]);
                for channel in 0..outputs {
                    output[channel] += x[from] * weights[channel];
                    pictures[from] += slopes[channel] * weights[channel];
                    sums[channel] += slopes[channel] * x[from];
                }
            }
        }
    }
    all
}

/// The root of the mean square of the differences and the largest one, of the largest exact number.
fn apart(found: &[f32], exact: &[f64]) -> (f64, f64) {
    let largest = exact.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let differences = || found.iter().zip(exact).map(|(&found, exact)| (f64::from(found) - exact).abs() / largest);
    let squares: f64 = differences().map(|difference| difference * difference).sum();
    ((squares / exact.len() as f64).sqrt(), differences().fold(0.0, f64::max))
}

/// Fills up each `length` numbers to `longer` with zeros.
fn with_zeros(values: &[f32], length: usize, longer: usize) -> Vec<f32> {
    values.chunks(length).flat_map(|part| part.iter().copied().chain((length..longer).map(|_| 0.0))).collect()
}

/// Takes the first `length` of each `longer` numbers.
fn without(values: &[f32], longer: usize, length: usize) -> Vec<f32> {
    values.chunks(longer).flat_map(|part| &part[..length]).copied().collect()
}

/// Numbers from -1 to 1 that have nothing to do with each other: the mixing function of `SplitMix64`.
fn noise(length: usize, seed: u64) -> Vec<f32> {
    let mixed = |index: u64| {
        let mut state = (seed << 40 | index).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        state = (state ^ state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ state >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..length as u64).map(mixed).collect()
}
