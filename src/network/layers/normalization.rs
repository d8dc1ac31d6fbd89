//! Batch normalization.

use burn::tensor::{Tensor, module::batch_norm};

use super::kind::{Forward, LayerKind, is_yes, layer_arguments, trainable, yes};
#[cfg(feature = "webgpu")]
use crate::kernels::{batch_normalization, batch_statistics};
#[cfg(feature = "webgpu")]
use crate::network::Mode;
use crate::network::{Flow, ForwardContext, Initializer, Shape, WeightSpec};

layer_arguments! {
    /// Normalises each channel; `moving = moving * momentum + batch * (1 - momentum)`. If it is frozen, it uses its moving
    /// statistics in training too and leaves them as they are, as Keras does since version 2.
    BatchNormalization {
        #[serde(default = "momentum")] pub momentum: f64,
        #[serde(default = "epsilon")] pub epsilon: f64,
        #[serde(default = "yes", skip_serializing_if = "is_yes")] pub trainable: bool,
    }
}

fn momentum() -> f64 {
    0.99
}

fn epsilon() -> f64 {
    1e-3
}

impl LayerKind for BatchNormalization {
    trainable!();

    fn needs_whole_batches(&self) -> bool {
        self.trainable
    }

    fn repeats_itself(&self) -> bool {
        !self.trainable
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        let Self { momentum, epsilon, .. } = *self;
        match (0.0..1.0).contains(&momentum) && epsilon > 0.0 && epsilon.is_finite() {
            true => Ok(input),
            false => {
                Err(format!("needs a momentum from 0 to below 1 and an epsilon above 0, not {momentum} and {epsilon}"))
            }
        }
    }

    fn weights(&self, input: Shape) -> Vec<WeightSpec> {
        let weight = |name, initializer| WeightSpec::new(name, &[input.channels()], initializer);
        vec![
            weight("gamma", Initializer::Ones),
            weight("beta", Initializer::Zeros),
            weight("moving_mean", Initializer::Zeros).frozen(),
            weight("moving_variance", Initializer::Ones).frozen(),
        ]
    }
}

impl Forward for BatchNormalization {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        // Each channel is normalised over all pixels of all pictures, which form the rows of one matrix.
        match x {
            Flow::Image(x) => {
                let shape = x.dims();
                Flow::Image(self.normalised(x.flatten(0, 2), context).reshape(shape))
            }
            Flow::Vector(x) => Flow::Vector(self.normalised(x, context)),
        }
    }
}

impl BatchNormalization {
    /// The factor of each channel and what is added to it, where the statistics are fixed.
    ///
    /// # Shapes
    /// - `weights`: begin with this layer's
    /// - returns `[channels]` twice
    pub(crate) fn scale_and_shift(&self, weights: &[Tensor<1>]) -> [Tensor<1>; 2] {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|index| weights[index].clone());
        let scale = gamma / (variance + self.epsilon).sqrt();
        let shift = beta - mean * scale.clone();
        [scale, shift]
    }

    /// A moving statistic after a batch that has this one.
    pub(crate) fn blend(&self, moving: Tensor<1>, batch: Tensor<1>) -> Tensor<1> {
        moving.inner() * self.momentum + batch.inner() * (1.0 - self.momentum)
    }

    /// - `x`: `[samples, channels]`
    /// - returns `[samples, channels]`
    fn normalised(&self, x: Tensor<2>, context: &mut ForwardContext<'_>) -> Tensor<2> {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|offset| context.weight(offset));
        // A GPU trains on whole batches. A processor's steps are cut at this layer and do not come here.
        #[cfg(feature = "webgpu")]
        if matches!(context.mode, Mode::Training(_)) && self.trainable {
            let moving = [mean, variance].map(Tensor::inner);
            let (statistics, moving) = batch_statistics(x.clone().inner(), moving, self.momentum as f32);
            for (offset, after) in (2..).zip(moving) {
                context.update(offset, after);
            }
            let statistics = Tensor::from_inner(statistics);
            return batch_normalization(x, gamma, beta, statistics, self.epsilon as f32);
        }
        batch_norm(x.unsqueeze_dims::<3>(&[2]), gamma, beta, mean, variance, self.epsilon).flatten(1, 2)
    }
}
