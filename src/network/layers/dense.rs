//! Fully connected layers.

use burn::tensor::Tensor;

use super::kind::{Forward, LayerKind, is_yes, layer_arguments, trainable, yes};
use crate::kernels::dense;
use crate::network::{Activation, Flow, ForwardContext, Initializer, Regularizer, Shape, WeightSpec};

layer_arguments! {
    /// `x W + b`.
    Dense {
        pub units: usize,
        #[serde(default)] pub activation: Activation,
        #[serde(default = "yes")] pub use_bias: bool,
        #[serde(default, skip_serializing_if = "Initializer::is_default")] pub kernel_initializer: Initializer,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub kernel_regularizer: Option<Regularizer>,
        #[serde(default, skip_serializing_if = "Option::is_none")] pub bias_regularizer: Option<Regularizer>,
        #[serde(default = "yes", skip_serializing_if = "is_yes")] pub trainable: bool,
    }
}

impl LayerKind for Dense {
    trainable!();

    /// On the processor, burn's product of matrices adds up in an order that depends on the number of rows.
    fn repeats_itself(&self) -> bool {
        false
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        match input {
            Shape::Vector(_) if (1..=65_536).contains(&self.units) => Ok(Shape::Vector(self.units)),
            Shape::Vector(_) => Err(format!("needs from 1 to 65536 units, not {}", self.units)),
            Shape::Image(_) => Err(format!(
                "needs a vector (None, units) but gets {input}; put Flatten or GlobalAveragePooling2D before it"
            )),
        }
    }

    fn weights(&self, input: Shape) -> Vec<WeightSpec> {
        let kernel = WeightSpec::new("kernel", &[input.channels(), self.units], self.kernel_initializer);
        let bias = WeightSpec::new("bias", &[self.units], Initializer::Zeros);
        let bias = self.use_bias.then(|| bias.regularized(self.bias_regularizer));
        [kernel.regularized(self.kernel_regularizer)].into_iter().chain(bias).collect()
    }
}

impl Forward for Dense {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let (kernel, activation) = (context.shaped(0), context.activation_or_logits(self.activation));
        let bias =
            if self.use_bias { context.weight(1) } else { Tensor::zeros([self.units], &kernel.device().inner()) };
        let (fused, rest) = activation.fused();
        Flow::Vector(dense(x.vector(), kernel, bias, fused)).activate(rest)
    }
}
