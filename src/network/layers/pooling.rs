//! Max and average pools, of windows or of whole pictures.

use burn::tensor::Tensor;

use super::kind::{Forward, LayerKind, layer_arguments};
use crate::kernels::{ConvParams, FusedActivation, convolution, max_pool};
use crate::network::{Flow, ForwardContext, Padding, Pair, Shape, WindowSpec};

layer_arguments! {
    /// The largest value of each window.
    MaxPooling2D {
        #[serde(default = "Pair::two")] pub pool_size: Pair,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub strides: Option<Pair>,
        #[serde(default)] pub padding: Padding,
    }

    /// The mean of each window, without its padding.
    AveragePooling2D {
        #[serde(default = "Pair::two")] pub pool_size: Pair,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub strides: Option<Pair>,
        #[serde(default)] pub padding: Padding,
    }

    /// The mean of each channel: a vector, or with `keepdims` a picture of one pixel.
    GlobalAveragePooling2D { #[serde(default, skip_serializing_if = "is_no")] pub keepdims: bool, }

    /// The largest value of each channel: a vector, or with `keepdims` a picture of one pixel.
    GlobalMaxPooling2D { #[serde(default, skip_serializing_if = "is_no")] pub keepdims: bool, }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_no(value: &bool) -> bool {
    !value
}

/// The shape of one value for each channel of a picture.
fn of_channels(input: Shape, keepdims: bool) -> Result<Shape, String> {
    let [_, _, channels] = input.image()?;
    Ok(if keepdims { Shape::Image([1, 1, channels]) } else { Shape::Vector(channels) })
}

/// `[batch, channels]` in that shape.
fn with_dims(x: Tensor<2>, keepdims: bool) -> Flow {
    if keepdims { Flow::Image(x.unsqueeze_dims(&[1, 1])) } else { Flow::Vector(x) }
}

/// The window that Keras's arguments describe; without strides, windows lie side by side.
fn window_spec(size: Pair, strides: Option<Pair>, padding: Padding) -> WindowSpec {
    WindowSpec { size: size.get(), strides: strides.unwrap_or(size).get(), dilation: [1, 1], padding }
}

fn pooled(window: WindowSpec, input: Shape) -> Result<Shape, String> {
    let ([rows, columns], _) = window.slide(input)?;
    Ok(Shape::Image([rows, columns, input.channels()]))
}

impl LayerKind for MaxPooling2D {
    fn window(&self) -> Option<WindowSpec> {
        Some(window_spec(self.pool_size, self.strides, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        pooled(window_spec(self.pool_size, self.strides, self.padding), input)
    }
}

impl Forward for MaxPooling2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        Flow::Image(max_pool(x.image(), context.params))
    }
}

impl LayerKind for AveragePooling2D {
    fn window(&self) -> Option<WindowSpec> {
        Some(window_spec(self.pool_size, self.strides, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        pooled(window_spec(self.pool_size, self.strides, self.padding), input)
    }
}

impl Forward for AveragePooling2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let (x, params) = (x.image(), context.params);
        let ([_, rows, columns, channels], device) = (x.dims(), x.device().inner());
        // The sums of the windows are a depthwise convolution with a kernel of ones.
        let ones = |depth| Tensor::ones([params.size[0], params.size[1], 1, depth], &device);
        let no_bias = |depth| Tensor::zeros([depth], &device);
        let sums = convolution(x, ones(channels), no_bias(channels), params, FusedActivation::Linear);
        // Those of a picture of ones are the number of pixels in each window, without the padding.
        let counts = convolution(
            Tensor::ones([1, rows, columns, 1], &device),
            ones(1),
            no_bias(1),
            params,
            FusedActivation::Linear,
        );
        Flow::Image(sums / counts)
    }
}

impl LayerKind for GlobalAveragePooling2D {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        of_channels(input, self.keepdims)
    }
}

impl Forward for GlobalAveragePooling2D {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        with_dims(x.image().flatten::<3>(1, 2).mean_dim(1).flatten(1, 2), self.keepdims)
    }
}

impl LayerKind for GlobalMaxPooling2D {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        of_channels(input, self.keepdims)
    }
}

impl Forward for GlobalMaxPooling2D {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let x = x.image();
        let [_, rows, columns, _] = x.dims();
        let whole = ConvParams { size: [rows, columns], strides: [rows, columns], ..ConvParams::POINTWISE };
        with_dims(max_pool(x, whole).flatten(1, 3), self.keepdims)
    }
}
