//! Depthwise and separable convolutions.

use burn::tensor::Tensor;

use super::convolution::{convolved, window_spec};
use super::kind::{Forward, LayerKind, is_yes, layer_arguments, trainable, yes};
use crate::kernels::ConvParams;
use crate::network::{
    Activation, Flow, Folded, ForwardContext, Initializer, Padding, Pair, Regularizer, Shape, WeightSpec, WindowSpec,
};

layer_arguments! {
    /// A convolution of each channel by itself, with a `[rows, columns, channels, depth_multiplier]` kernel.
    DepthwiseConv2D {
        pub kernel_size: Pair,
        #[serde(default = "Pair::one")] pub strides: Pair,
        #[serde(default)] pub padding: Padding,
        #[serde(default = "one")] pub depth_multiplier: usize,
        #[serde(default = "Pair::one")] pub dilation_rate: Pair,
        #[serde(default)] pub activation: Activation,
        #[serde(default = "yes")] pub use_bias: bool,
        #[serde(default, skip_serializing_if = "Initializer::is_default")] pub depthwise_initializer: Initializer,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub depthwise_regularizer: Option<Regularizer>,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub bias_regularizer: Option<Regularizer>,
        #[serde(default = "yes", skip_serializing_if = "is_yes")] pub trainable: bool,
    }

    /// A convolution of each channel by itself, then one of single pixels across channels (Chollet 2016).
    SeparableConv2D {
        pub filters: usize,
        pub kernel_size: Pair,
        #[serde(default = "Pair::one")] pub strides: Pair,
        #[serde(default)] pub padding: Padding,
        #[serde(default = "one")] pub depth_multiplier: usize,
        #[serde(default = "Pair::one")] pub dilation_rate: Pair,
        #[serde(default)] pub activation: Activation,
        #[serde(default = "yes")] pub use_bias: bool,
        #[serde(default, skip_serializing_if = "Initializer::is_default")] pub depthwise_initializer: Initializer,
        #[serde(default, skip_serializing_if = "Initializer::is_default")] pub pointwise_initializer: Initializer,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub depthwise_regularizer: Option<Regularizer>,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub pointwise_regularizer: Option<Regularizer>,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub bias_regularizer: Option<Regularizer>,
        #[serde(default = "yes", skip_serializing_if = "is_yes")] pub trainable: bool,
    }
}

fn one() -> usize {
    1
}

/// The shape of the output of a depthwise convolution.
fn multiplied(window: WindowSpec, input: Shape, multiplier: usize) -> Result<Shape, String> {
    let ([rows, columns], _) = window.slide(input)?;
    match multiplier {
        // Saturating, because the product may not fit the 32 bits of wasm; too large a shape is refused anyway.
        1..=64 => Ok(Shape::Image([rows, columns, input.channels().saturating_mul(multiplier)])),
        _ => Err(format!("needs a depthMultiplier from 1 to 64, not {multiplier}")),
    }
}

/// A depthwise convolution with the layer's first weight.
fn by_channel(
    x: Tensor<4>,
    bias: Option<Tensor<1>>,
    activation: Activation,
    folded: Option<Folded>,
    context: &ForwardContext<'_>,
) -> Tensor<4> {
    let groups = context.input.channels();
    let [rows, columns, _, multiplier] = context.specs[0].shape[..] else { unreachable!("a kernel has its axes") };
    let kernel = context.weight(0).reshape([rows, columns, 1, groups * multiplier]);
    convolved(x, kernel, bias, context.params, activation, folded)
}

impl LayerKind for DepthwiseConv2D {
    trainable!();

    fn window(&self) -> Option<WindowSpec> {
        Some(window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        multiplied(
            window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding),
            input,
            self.depth_multiplier,
        )
    }

    fn weights(&self, input: Shape) -> Vec<WeightSpec> {
        let [rows, columns] = self.kernel_size.get();
        let kernel = [rows, columns, input.channels(), self.depth_multiplier];
        let kernel = WeightSpec::new("kernel", &kernel, self.depthwise_initializer);
        let bias = WeightSpec::new("bias", &[input.channels() * self.depth_multiplier], Initializer::Zeros);
        let bias = self.use_bias.then(|| bias.regularized(self.bias_regularizer));
        [kernel.regularized(self.depthwise_regularizer)].into_iter().chain(bias).collect()
    }
}

impl Forward for DepthwiseConv2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let bias = self.use_bias.then(|| context.weight(1));
        let folded = context.folded.take();
        Flow::Image(by_channel(x.image(), bias, self.activation, folded, context))
    }
}

impl LayerKind for SeparableConv2D {
    trainable!();

    fn window(&self) -> Option<WindowSpec> {
        Some(window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        let window = window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding);
        match (multiplied(window, input, self.depth_multiplier)?.within_memory()?, self.filters) {
            (Shape::Image([rows, columns, _]), filters @ 1..=4096) => Ok(Shape::Image([rows, columns, filters])),
            (_, filters) => Err(format!("needs from 1 to 4096 filters, not {filters}")),
        }
    }

    fn weights(&self, input: Shape) -> Vec<WeightSpec> {
        let [rows, columns] = self.kernel_size.get();
        let depthwise = [rows, columns, input.channels(), self.depth_multiplier];
        let depthwise = WeightSpec::new("depthwise_kernel", &depthwise, self.depthwise_initializer);
        let pointwise = [1, 1, input.channels() * self.depth_multiplier, self.filters];
        let pointwise = WeightSpec::new("pointwise_kernel", &pointwise, self.pointwise_initializer);
        let bias = WeightSpec::new("bias", &[self.filters], Initializer::Zeros);
        let bias = self.use_bias.then(|| bias.regularized(self.bias_regularizer));
        let kernels =
            [depthwise.regularized(self.depthwise_regularizer), pointwise.regularized(self.pointwise_regularizer)];
        kernels.into_iter().chain(bias).collect()
    }
}

impl Forward for SeparableConv2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let channels = by_channel(x.image(), None, Activation::Linear, None, context);
        let bias = self.use_bias.then(|| context.weight(2));
        let (kernel, folded) = (context.shaped(1), context.folded.take());
        Flow::Image(convolved(channels, kernel, bias, ConvParams::POINTWISE, self.activation, folded))
    }
}
