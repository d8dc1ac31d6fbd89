//! Convolutions.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{LayerKind, is_yes, yes};
use crate::{
    kernels::{Stride, convolution, convolution_pooled},
    network::{
        activation::Activation,
        forward::{Flow, Pass},
        initializer::Initializer,
        shape::Shape,
        weight::{Regularizer, WeightSpec},
        window::{Padding, Pair, Window},
    },
};

/// A convolution with a `[rows, columns, channels, filters]` kernel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct Conv2D {
    pub filters: usize,
    pub kernel_size: Pair,
    #[serde(default = "Pair::one")]
    pub strides: Pair,
    #[serde(default)]
    pub padding: Padding,
    #[serde(default = "Pair::one")]
    pub dilation_rate: Pair,
    #[serde(default)]
    pub activation: Activation,
    #[serde(default = "yes")]
    pub use_bias: bool,
    #[serde(default, skip_serializing_if = "Initializer::is_default")]
    pub kernel_initializer: Initializer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel_regularizer: Option<Regularizer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias_regularizer: Option<Regularizer>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub trainable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl LayerKind for Conv2D {
    fn class_name(&self) -> &'static str {
        "Conv2D"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn trainable(&self) -> bool {
        self.trainable
    }

    fn set_trainable(&mut self, trainable: bool) {
        self.trainable = trainable;
    }

    fn window(&self) -> Option<Window> {
        Some(window(self.kernel_size, self.strides, self.dilation_rate, self.padding))
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        let window = window(self.kernel_size, self.strides, self.dilation_rate, self.padding);
        let ([rows, columns], _) = window.slide(input)?;
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

    fn forward(&self, x: Flow, pass: &mut Pass<'_>) -> Flow {
        let stride = Stride {
            size: self.kernel_size.get(),
            strides: self.strides.get(),
            dilation: self.dilation_rate.get(),
            pads: pass.layer.pads,
        };
        let (x, kernel, bias) = (x.image(), pass.shaped(0), self.use_bias.then(|| pass.weight(1)));
        Flow::Image(match pass.layer.pool {
            Some(pool) => {
                let bias = or_zeros(bias, &kernel);
                convolution_pooled(x, kernel, bias, stride, pool)
            }
            None => convolved(x, kernel, bias, stride, self.activation),
        })
    }
}

/// A convolution and its activation; with `ReLU` they are one kernel.
pub(super) fn convolved(
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: Stride,
    activation: Activation,
) -> Tensor<4> {
    let bias = or_zeros(bias, &kernel);
    match activation {
        Activation::Relu => convolution(x, kernel, bias, stride, true),
        _ => activation.apply(convolution(x, kernel, bias, stride, false)),
    }
}

fn or_zeros(bias: Option<Tensor<1>>, kernel: &Tensor<4>) -> Tensor<1> {
    let [_, _, _, outputs] = kernel.dims();
    bias.unwrap_or_else(|| Tensor::zeros([outputs], &kernel.device().inner()))
}

pub(super) fn window(size: Pair, strides: Pair, dilation: Pair, padding: Padding) -> Window {
    Window { size: size.get(), strides: strides.get(), dilation: dilation.get(), padding }
}
