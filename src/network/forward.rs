//! The input, the output and the context of a layer's forward pass.

use burn::tensor::Tensor;

use crate::data::Rows;
use crate::kernels::{ConvParams, FusedActivation};
use crate::network::{Activation, Masks, Shape, WeightSpec};

/// What a forward pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Dropout is on, batch normalization uses the batch's own statistics. The pictures are these rows of
    /// the batch of the step.
    Training(Rows),
    /// Dropout is off, batch normalization uses the moving statistics.
    Inference,
}

/// What flows between layers.
#[derive(Debug, Clone)]
pub(crate) enum Flow {
    /// `[batch, rows, columns, channels]`.
    Image(Tensor<4>),
    /// `[batch, units]`.
    Vector(Tensor<2>),
}

impl Flow {
    /// The pictures; only called by layers that were checked to get some.
    pub(crate) fn image(self) -> Tensor<4> {
        match self {
            Self::Image(x) => x,
            Self::Vector(_) => unreachable!("a checked layer gets a picture"),
        }
    }

    /// The vectors; only called by layers that were checked to get some.
    pub(crate) fn vector(self) -> Tensor<2> {
        match self {
            Self::Vector(x) => x,
            Self::Image(_) => unreachable!("a checked layer gets a vector"),
        }
    }

    /// Gives the values of [`Self::flat`] their shape back.
    pub(crate) fn from_flat(values: Tensor<2>, shape: Shape) -> Self {
        match shape {
            Shape::Image([rows, columns, channels]) => {
                let batch = values.dims()[0];
                Self::Image(values.reshape([batch, rows, columns, channels]))
            }
            Shape::Vector(_) => Self::Vector(values),
        }
    }

    /// Each picture's values in a row, `[batch, values]`.
    pub(crate) fn flat(self) -> Tensor<2> {
        match self {
            Self::Image(x) => x.flatten(1, 3),
            Self::Vector(x) => x,
        }
    }

    pub(crate) fn each(
        self,
        image: impl FnOnce(Tensor<4>) -> Tensor<4>,
        vector: impl FnOnce(Tensor<2>) -> Tensor<2>,
    ) -> Self {
        match self {
            Self::Image(x) => Self::Image(image(x)),
            Self::Vector(x) => Self::Vector(vector(x)),
        }
    }

    pub(crate) fn activate(self, activation: Activation) -> Self {
        self.each(|x| activation.apply(x), |x| activation.apply(x))
    }

    /// The sum; only called where both were checked to have one shape.
    pub(crate) fn plus(self, other: Self) -> Self {
        match other {
            Self::Image(other) => Self::Image(self.image() + other),
            Self::Vector(other) => Self::Vector(self.vector() + other),
        }
    }

    /// What was made of some pictures and then of others, together; only called where they were checked to have one shape.
    pub(crate) fn below(mut values: Vec<Self>) -> Self {
        match values.first() {
            Some(_) if values.len() == 1 => values.remove(0),
            Some(Self::Image(_)) => Self::Image(Tensor::cat(values.into_iter().map(Self::image).collect(), 0)),
            _ => Self::Vector(Tensor::cat(values.into_iter().map(Self::vector).collect(), 0)),
        }
    }

    /// Several values channel after channel; only called where they were checked to have the same rows and columns.
    pub(crate) fn side_by_side(values: Vec<Self>) -> Self {
        match values.first() {
            Some(Self::Image(_)) => Self::Image(Tensor::cat(values.into_iter().map(Self::image).collect(), 3)),
            _ => Self::Vector(Tensor::cat(values.into_iter().map(Self::vector).collect(), 1)),
        }
    }
}

/// What a convolution uses in place of its own weights and activation, to compute `activation(scale · y + shift)` for each channel
/// of its output `y`.
#[derive(Debug, Clone)]
pub(crate) struct Folded {
    /// Flat.
    pub(crate) kernel: Tensor<1>,
    /// `[channels]`.
    pub(crate) bias: Tensor<1>,
    pub(crate) activation: FusedActivation,
}

/// What a layer needs besides its input.
pub(crate) struct ForwardContext<'a> {
    pub(crate) mode: Mode,
    /// The shape of one sample of the input.
    pub(crate) input: Shape,
    /// The geometry of the layer's window.
    pub(crate) params: ConvParams,
    /// The max pool that this convolution computes too.
    pub(crate) fused_pool: Option<ConvParams>,
    /// What this convolution adds to its output, in place of a sum after it.
    pub(crate) added: Option<Tensor<4>>,
    /// The batch normalization and the activation that this convolution computes too.
    pub(crate) folded: Option<Folded>,
    pub(crate) specs: &'a [WeightSpec],
    /// The layer's weights, or copies that record gradients.
    pub(crate) weights: &'a [Tensor<1>],
    /// The layer's weights in the network, where new moving statistics go.
    pub(crate) updates: &'a mut [Tensor<1>],
    /// The masks of dropout that were drawn before.
    pub(crate) masks: &'a mut Masks,
    /// Whether the layer ends the network.
    pub(crate) last: bool,
}

impl ForwardContext<'_> {
    /// A weight of the layer, flat.
    pub(crate) fn weight(&self, index: usize) -> Tensor<1> {
        self.weights[index].clone()
    }

    /// A weight of the layer, in its shape on the device.
    pub(crate) fn shaped<const D: usize>(&self, index: usize) -> Tensor<D> {
        let shape: [usize; D] = self.specs[index].shape.clone().try_into().expect("a kernel has its axes");
        self.weight(index).reshape(shape)
    }

    /// Replaces a moving statistic.
    #[cfg_attr(
        not(feature = "webgpu"),
        expect(
            dead_code,
            reason = "a processor's steps are cut where statistics change: see training/parallel/part.rs"
        )
    )]
    pub(crate) fn update(&mut self, index: usize, value: Tensor<1>) {
        self.updates[index] = value;
    }

    /// The activation, except at the end of the network: there the layer returns logits, and the loss applies softmax,
    /// which is exact from logits (as Keras's is).
    pub(crate) fn activation_or_logits(&self, activation: Activation) -> Activation {
        if self.last { Activation::Linear } else { activation }
    }
}
