//! Layers as data: Keras's class names, arguments and defaults, and the shapes they make.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// One number for both axes, or `[height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pair {
    /// The same for height and width.
    Same(usize),
    /// Height, then width.
    Each([usize; 2]),
}

impl Pair {
    /// `[height, width]`.
    #[must_use]
    pub fn get(self) -> [usize; 2] {
        match self {
            Self::Same(both) => [both, both],
            Self::Each(each) => each,
        }
    }

    fn one() -> Self {
        Self::Same(1)
    }

    fn two() -> Self {
        Self::Same(2)
    }
}

/// How a window treats the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// Windows lie inside the picture.
    #[default]
    Valid,
    /// `out = ceil(in / stride)`; an odd pad puts the extra row at the bottom and column at the right.
    Same,
}

/// An element-wise function, or softmax over the last axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are Keras's and say all there is")]
pub enum Activation {
    #[default]
    Linear,
    Relu,
    LeakyRelu,
    Elu,
    Gelu,
    Silu,
    Sigmoid,
    Tanh,
    Softmax,
}

/// A penalty on large weights, added to the loss: `l1 Σ|w| + l2 Σ w²`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regularizer {
    /// 0 or more.
    pub l1: f64,
    /// 0 or more.
    pub l2: f64,
}

impl Default for Regularizer {
    fn default() -> Self {
        Self { l1: 0.0, l2: 0.0 }
    }
}

/// One layer of a [`ModelConfig`], named and defaulted as in Keras.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub enum LayerConfig {
    /// `x * scale + offset`.
    Rescaling {
        scale: f64,
        #[serde(default)]
        offset: f64,
        #[serde(default)]
        name: Option<String>,
    },
    /// A convolution with a `[filters, channels, height, width]` kernel.
    Conv2D {
        filters: usize,
        kernel_size: Pair,
        #[serde(default = "Pair::one")]
        strides: Pair,
        #[serde(default)]
        padding: Padding,
        #[serde(default = "Pair::one")]
        dilation_rate: Pair,
        #[serde(default)]
        activation: Activation,
        #[serde(default = "yes")]
        use_bias: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kernel_regularizer: Option<Regularizer>,
        #[serde(default)]
        name: Option<String>,
    },
    /// Normalises each channel; `moving = moving * momentum + batch * (1 - momentum)`.
    BatchNormalization {
        #[serde(default = "momentum")]
        momentum: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default)]
        name: Option<String>,
    },
    /// An activation on its own.
    Activation {
        activation: Activation,
        #[serde(default)]
        name: Option<String>,
    },
    /// The largest value of each window.
    MaxPooling2D {
        #[serde(default = "Pair::two")]
        pool_size: Pair,
        #[serde(default)]
        strides: Option<Pair>,
        #[serde(default)]
        padding: Padding,
        #[serde(default)]
        name: Option<String>,
    },
    /// The mean of each window, its padding not counted.
    AveragePooling2D {
        #[serde(default = "Pair::two")]
        pool_size: Pair,
        #[serde(default)]
        strides: Option<Pair>,
        #[serde(default)]
        padding: Padding,
        #[serde(default)]
        name: Option<String>,
    },
    /// The mean of each channel.
    GlobalAveragePooling2D {
        #[serde(default)]
        name: Option<String>,
    },
    /// Sets a share of the values to zero while training and scales the rest by `1 / (1 - rate)`.
    Dropout {
        rate: f64,
        #[serde(default)]
        name: Option<String>,
    },
    /// Rows, columns and channels in one vector, channels fastest, as Keras lays them.
    Flatten {
        #[serde(default)]
        name: Option<String>,
    },
    /// `x W + b`.
    Dense {
        units: usize,
        #[serde(default)]
        activation: Activation,
        #[serde(default = "yes")]
        use_bias: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kernel_regularizer: Option<Regularizer>,
        #[serde(default)]
        name: Option<String>,
    },
}

fn yes() -> bool {
    true
}

fn momentum() -> f64 {
    0.99
}

fn epsilon() -> f64 {
    1e-3
}

/// A Sequential network for square RGB pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelConfig {
    /// The height and width of the pictures, in pixels.
    pub image_size: usize,
    /// The layers, the first one nearest the picture.
    pub layers: Vec<LayerConfig>,
}

/// The shape of one sample between two layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Rows, columns, channels.
    Image([usize; 3]),
    /// A vector.
    Vector(usize),
}

impl Shape {
    /// The numbers, in Keras's order.
    #[must_use]
    pub fn dims(self) -> Vec<usize> {
        match self {
            Self::Image(dims) => dims.to_vec(),
            Self::Vector(units) => vec![units],
        }
    }

    /// The number of values.
    #[must_use]
    pub fn len(self) -> usize {
        self.dims().iter().product()
    }

    /// Whether there is no value, which no checked network has.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(None")?;
        self.dims().iter().try_for_each(|dim| write!(f, ", {dim}"))?;
        f.write_str(")")
    }
}

/// The pads before and after each axis, `[(top, bottom), (left, right)]`.
pub(crate) type Pads = [(usize, usize); 2];

/// The output size of a window sliding over one axis, and its pads.
///
/// `same` is TensorFlow's rule: `out = ceil(in / stride)`, `pad = (out - 1) stride + window - in`,
/// the odd one at the end.
fn slide(input: usize, window: usize, stride: usize, padding: Padding) -> Option<(usize, (usize, usize))> {
    match padding {
        Padding::Valid => Some((input.checked_sub(window)? / stride + 1, (0, 0))),
        Padding::Same => {
            let output = input.div_ceil(stride);
            let pad = ((output - 1) * stride + window).saturating_sub(input);
            Some((output, (pad / 2, pad - pad / 2)))
        }
    }
}

impl LayerConfig {
    /// Keras's class name.
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::Rescaling { .. } => "Rescaling",
            Self::Conv2D { .. } => "Conv2D",
            Self::BatchNormalization { .. } => "BatchNormalization",
            Self::Activation { .. } => "Activation",
            Self::MaxPooling2D { .. } => "MaxPooling2D",
            Self::AveragePooling2D { .. } => "AveragePooling2D",
            Self::GlobalAveragePooling2D { .. } => "GlobalAveragePooling2D",
            Self::Dropout { .. } => "Dropout",
            Self::Flatten { .. } => "Flatten",
            Self::Dense { .. } => "Dense",
        }
    }

    /// The name a person gave, if any.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        match self {
            Self::Rescaling { name, .. }
            | Self::Conv2D { name, .. }
            | Self::BatchNormalization { name, .. }
            | Self::Activation { name, .. }
            | Self::MaxPooling2D { name, .. }
            | Self::AveragePooling2D { name, .. }
            | Self::GlobalAveragePooling2D { name }
            | Self::Dropout { name, .. }
            | Self::Flatten { name }
            | Self::Dense { name, .. } => name.as_deref(),
        }
    }

    /// The shape this layer makes of `input`, and the pads of its window.
    ///
    /// # Errors
    ///
    /// An argument is out of range, or the layer cannot take that shape; the sentence names the
    /// layer and both shapes.
    pub(crate) fn output(&self, name: &str, input: Shape) -> Result<(Shape, Pads)> {
        let wrong = |reason: String| Err(Error::layer(name, reason));
        let needs_image = || {
            Error::layer(
                name,
                format!("needs a picture (None, rows, columns, channels) but gets {input}; put it before Flatten"),
            )
        };
        let image = match input {
            Shape::Image(dims) => Ok(dims),
            Shape::Vector(_) => Err(needs_image()),
        };
        let no_pads = [(0, 0); 2];
        let slid = |window: [usize; 2], strides: [usize; 2], padding, channels| {
            let [rows, columns, _] = image.clone()?;
            match (slide(rows, window[0], strides[0], padding), slide(columns, window[1], strides[1], padding)) {
                (Some((rows, vertical)), Some((columns, horizontal))) => {
                    Ok((Shape::Image([rows, columns, channels]), [vertical, horizontal]))
                }
                _ => wrong(format!(
                    "has a window of ({}, {}) that does not fit into its input {input}; use padding \"same\", a smaller window or larger pictures",
                    window[0], window[1]
                )),
            }
        };
        if let Self::Conv2D { kernel_regularizer: Some(Regularizer { l1, l2 }), .. }
        | Self::Dense { kernel_regularizer: Some(Regularizer { l1, l2 }), .. } = *self
            && ![l1, l2].iter().all(|penalty| penalty.is_finite() && *penalty >= 0.0)
        {
            return wrong(format!("needs a kernelRegularizer with l1 and l2 of 0 or more, not {l1} and {l2}"));
        }
        match *self {
            Self::Rescaling { scale, offset, .. } if !(scale.is_finite() && offset.is_finite()) => {
                wrong("needs a finite scale and offset".into())
            }
            Self::Conv2D { filters, kernel_size, strides, padding, dilation_rate, .. } => {
                let ([kh, kw], stride, dilation) = (kernel_size.get(), strides.get(), dilation_rate.get());
                if [filters, kh, kw].iter().chain(&stride).chain(&dilation).any(|&n| n == 0) {
                    return wrong("needs filters, kernelSize, strides and dilationRate of at least 1".into());
                }
                if filters > 4096 || kh.max(kw) > 64 {
                    return wrong(format!(
                        "asks for {filters} filters of ({kh}, {kw}); at most 4096 of (64, 64) are supported"
                    ));
                }
                if stride != [1, 1] && dilation != [1, 1] {
                    return wrong("cannot have both strides and dilationRate above 1".into());
                }
                slid([(kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1], stride, padding, filters)
            }
            Self::BatchNormalization { momentum, epsilon, .. }
                if !((0.0..1.0).contains(&momentum) && epsilon > 0.0 && epsilon.is_finite()) =>
            {
                wrong(format!(
                    "needs a momentum from 0 to below 1 and an epsilon above 0, not {momentum} and {epsilon}"
                ))
            }
            Self::MaxPooling2D { pool_size, strides, padding, .. }
            | Self::AveragePooling2D { pool_size, strides, padding, .. } => {
                let (window, stride) = (pool_size.get(), strides.unwrap_or(pool_size).get());
                if window.iter().chain(&stride).any(|&n| n == 0) {
                    return wrong("needs a poolSize and strides of at least 1".into());
                }
                slid(window, stride, padding, image.clone()?[2])
            }
            Self::GlobalAveragePooling2D { .. } => Ok((Shape::Vector(image?[2]), no_pads)),
            Self::Dropout { rate, .. } if !(0.0..1.0).contains(&rate) => {
                wrong(format!("needs a rate from 0 to below 1, not {rate}"))
            }
            Self::Activation { activation: Activation::Softmax, .. } if image.is_ok() => {
                wrong("applies softmax to a picture; put it after Flatten".into())
            }
            Self::Flatten { .. } => Ok((Shape::Vector(input.len()), no_pads)),
            Self::Dense { units, .. } => match input {
                Shape::Vector(inputs) if units > 0 && units <= 65_536 => {
                    if inputs * units > 1 << 28 {
                        return wrong(format!(
                            "would have {inputs} x {units} weights, over 1 GB; pool more before Flatten"
                        ));
                    }
                    Ok((Shape::Vector(units), no_pads))
                }
                Shape::Vector(_) => wrong(format!("needs from 1 to 65536 units, not {units}")),
                Shape::Image(_) => wrong(format!(
                    "needs a vector (None, units) but gets {input}; put Flatten or GlobalAveragePooling2D before it"
                )),
            },
            _ => Ok((input, no_pads)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_puts_the_odd_one_at_the_end() {
        assert_eq!(slide(75, 2, 1, Padding::Same), Some((75, (0, 1))));
        assert_eq!(slide(75, 3, 2, Padding::Same), Some((38, (1, 1))));
        assert_eq!(slide(6, 3, 2, Padding::Same), Some((3, (0, 1))));
        assert_eq!(slide(75, 2, 2, Padding::Valid), Some((37, (0, 0))));
        assert_eq!(slide(2, 3, 1, Padding::Valid), None);
    }

    #[test]
    fn a_layer_from_json_has_keras_defaults_and_refuses_unknown_words() {
        let pool: LayerConfig = serde_json::from_str(r#"{"type":"MaxPooling2D"}"#).unwrap();
        assert_eq!(pool.output("p", Shape::Image([75, 75, 3])).unwrap().0, Shape::Image([37, 37, 3]));
        let wrong = serde_json::from_str::<LayerConfig>(r#"{"type":"Dense","units":2,"unit":3}"#);
        assert!(wrong.unwrap_err().to_string().contains("unit"));
    }

    #[test]
    fn what_does_not_fit_names_the_layer_and_the_shapes() {
        let conv: LayerConfig = serde_json::from_str(r#"{"type":"Conv2D","filters":8,"kernelSize":[5,5]}"#).unwrap();
        let sentence = conv.output("conv2d_3", Shape::Image([4, 4, 8])).unwrap_err().to_string();
        assert!(
            sentence.contains("\"conv2d_3\"") && sentence.contains("(5, 5)") && sentence.contains("(None, 4, 4, 8)"),
            "{sentence}"
        );
        let dense: LayerConfig = serde_json::from_str(r#"{"type":"Dense","units":3}"#).unwrap();
        assert!(dense.output("dense", Shape::Image([4, 4, 8])).unwrap_err().to_string().contains("Flatten"));
    }
}
