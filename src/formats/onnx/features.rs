//! What is known of a tensor of an ONNX file: a constant, or what a layer computes, and in which order its values lie.

use crate::formats::onnx::proto::TensorProto;
use crate::network::Shape;

/// The order of a tensor's values in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// A picture `[batch, channels, rows, columns]`.
    ChannelsFirst,
    /// A picture `[batch, rows, columns, channels]`.
    ChannelsLast,
    /// A vector as it is here.
    Vector,
    /// A vector that was a picture of these rows, columns and channels, with its channels first.
    Planes([usize; 3]),
}

/// What a layer computes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Features {
    /// The position of the layer.
    pub(super) at: usize,
    pub(super) shape: Shape,
    pub(super) order: Order,
    /// Several operators read it, so that it must stay as it is.
    pub(super) shared: bool,
    /// No value is below 0.
    pub(super) positive: bool,
}

/// A tensor of the file.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Constant(&'a TensorProto),
    Features(Features),
}
