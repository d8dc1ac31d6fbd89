//! The operators that a network needs, with the numbers of TensorFlow Lite's public `schema.fbs`.

use crate::kernels::ConvParams;
use crate::network::Padding;

/// An operator and its options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operator {
    Abs,
    Add,
    AveragePool2D(ConvParams, Padding),
    /// Of the last axis.
    Concatenation,
    Conv2D(ConvParams, Padding, Fused),
    DepthwiseConv2D(ConvParams, Padding, Fused, usize),
    Div,
    Elu,
    Exp,
    FullyConnected(Fused),
    Gelu,
    Greater,
    HardSwish,
    LeakyRelu(f64),
    Log,
    Logistic,
    MaxPool2D(ConvParams, Padding),
    /// The mean over some axes; they stay with the length 1 or go.
    Mean(Keep),
    Minimum,
    Mul,
    Neg,
    Pad,
    ReduceMax(Keep),
    Relu,
    Relu6,
    Reshape,
    SelectV2,
    Softmax,
    Sqrt,
    Sub,
    Tanh,
}

/// Whether the axes of a reduction stay.
pub(crate) type Keep = bool;

/// The activation that an operator computes too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fused {
    None = 0,
    Relu = 1,
    Relu6 = 3,
}

/// A field of a table of options.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Byte(i8),
    Int(i32),
    Float(f32),
    Flag(bool),
}

impl Operator {
    /// Its number in the enumeration `BuiltinOperator`, and the version that has its options.
    pub(crate) fn code(self) -> (i32, i32) {
        let code = match self {
            Self::Add => 0,
            Self::AveragePool2D(..) => 1,
            Self::Concatenation => 2,
            Self::Conv2D(..) => 3,
            Self::DepthwiseConv2D(params, ..) if params.dilation != [1, 1] => return (4, 2),
            Self::DepthwiseConv2D(..) => 4,
            Self::FullyConnected(_) => 9,
            Self::Logistic => 14,
            Self::MaxPool2D(..) => 17,
            Self::Mul => 18,
            Self::Relu => 19,
            Self::Relu6 => 21,
            Self::Reshape => 22,
            Self::Softmax => 25,
            Self::Tanh => 28,
            Self::Pad => 34,
            Self::Mean(_) => 40,
            Self::Sub => 41,
            Self::Div => 42,
            Self::Exp => 47,
            Self::Minimum => 57,
            Self::Neg => 59,
            Self::Greater => 61,
            Self::Log => 73,
            Self::Sqrt => 75,
            Self::ReduceMax(_) => 82,
            Self::LeakyRelu(_) => 98,
            Self::Abs => 101,
            Self::Elu => 111,
            Self::HardSwish => 117,
            Self::SelectV2 => 123,
            Self::Gelu => 150,
        };
        (code, 1)
    }

    /// The number of its table in the union `BuiltinOptions`, and the fields in the order of their slots; 0 is no table.
    pub(crate) fn options(self) -> (u8, Vec<Field>) {
        use Field::{Byte, Flag, Float, Int};
        let int = |number: usize| Int(number as i32);
        let fused = |fused: Fused| Byte(fused as i8);
        let padding = |padding| Byte(i8::from(padding == Padding::Valid));
        let pool = |params: ConvParams, border| {
            let ([down, across], [rows, columns]) = (params.strides, params.size);
            vec![padding(border), int(across), int(down), int(columns), int(rows), fused(Fused::None)]
        };
        match self {
            Self::Conv2D(params, border, activation) => {
                let ([down, across], [rows, columns]) = (params.strides, params.dilation);
                (1, vec![padding(border), int(across), int(down), fused(activation), int(columns), int(rows)])
            }
            Self::DepthwiseConv2D(params, border, activation, multiplier) => {
                let ([down, across], [rows, columns]) = (params.strides, params.dilation);
                let strides = [padding(border), int(across), int(down), int(multiplier)];
                (2, [strides.as_slice(), &[fused(activation), int(columns), int(rows)]].concat())
            }
            Self::AveragePool2D(params, border) | Self::MaxPool2D(params, border) => (5, pool(params, border)),
            Self::FullyConnected(activation) => (8, vec![fused(activation)]),
            Self::Softmax => (9, vec![Float(1.0)]),
            Self::Concatenation => (10, vec![Int(-1), fused(Fused::None)]),
            Self::Add => (11, vec![fused(Fused::None)]),
            Self::Mul => (21, vec![fused(Fused::None)]),
            Self::Mean(keep) | Self::ReduceMax(keep) => (27, vec![Flag(keep)]),
            Self::Sub => (28, vec![fused(Fused::None)]),
            Self::Div => (29, vec![fused(Fused::None)]),
            Self::LeakyRelu(slope) => (75, vec![Float(slope as f32)]),
            Self::Gelu => (116, vec![Flag(false)]),
            _ => (0, Vec::new()),
        }
    }
}
