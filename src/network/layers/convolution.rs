//! `Conv2D`, and what the other convolutions share with it.

use burn::tensor::Tensor;

use super::kind::{Forward, LayerKind, is_yes, layer_arguments, trainable, yes};
use crate::kernels::{ConvParams, convolution, convolution_onto, convolution_pooled};
use crate::network::{
    Activation, Flow, Folded, ForwardContext, Initializer, Padding, Pair, Regularizer, Shape, WeightSpec, WindowSpec,
};

layer_arguments! {
    /// A convolution with a `[rows, columns, channels, filters]` kernel.
    Conv2D {
        pub filters: usize,
        pub kernel_size: Pair,
        #[serde(default = "Pair::one")] pub strides: Pair,
        #[serde(default)] pub padding: Padding,
        #[serde(default = "Pair::one")] pub dilation_rate: Pair,
        #[serde(default)] pub activation: Activation,
        #[serde(default = "yes")] pub use_bias: bool,
        #[serde(default, skip_serializing_if = "Initializer::is_default")] pub kernel_initializer: Initializer,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub kernel_regularizer: Option<Regularizer>,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub bias_regularizer: Option<Regularizer>,
        #[serde(default = "yes", skip_serializing_if = "is_yes")] pub trainable: bool,
    }
}

impl LayerKind for Conv2D {
    trainable!();

    fn window(&self) -> Option<WindowSpec> {
        Some(window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        let ([rows, columns], _) =
            window_spec(self.kernel_size, self.strides, self.dilation_rate, self.padding).slide(input)?;
        match self.filters {
            1..=4096 => Ok(Shape::Image([rows, columns, self.filters])),
            filters => Err(format!("needs from 1 to 4096 filters, not {filters}")),
        }
    }

    fn weights(&self, input: Shape) -> Vec<WeightSpec> {
        let [rows, columns] = self.kernel_size.get();
        let kernel = [rows, columns, input.channels(), self.filters];
        let kernel = WeightSpec::new("kernel", &kernel, self.kernel_initializer);
        let bias = WeightSpec::new("bias", &[self.filters], Initializer::Zeros);
        let bias = self.use_bias.then(|| bias.regularized(self.bias_regularizer));
        [kernel.regularized(self.kernel_regularizer)].into_iter().chain(bias).collect()
    }
}

impl Forward for Conv2D {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let params = context.params;
        let (x, kernel, bias) = (x.image(), context.shaped(0), self.use_bias.then(|| context.weight(1)));
        let folded = context.folded.take();
        Flow::Image(match (context.fused_pool, context.added.take()) {
            (Some(pool), _) => {
                let bias = or_zeros(bias, &kernel);
                convolution_pooled(x, kernel, bias, params, pool)
            }
            (None, Some(added)) => {
                let (kernel, bias) = match folded {
                    Some(folded) => (folded.kernel.reshape(kernel.dims()), folded.bias),
                    None => (kernel.clone(), or_zeros(bias, &kernel)),
                };
                convolution_onto(added, x, kernel, bias, params)
            }
            (None, None) => convolved(x, kernel, bias, params, self.activation, folded),
        })
    }
}

/// A convolution and its activation; what is folded into it takes the place of its weights and of that.
pub(super) fn convolved(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    params: ConvParams,
    activation: Activation,
    folded: Option<Folded>,
) -> Tensor<4> {
    if let Some(Folded { kernel: folded, bias, activation }) = folded {
        return convolution(x, folded.reshape(kernel.dims()), bias, params, activation);
    }
    let (bias, (fused, rest)) = (or_zeros(bias, &kernel), activation.fused());
    rest.apply(convolution(x, kernel, bias, params, fused))
}

fn or_zeros(bias: Option<Tensor<1>>, kernel: &Tensor<4>) -> Tensor<1> {
    let [_, _, _, outputs] = kernel.dims();
    bias.unwrap_or_else(|| Tensor::zeros([outputs], &kernel.device().inner()))
}

/// The window that Keras's arguments describe.
pub(super) fn window_spec(size: Pair, strides: Pair, dilation: Pair, padding: Padding) -> WindowSpec {
    WindowSpec { size: size.get(), strides: strides.get(), dilation: dilation.get(), padding }
}
