//! The layers of the network, with invented weights: how long a layer takes does not depend on them.

use tabfit_convolutions::{ConvParams, Convolution, Depthwise, FusedActivation};

/// Blocks, window, strides of the first block, expansion and channels of each stage.
const STAGES: [[usize; 5]; 7] = [
    [1, 3, 1, 1, 16],
    [2, 3, 2, 6, 24],
    [2, 5, 2, 6, 40],
    [3, 3, 2, 6, 80],
    [3, 5, 1, 6, 112],
    [4, 5, 2, 6, 192],
    [1, 3, 1, 6, 320],
];

/// One layer, its normalization and its activation.
pub(crate) struct Layer {
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// Whether what it reads is added at the end of its block.
    pub(crate) begins_block: bool,
    /// Whether it adds that.
    adds: bool,
    task: Task,
    kernel: Vec<f32>,
    bias: Vec<f32>,
    activation: FusedActivation,
}

enum Task {
    Convolution(Convolution),
    Depthwise(Depthwise),
}

impl Layer {
    fn new(kind: &'static str, name: &str, task: Task) -> Self {
        let (name, outputs, kernel) = match &task {
            Task::Convolution(Convolution { params, picture: [side, _, inputs], outputs }) => {
                let name = format!("{name} {kind} {side}x{side} {inputs} to {outputs}");
                (name, *outputs, params.size.iter().product::<usize>() * inputs * outputs)
            }
            Task::Depthwise(Depthwise { params, picture: [side, _, channels], .. }) => {
                let ([size, _], [strides, _]) = (params.size, params.strides);
                (format!("{name} {size}x{size}/{strides} {side}x{side} {channels}"), *channels, size * size * channels)
            }
        };
        let kernel = (0..kernel).map(|index| (index % 7) as f32 * 0.01 - 0.02).collect();
        let activation = if kind == "project" { FusedActivation::Linear } else { FusedActivation::Relu6 };
        Self { kind, name, begins_block: false, adds: false, task, kernel, bias: vec![0.1; outputs], activation }
    }

    fn output(&self) -> [usize; 3] {
        let (params, [rows, columns, _]) = match &self.task {
            Task::Convolution(Convolution { params, picture, .. })
            | Task::Depthwise(Depthwise { params, picture, .. }) => (params, *picture),
        };
        let [rows, columns] = params.output([rows, columns]);
        [rows, columns, self.bias.len()]
    }

    /// How many numbers it makes of a picture.
    pub(crate) fn values(&self) -> usize {
        self.output().iter().product()
    }

    /// How many numbers it reads of a picture.
    pub(crate) fn reads(&self) -> usize {
        match &self.task {
            Task::Convolution(Convolution { picture, .. }) | Task::Depthwise(Depthwise { picture, .. }) => {
                picture.iter().product()
            }
        }
    }

    /// The multiplications and additions for a picture.
    pub(crate) fn operations(&self) -> usize {
        let [rows, columns, _] = self.output();
        2 * rows * columns * self.kernel.len()
    }

    /// What it makes of `x`; what the block has read is left empty by the layer that adds it.
    pub(crate) fn run(&self, x: &[f32], kept: &mut Vec<f32>) -> Vec<f32> {
        let Self { task, kernel, bias, activation, .. } = self;
        match task {
            Task::Convolution(task) if self.adds => {
                let mut sums = std::mem::take(kept);
                task.forward_onto(x, kernel, bias, &mut sums);
                sums
            }
            Task::Convolution(task) => task.forward(x, kernel, bias, *activation),
            Task::Depthwise(task) => task.forward(x, kernel, bias, *activation),
        }
    }
}

/// The layers for pictures of this size.
pub(crate) fn lite(size: usize) -> Vec<Layer> {
    let stem = Convolution { params: same(size, 3, 2), picture: [size, size, 3], outputs: 32 };
    let mut layers = vec![Layer::new("stem", "", Task::Convolution(stem))];
    let (mut side, mut channels) = (size.div_ceil(2), 32);
    let pointwise = |side: usize, inputs: usize, outputs: usize| {
        Task::Convolution(Convolution { params: ConvParams::POINTWISE, picture: [side, side, inputs], outputs })
    };
    for ([blocks, window, strides, expansion, outputs], stage) in STAGES.into_iter().zip(1..) {
        for (block, letter) in (0..blocks).zip('a'..) {
            let (name, inside, first) = (format!("{stage}{letter}"), channels * expansion, layers.len());
            let strides = if block == 0 { strides } else { 1 };
            if expansion > 1 {
                layers.push(Layer::new("expand", &name, pointwise(side, channels, inside)));
            }
            let params = same(side, window, strides);
            let task = Depthwise { params, picture: [side, side, inside], multiplier: 1 };
            layers.push(Layer::new("depthwise", &name, Task::Depthwise(task)));
            side = side.div_ceil(strides);
            let adds = strides == 1 && channels == outputs;
            layers.push(Layer { adds, ..Layer::new("project", &name, pointwise(side, inside, outputs)) });
            layers[first].begins_block = adds;
            channels = outputs;
        }
    }
    layers.push(Layer::new("top", "", pointwise(side, channels, 1280)));
    layers
}

/// Keras's `same` for a square map.
fn same(side: usize, window: usize, strides: usize) -> ConvParams {
    let needed = ((side.div_ceil(strides) - 1) * strides + window).saturating_sub(side);
    let pads = (needed / 2, needed - needed / 2);
    ConvParams { size: [window; 2], strides: [strides; 2], dilation: [1, 1], pads: [pads; 2] }
}
