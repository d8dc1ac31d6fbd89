//! What layers hand on, and what they see of a forward pass.

use burn::tensor::Tensor;

use crate::network::{activation::Activation, architecture::Layer, sequential::Mode};

/// What flows between layers.
#[derive(Debug, Clone)]
pub(crate) enum Flow {
    /// `[batch, rows, columns, channels]`.
    Image(Tensor<4>),
    /// `[batch, units]`.
    Vector(Tensor<2>),
}

impl Flow {
    /// The picture it is; only asked by layers that were checked to get one.
    pub(crate) fn image(self) -> Tensor<4> {
        match self {
            Self::Image(x) => x,
            Self::Vector(_) => unreachable!("a checked layer gets a picture"),
        }
    }

    /// The vector it is; only asked by layers that were checked to get one.
    pub(crate) fn vector(self) -> Tensor<2> {
        match self {
            Self::Vector(x) => x,
            Self::Image(_) => unreachable!("a checked layer gets a vector"),
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

    /// The sum; only asked where both were checked to have one shape.
    pub(crate) fn plus(self, other: Self) -> Self {
        match other {
            Self::Image(other) => Self::Image(self.image() + other),
            Self::Vector(other) => Self::Vector(self.vector() + other),
        }
    }
}

/// One layer's view of a forward pass.
pub(crate) struct Pass<'a> {
    pub(crate) layer: &'a Layer,
    pub(crate) mode: Mode,
    /// The network's weights, or copies that record gradients.
    pub(crate) weights: &'a [Tensor<1>],
    /// The network's own weights, to keep moving statistics in.
    pub(crate) own: &'a mut [Tensor<1>],
    pub(crate) last: bool,
}

impl Pass<'_> {
    /// The layer's weight at this place, flat.
    pub(crate) fn weight(&self, place: usize) -> Tensor<1> {
        self.weights[self.layer.first + place].clone()
    }

    /// The layer's weight at this place, in its shape on the device.
    pub(crate) fn shaped<const D: usize>(&self, place: usize) -> Tensor<D> {
        let shape: [usize; D] = self.layer.weights[place].shape.clone().try_into().expect("a kernel has its axes");
        self.weight(place).reshape(shape)
    }

    /// Replaces a moving statistic.
    pub(crate) fn update(&mut self, place: usize, value: Tensor<1>) {
        self.own[self.layer.first + place] = value;
    }

    /// The softmax that ends a network is left to the loss, which is exact from logits (as Keras's is).
    pub(crate) fn unless_last(&self, activation: Activation) -> Activation {
        if self.last { Activation::Linear } else { activation }
    }
}
