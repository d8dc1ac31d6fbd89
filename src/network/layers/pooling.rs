//! Windows that keep one number each.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::LayerKind;
use crate::{
    kernels::{Stride, convolution, max_pool},
    network::{
        forward::{Flow, Pass},
        shape::Shape,
        window::{Padding, Pads, Pair, Window},
    },
};

/// The largest value of each window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct MaxPooling2D {
    #[serde(default = "Pair::two")]
    pub pool_size: Pair,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strides: Option<Pair>,
    #[serde(default)]
    pub padding: Padding,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The mean of each window, its padding not counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct AveragePooling2D {
    #[serde(default = "Pair::two")]
    pub pool_size: Pair,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strides: Option<Pair>,
    #[serde(default)]
    pub padding: Padding,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The mean of each channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct GlobalAveragePooling2D {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The largest value of each channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct GlobalMaxPooling2D {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

fn window(size: Pair, strides: Option<Pair>, padding: Padding) -> Window {
    Window { size: size.get(), strides: strides.unwrap_or(size).get(), dilation: [1, 1], padding }
}

fn pooled(window: Window, input: Shape) -> Result<Shape, String> {
    let ([rows, columns], _) = window.slide(input)?;
    Ok(Shape::Image([rows, columns, input.channels()]))
}

impl LayerKind for MaxPooling2D {
    fn class_name(&self) -> &'static str {
        "MaxPooling2D"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn window(&self) -> Option<Window> {
        Some(window(self.pool_size, self.strides, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        pooled(window(self.pool_size, self.strides, self.padding), input)
    }

    fn forward(&self, x: Flow, pass: &mut Pass<'_>) -> Flow {
        Flow::Image(max_pool(x.image(), self.stride(pass.layer.pads)))
    }
}

impl MaxPooling2D {
    pub(crate) fn stride(&self, pads: Pads) -> Stride {
        let (size, strides) = (self.pool_size.get(), self.strides.unwrap_or(self.pool_size).get());
        Stride { size, strides, dilation: [1, 1], pads }
    }
}

impl LayerKind for AveragePooling2D {
    fn class_name(&self) -> &'static str {
        "AveragePooling2D"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn window(&self) -> Option<Window> {
        Some(window(self.pool_size, self.strides, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        pooled(window(self.pool_size, self.strides, self.padding), input)
    }

    fn forward(&self, x: Flow, pass: &mut Pass<'_>) -> Flow {
        let (x, size) = (x.image(), self.pool_size.get());
        let strides = self.strides.unwrap_or(self.pool_size).get();
        let ([_, rows, columns, channels], device) = (x.dims(), x.device().inner());
        // The sum of a window is a convolution of each channel by itself, with a kernel of ones.
        let ones = |depth| Tensor::ones([size[0], size[1], 1, depth], &device);
        let none = |depth| Tensor::zeros([depth], &device);
        let stride = Stride { size, strides, dilation: [1, 1], pads: pass.layer.pads };
        let sums = convolution(x, ones(channels), none(channels), stride, false);
        // The padding does not count: the sums of a picture of ones are what does.
        let counts = convolution(Tensor::ones([1, rows, columns, 1], &device), ones(1), none(1), stride, false);
        Flow::Image(sums / counts)
    }
}

impl LayerKind for GlobalAveragePooling2D {
    fn class_name(&self) -> &'static str {
        "GlobalAveragePooling2D"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        input.image().map(|[_, _, channels]| Shape::Vector(channels))
    }

    fn forward(&self, x: Flow, _pass: &mut Pass<'_>) -> Flow {
        Flow::Vector(x.image().flatten::<3>(1, 2).mean_dim(1).flatten(1, 2))
    }
}

impl LayerKind for GlobalMaxPooling2D {
    fn class_name(&self) -> &'static str {
        "GlobalMaxPooling2D"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        input.image().map(|[_, _, channels]| Shape::Vector(channels))
    }

    fn forward(&self, x: Flow, _pass: &mut Pass<'_>) -> Flow {
        let x = x.image();
        let [_, rows, columns, _] = x.dims();
        let whole =
            Stride { size: [rows, columns], strides: [rows, columns], dilation: [1, 1], pads: [(0, 0), (0, 0)] };
        Flow::Vector(max_pool(x, whole).flatten(1, 3))
    }
}
