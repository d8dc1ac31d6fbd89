//! A checked network with weights: builds, runs forward, counts and describes itself.

use burn::tensor::{
    Device, Distribution, Tensor, TensorData, activation,
    module::{avg_pool2d, batch_norm, batch_norm_train, conv2d, max_pool2d},
    ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions},
};
use rand::RngExt;

use crate::{
    error::{Error, Result},
    layer::{Activation, LayerConfig, ModelConfig, Pads, Regularizer, Shape},
    seed::{Purpose, Seed},
};

/// What a weight starts as.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Initial {
    /// Uniform within ±√(6 / (fan in + fan out)): Keras's `glorot_uniform` (Glorot & Bengio 2010).
    GlorotUniform {
        fan_in: usize,
        fan_out: usize,
    },
    Constant(f32),
}

/// A weight before it has a value: Keras's name, its shape on the device, what moves it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeightSpec {
    /// `layer/kernel`, as Keras prints it.
    pub(crate) name: String,
    /// `[out, in, rows, columns]` for a convolution, `[in, out]` for Dense, `[n]` otherwise.
    pub(crate) shape: Vec<usize>,
    /// Moved by the optimizer; the moving statistics of batch normalization are not.
    pub(crate) trainable: bool,
    regularizer: Option<Regularizer>,
    initial: Initial,
}

/// One layer with its name, its shapes and the range of its weights.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) config: LayerConfig,
    pub(crate) output: Shape,
    pads: Pads,
    /// The index of its first weight.
    first: usize,
    pub(crate) weights: Vec<WeightSpec>,
}

/// A checked network without values: only what fits is ever built.
#[derive(Debug, Clone)]
pub struct Architecture {
    config: ModelConfig,
    pub(crate) layers: Vec<Layer>,
}

/// Forward passes either learn or judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Dropout is on, batch normalization uses the batch's own statistics.
    Training,
    /// Dropout is off, batch normalization uses the moving statistics.
    Inference,
}

impl Architecture {
    /// Checks that every layer fits and that the last one scores `classes` classes.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, by name and with both shapes.
    pub fn new(config: ModelConfig, classes: usize) -> Result<Self> {
        if !crate::image_folder::IMAGE_SIZES.contains(&config.image_size) {
            return Err(Error::config("imageSize", format!("must be from 8 to 512 pixels, not {}", config.image_size)));
        }
        if config.layers.len() > 200 {
            return Err(Error::config(
                "layers",
                format!("has {} entries; at most 200 are supported", config.layers.len()),
            ));
        }
        let mut shape = Shape::Image([config.image_size, config.image_size, 3]);
        let mut layers: Vec<Layer> = Vec::with_capacity(config.layers.len());
        let mut first = 0;
        for layer in &config.layers {
            let name = match layer.given_name() {
                Some(name) => name.to_string(),
                None => keras_name(layer, &layers),
            };
            if name.is_empty() || layers.iter().any(|other| other.name == name) {
                return Err(Error::layer(name, "needs a name that no other layer has"));
            }
            let (output, pads) = layer.output(&name, shape)?;
            let weights = weights(layer, &name, shape, output);
            let count = weights.len();
            layers.push(Layer { name, config: layer.clone(), output, pads, first, weights });
            (shape, first) = (output, first + count);
        }
        match layers.last() {
            Some(Layer { config: LayerConfig::Dense { activation: Activation::Softmax, .. }, .. })
                if shape == Shape::Vector(classes) => {}
            Some(Layer { name, .. }) => {
                return Err(Error::layer(
                    name,
                    format!(
                        "gives {shape}; the last layer must be Dense with {classes} units and softmax, giving {}",
                        Shape::Vector(classes)
                    ),
                ));
            }
            None => return Err(Error::config("layers", "must not be empty")),
        }
        Ok(Self { config, layers })
    }

    /// The data this network was described by.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The number of classes it scores.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.len())
    }

    pub(crate) fn weights(&self) -> impl Iterator<Item = &WeightSpec> {
        self.layers.iter().flat_map(|layer| &layer.weights)
    }

    /// The penalty on these weights, `[1]`; `None` where no layer asks for one.
    pub(crate) fn penalty(&self, weights: &[Tensor<1>]) -> Option<Tensor<1>> {
        let terms = self.weights().zip(weights).filter_map(|(spec, weight)| {
            let Regularizer { l1, l2 } = spec.regularizer?;
            let absolute = (l1 > 0.0).then(|| weight.clone().abs().sum() * l1);
            let square = (l2 > 0.0).then(|| (weight.clone() * weight.clone()).sum() * l2);
            absolute.into_iter().chain(square).reduce(|a, b| a + b)
        });
        terms.reduce(|a, b| a + b)
    }

    /// The bytes of the largest single tensor of a step: an activation of the batch, or a weight.
    #[must_use]
    pub fn largest_tensor(&self, batch_size: usize) -> usize {
        let activations = self.layers.iter().map(|layer| layer.output.len() * batch_size);
        let weights = self.weights().map(|weight| weight.shape.iter().product());
        4 * activations.chain(weights).max().unwrap_or(0)
    }
}

/// Keras's automatic name: the class in snake case, numbered from the second one on.
fn keras_name(layer: &LayerConfig, before: &[Layer]) -> String {
    let stem = match layer {
        LayerConfig::Rescaling { .. } => "rescaling",
        LayerConfig::Conv2D { .. } => "conv2d",
        LayerConfig::BatchNormalization { .. } => "batch_normalization",
        LayerConfig::Activation { .. } => "activation",
        LayerConfig::MaxPooling2D { .. } => "max_pooling2d",
        LayerConfig::AveragePooling2D { .. } => "average_pooling2d",
        LayerConfig::GlobalAveragePooling2D { .. } => "global_average_pooling2d",
        LayerConfig::Dropout { .. } => "dropout",
        LayerConfig::Flatten { .. } => "flatten",
        LayerConfig::Dense { .. } => "dense",
    };
    match before.iter().filter(|other| other.config.class_name() == layer.class_name()).count() {
        0 => stem.to_string(),
        count => format!("{stem}_{count}"),
    }
}

fn weights(layer: &LayerConfig, name: &str, input: Shape, output: Shape) -> Vec<WeightSpec> {
    let weight = |weight: &str, shape: Vec<usize>, trainable, initial| WeightSpec {
        name: format!("{name}/{weight}"),
        shape,
        trainable,
        regularizer: None,
        initial,
    };
    let kernel = |shape: Vec<usize>, fan_in, fan_out, regularizer| WeightSpec {
        regularizer,
        ..weight("kernel", shape, true, Initial::GlorotUniform { fan_in, fan_out })
    };
    let constant =
        |label: &str, length, trainable, value| weight(label, vec![length], trainable, Initial::Constant(value));
    let bias = |used: bool, length| used.then(|| constant("bias", length, true, 0.0));
    match (layer, input) {
        (
            LayerConfig::Conv2D { filters, kernel_size, use_bias, kernel_regularizer, .. },
            Shape::Image([_, _, channels]),
        ) => {
            let [rows, columns] = kernel_size.get();
            let area = rows * columns;
            let shape = vec![*filters, channels, rows, columns];
            [kernel(shape, channels * area, filters * area, *kernel_regularizer)]
                .into_iter()
                .chain(bias(*use_bias, *filters))
                .collect()
        }
        (LayerConfig::Dense { units, use_bias, kernel_regularizer, .. }, Shape::Vector(inputs)) => {
            [kernel(vec![inputs, *units], inputs, *units, *kernel_regularizer)]
                .into_iter()
                .chain(bias(*use_bias, *units))
                .collect()
        }
        (LayerConfig::BatchNormalization { .. }, _) => {
            let channels = *output.dims().last().expect("a shape has at least one axis");
            vec![
                constant("gamma", channels, true, 1.0),
                constant("beta", channels, true, 0.0),
                constant("moving_mean", channels, false, 0.0),
                constant("moving_variance", channels, false, 1.0),
            ]
        }
        _ => Vec::new(),
    }
}

/// A network with weights on a device.
///
/// Weights are flat tensors in the order of the layers, so that optimizers, callbacks and files
/// treat all of them alike; a layer gives them their shape back when it runs.
#[derive(Debug, Clone)]
pub struct Sequential {
    pub(crate) architecture: Architecture,
    pub(crate) weights: Vec<Tensor<1>>,
    pub(crate) device: Device,
}

/// What flows between layers.
enum Flow {
    Image(Tensor<4>),
    Vector(Tensor<2>),
}

impl Sequential {
    /// Draws initial weights: `glorot_uniform` kernels and zero biases, the same on every device.
    #[must_use]
    pub fn new(architecture: Architecture, seed: Seed, device: &Device) -> Self {
        let values = architecture.weights().enumerate().map(|(index, weight)| {
            let count = weight.shape.iter().product();
            match weight.initial {
                Initial::Constant(value) => vec![value; count],
                Initial::GlorotUniform { fan_in, fan_out } => {
                    let limit = (6.0 / (fan_in + fan_out) as f64).sqrt();
                    let mut rng = seed.rng(Purpose::Weights(index));
                    (0..count).map(|_| ((rng.random::<f64>() * 2.0 - 1.0) * limit) as f32).collect()
                }
            }
        });
        let values = values.collect();
        Self::from_values(architecture, values, device)
    }

    /// Puts given weights on a device, in the order and layout of the device.
    pub(crate) fn from_values(architecture: Architecture, values: Vec<Vec<f32>>, device: &Device) -> Self {
        let on_device = |value: Vec<f32>| {
            let length = value.len();
            Tensor::from_data(TensorData::new(value, [length]), device)
        };
        let weights = values.into_iter().map(on_device).collect();
        Self { architecture, weights, device: device.clone() }
    }

    /// The weights, flat, in the order of the layers.
    #[must_use]
    pub fn weights(&self) -> &[Tensor<1>] {
        &self.weights
    }

    /// Scores each class for each picture.
    ///
    /// `weights` are this network's own, or copies of them that record gradients. In training the
    /// moving statistics of batch normalization are updated in place.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, size, size]`, values 0 to 255
    /// - returns logits, before the final softmax: `[batch, classes]`
    pub fn forward(&mut self, weights: &[Tensor<1>], images: Tensor<4>, mode: Mode) -> Tensor<2> {
        let mut flow = Flow::Image(images);
        let last = self.architecture.layers.len() - 1;
        for (index, layer) in self.architecture.layers.iter().enumerate() {
            flow = run(layer, flow, weights, mode, &mut self.weights, index == last);
        }
        match flow {
            Flow::Vector(logits) => logits,
            Flow::Image(_) => unreachable!("a checked network ends in Dense"),
        }
    }

    /// Class probabilities, in inference mode.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, size, size]`, values 0 to 255
    /// - returns `[batch, classes]`, each row summing to 1
    #[must_use]
    pub fn probabilities(&mut self, images: Tensor<4>) -> Tensor<2> {
        activation::softmax(self.logits(images), 1)
    }

    /// [`Self::forward`] in inference mode.
    pub(crate) fn logits(&mut self, images: Tensor<4>) -> Tensor<2> {
        let weights = self.weights.clone();
        self.forward(&weights, images, Mode::Inference)
    }
}

fn run(layer: &Layer, flow: Flow, weights: &[Tensor<1>], mode: Mode, moving: &mut [Tensor<1>], logits: bool) -> Flow {
    let weight = |offset: usize| weights[layer.first + offset].clone();
    match (&layer.config, flow) {
        (LayerConfig::Rescaling { scale, offset, .. }, flow) => {
            flow.each(|x| x * *scale + *offset, |x| x * *scale + *offset)
        }
        (LayerConfig::Conv2D { strides, dilation_rate, activation, use_bias, .. }, Flow::Image(x)) => {
            let shape: [usize; 4] =
                layer.weights[0].shape.clone().try_into().expect("a convolution's kernel has four axes");
            let options = ConvOptions::new_with_padding(strides.get(), layer.pads, dilation_rate.get(), 1);
            let bias = use_bias.then(|| weight(1));
            Flow::Image(activate(*activation, conv2d(x, weight(0).reshape(shape), bias, options)))
        }
        (LayerConfig::BatchNormalization { momentum, epsilon, .. }, flow) => {
            let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(weight);
            let (mean_index, variance_index) = (layer.first + 2, layer.first + 3);
            // A vector is a picture of one pixel: the same kernel serves both.
            let (x, was_vector) = match flow {
                Flow::Image(x) => (x, false),
                Flow::Vector(x) => (x.unsqueeze_dims::<4>(&[2, 3]), true),
            };
            let y = match mode {
                Mode::Inference => batch_norm(x, gamma, beta, mean, variance, *epsilon),
                Mode::Training => {
                    let normalised = batch_norm_train(x, gamma, beta, *epsilon);
                    let blend = |old: Tensor<1>, new: Tensor<1>| old * *momentum + new.inner() * (1.0 - *momentum);
                    moving[mean_index] = blend(mean.inner(), normalised.mean);
                    moving[variance_index] = blend(variance.inner(), normalised.variance);
                    normalised.output
                }
            };
            if was_vector { Flow::Vector(y.flatten(1, 3)) } else { Flow::Image(y) }
        }
        (LayerConfig::Activation { activation, .. }, flow) => {
            flow.each(|x| activate(*activation, x), |x| activate(*activation, x))
        }
        (LayerConfig::MaxPooling2D { pool_size, strides, .. }, Flow::Image(x)) => {
            let mut options = MaxPoolOptions::new(pool_size.get());
            options.stride = strides.unwrap_or(*pool_size).get();
            options.padding = layer.pads;
            Flow::Image(max_pool2d(x, options))
        }
        (LayerConfig::AveragePooling2D { pool_size, strides, .. }, Flow::Image(x)) => {
            let mut options = AvgPoolOptions::new(pool_size.get());
            options.stride = strides.unwrap_or(*pool_size).get();
            options.padding = layer.pads;
            options.count_include_pad = false;
            Flow::Image(avg_pool2d(x, options))
        }
        (LayerConfig::GlobalAveragePooling2D { .. }, Flow::Image(x)) => {
            Flow::Vector(x.flatten::<3>(2, 3).mean_dim(2).flatten(1, 2))
        }
        (LayerConfig::Dropout { rate, .. }, flow) => match mode {
            Mode::Training if *rate > 0.0 => flow.each(|x| dropout(x, *rate), |x| dropout(x, *rate)),
            _ => flow,
        },
        // Keras flattens with channels fastest, so a Dense kernel means the same here and there.
        (LayerConfig::Flatten { .. }, Flow::Image(x)) => Flow::Vector(x.permute([0, 2, 3, 1]).flatten(1, 3)),
        (LayerConfig::Flatten { .. }, flow) => flow,
        (LayerConfig::Dense { activation, use_bias, .. }, Flow::Vector(x)) => {
            let shape: [usize; 2] = layer.weights[0].shape.clone().try_into().expect("a dense kernel has two axes");
            let product = x.matmul(weight(0).reshape(shape));
            let sum = if *use_bias { product + weight(1).unsqueeze() } else { product };
            // The last softmax is left to the loss, which is exact from logits (as Keras's is).
            Flow::Vector(if logits { sum } else { activate(*activation, sum) })
        }
        (config, _) => unreachable!("{} was checked against its input", config.class_name()),
    }
}

impl Flow {
    fn each(self, image: impl FnOnce(Tensor<4>) -> Tensor<4>, vector: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Self {
        match self {
            Self::Image(x) => Self::Image(image(x)),
            Self::Vector(x) => Self::Vector(vector(x)),
        }
    }
}

/// Keras's activations with Keras's constants: leaky slope 0.2 (`LeakyReLU` has 0.3), exact GELU.
fn activate<const D: usize>(kind: Activation, x: Tensor<D>) -> Tensor<D> {
    match kind {
        Activation::Linear => x,
        Activation::Relu => activation::relu(x),
        Activation::LeakyRelu => activation::leaky_relu(x, 0.2),
        Activation::Elu => activation::elu(x, 1.0),
        Activation::Gelu => activation::gelu(x),
        Activation::Silu => activation::silu(x),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Tanh => activation::tanh(x),
        Activation::Softmax => activation::softmax(x, D - 1),
    }
}

/// Inverted dropout: a kept value is scaled by `1 / (1 - rate)`, so the mean stays.
fn dropout<const D: usize>(x: Tensor<D>, rate: f64) -> Tensor<D> {
    let device = x.device().inner();
    let mask = Tensor::<D>::random(x.shape(), Distribution::Bernoulli(1.0 - rate), &device);
    x * (mask / (1.0 - rate))
}
