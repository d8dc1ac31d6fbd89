//! Batch normalization.

use burn::tensor::{
    Tensor,
    module::{batch_norm, batch_norm_train},
};
use serde::{Deserialize, Serialize};

use super::{LayerKind, is_yes, yes};
use crate::network::{
    forward::{Flow, Pass},
    initializer::Initializer,
    sequential::Mode,
    shape::Shape,
    weight::WeightSpec,
};

/// Normalises each channel; `moving = moving * momentum + batch * (1 - momentum)`. Frozen, it uses
/// its moving statistics in training too and leaves them as they are, as Keras has it since version 2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct BatchNormalization {
    #[serde(default = "momentum")]
    pub momentum: f64,
    #[serde(default = "epsilon")]
    pub epsilon: f64,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub trainable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

fn momentum() -> f64 {
    0.99
}

fn epsilon() -> f64 {
    1e-3
}

impl LayerKind for BatchNormalization {
    fn class_name(&self) -> &'static str {
        "BatchNormalization"
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

    fn needs_whole_batches(&self) -> bool {
        self.trainable
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

    fn forward(&self, x: Flow, pass: &mut Pass<'_>) -> Flow {
        // Each channel is normalised over all pixels of all pictures: they are the rows of one matrix.
        match x {
            Flow::Image(x) => {
                let shape = x.dims();
                Flow::Image(self.normalised(x.flatten(0, 2), pass).reshape(shape))
            }
            Flow::Vector(x) => Flow::Vector(self.normalised(x, pass)),
        }
    }
}

impl BatchNormalization {
    /// `[samples, channels]` to the same.
    fn normalised(&self, x: Tensor<2>, pass: &mut Pass<'_>) -> Tensor<2> {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|offset| pass.weight(offset));
        let x = x.unsqueeze_dims::<3>(&[2]);
        let y = if matches!(pass.mode, Mode::Training(_)) && self.trainable {
            let normalised = batch_norm_train(x, gamma, beta, self.epsilon);
            let blend =
                |old: Tensor<1>, new: Tensor<1>| old.inner() * self.momentum + new.inner() * (1.0 - self.momentum);
            pass.update(2, blend(mean, normalised.mean));
            pass.update(3, blend(variance, normalised.variance));
            normalised.output
        } else {
            batch_norm(x, gamma, beta, mean, variance, self.epsilon)
        };
        y.flatten(1, 2)
    }
}
