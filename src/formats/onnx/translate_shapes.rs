//! Operators of ONNX that change the order of values or the shape that they have, as layers.

use crate::formats::onnx::features::{Features, Order};
use crate::formats::onnx::operator::Operator;
use crate::formats::onnx::proto::TensorProto;
use crate::formats::onnx::step::Step;
use crate::formats::onnx::translate::Translator;
use crate::network::layers::{Concatenate, Flatten, Reshape};
use crate::network::{LayerConfig, Shape};

impl<'a> Translator<'a> {
    /// `Transpose`, where it only moves the channels to the other end.
    pub(super) fn transpose(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let order = match (operator.ints("perm").unwrap_or_default(), x.order) {
            ([0, 1, 2, 3], order) | ([0, 1], order @ Order::Vector) => order,
            ([0, 3, 1, 2], Order::ChannelsLast) => Order::ChannelsFirst,
            ([0, 2, 3, 1], Order::ChannelsFirst) => Order::ChannelsLast,
            (perm, _) => {
                return Err(operator.cannot(format!("with perm = {perm:?}; only channels are moved, to the other end")));
            }
        };
        Ok(Features { order, ..x })
    }

    /// `Flatten`, `Reshape`, `Squeeze` and `Unsqueeze`, between a picture and a vector.
    pub(super) fn reshape(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let x = self.features(operator, 0)?;
        let units = x.shape.len() as i64;
        let axes = || -> Result<Vec<i64>, String> {
            let given = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
            Ok(given.or_else(|| operator.ints("axes").map(<[i64]>::to_vec)).unwrap_or_default())
        };
        let cannot = || operator.cannot("to something other than a vector, which there is not here");
        let pixel = matches!(x.shape, Shape::Image([1, 1, _]));
        match (operator.kind(), x.shape) {
            ("Flatten", _) if operator.int("axis", 1) == 1 => self.flattened(operator, x),
            ("Squeeze", Shape::Image(_)) if pixel => {
                let mut axes: Vec<i64> = axes()?.iter().map(|axis| axis.rem_euclid(4)).collect();
                axes.sort_unstable();
                match (&axes[..], x.order) {
                    ([], _) | ([2, 3], Order::ChannelsFirst) | ([1, 2], Order::ChannelsLast) => {
                        self.flattened(operator, x)
                    }
                    _ => Err(cannot()),
                }
            }
            ("Unsqueeze", Shape::Vector(_)) if x.order == Order::Vector && matches!(axes()?[..], [2, 3] | [-2, -1]) => {
                self.as_pixel(operator, x)
            }
            ("Reshape", _) => {
                let target = self.given(operator, 1)?.map(TensorProto::read_ints).transpose()?;
                let target = target.or_else(|| operator.ints("shape").map(<[i64]>::to_vec)).unwrap_or_default();
                let is = |axis: i64| axis == units || axis == -1;
                // The axis of the batch stays, or its length is not told.
                match target[..] {
                    [-1..=1, values] if is(values) => self.flattened(operator, x),
                    [-1..=1, channels, 1, 1] if is(channels) && pixel => {
                        Ok(Features { order: Order::ChannelsFirst, ..x })
                    }
                    [-1..=1, 1, 1, channels] if is(channels) && pixel => {
                        Ok(Features { order: Order::ChannelsLast, ..x })
                    }
                    [-1..=1, channels, 1, 1] if is(channels) && x.order == Order::Vector => self.as_pixel(operator, x),
                    // As in Keras, whose values lie in this order too.
                    [-1..=1, ref axes @ ..]
                        if axes.len() == 3 && matches!(x.order, Order::ChannelsLast | Order::Vector) =>
                    {
                        let layer = LayerConfig::Reshape(Reshape { target_shape: axes.to_vec(), name: None });
                        let name = self.name(operator);
                        let reshaped = self.push(operator, name, layer, &[x])?;
                        Ok(Features { order: Order::ChannelsLast, positive: x.positive, ..reshaped })
                    }
                    _ => Err(cannot()),
                }
            }
            _ => Err(cannot()),
        }
    }

    /// A picture as a vector.
    pub(super) fn flattened(&mut self, operator: Operator<'a>, x: Features) -> Result<Features, String> {
        let Shape::Image(picture @ [rows, columns, channels]) = x.shape else { return Ok(x) };
        let alike = rows * columns == 1 || channels == 1 || x.order == Order::ChannelsLast;
        let order = if alike { Order::Vector } else { Order::Planes(picture) };
        // A global pool can give a vector itself.
        if let Some(Step { layer, .. }) = self.own_layer(x) {
            let keepdims = match layer {
                LayerConfig::GlobalAveragePooling2D(pool) => Some(&mut pool.keepdims),
                LayerConfig::GlobalMaxPooling2D(pool) => Some(&mut pool.keepdims),
                _ => None,
            };
            if let Some(keepdims) = keepdims {
                *keepdims = false;
                return Ok(Features { shape: Shape::Vector(channels), order, ..x });
            }
        }
        let name = self.name(operator);
        let flat = self.push(operator, name, LayerConfig::Flatten(Flatten { name: None }), &[x])?;
        Ok(Features { order, positive: x.positive, ..flat })
    }

    /// A vector as a picture of one pixel.
    fn as_pixel(&mut self, operator: Operator<'a>, x: Features) -> Result<Features, String> {
        let name = self.name(operator);
        let layer = LayerConfig::Reshape(Reshape { target_shape: vec![1, 1, -1], name: None });
        Ok(Features { positive: x.positive, ..self.push(operator, name, layer, &[x])? })
    }

    /// `Concat` of channels.
    pub(super) fn concatenation(&mut self, operator: Operator<'a>) -> Result<Features, String> {
        let count = operator.node.input.len();
        let inputs = (0..count).map(|index| self.features(operator, index)).collect::<Result<Vec<_>, _>>()?;
        let order = inputs.first().map(|input| input.order);
        let axis = operator.int("axis", 1);
        let channels = match order {
            Some(Order::ChannelsFirst) => [1, -3].contains(&axis),
            Some(Order::ChannelsLast) => [3, -1].contains(&axis),
            Some(Order::Vector) => [1, -1].contains(&axis),
            Some(Order::Planes(_)) | None => false,
        };
        if !channels || count < 2 || inputs.iter().any(|input| Some(input.order) != order) {
            return Err(operator.cannot("of something other than the channels of branches, which there is not here"));
        }
        let name = self.name(operator);
        let layer = LayerConfig::Concatenate(Concatenate { branches: Vec::new(), name: None });
        let joined = self.push(operator, name, layer, &inputs)?;
        Ok(Features { positive: inputs.iter().all(|input| input.positive), ..joined })
    }
}
