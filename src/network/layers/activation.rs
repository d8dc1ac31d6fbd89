//! Activations as layers.

use burn::tensor::{Tensor, activation};

use super::kind::{Forward, LayerKind, layer_arguments};
use crate::network::{Activation, Flow, ForwardContext, Shape};

layer_arguments! {
    /// An activation as a layer.
    ActivationLayer { pub activation: Activation, }

    /// `x` above `threshold` and up to `max_value`, `negative_slope (x - threshold)` below.
    ReLU {
        #[serde(default, skip_serializing_if = "Option::is_none")] pub max_value: Option<f64>,
        #[serde(default)] pub negative_slope: f64,
        #[serde(default)] pub threshold: f64,
    }

    /// `x` above 0, `negative_slope x` below; the activation `leaky_relu` has another slope.
    LeakyReLU { #[serde(default = "leaky_slope")] pub negative_slope: f64, }

    /// Softmax over the units of a vector.
    Softmax {}
}

fn leaky_slope() -> f64 {
    0.3
}

fn check_vector(input: Shape) -> Result<Shape, String> {
    match input {
        Shape::Vector(_) => Ok(input),
        Shape::Image(_) => Err("applies softmax to a picture; put it after Flatten".into()),
    }
}

impl LayerKind for ActivationLayer {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        match self.activation {
            Activation::Softmax => check_vector(input),
            _ => Ok(input),
        }
    }
}

impl Forward for ActivationLayer {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        x.activate(context.activation_or_logits(self.activation))
    }
}

impl LayerKind for ReLU {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        let numbers = [self.max_value.unwrap_or(0.0), self.negative_slope, self.threshold];
        match numbers.iter().all(|number| number.is_finite() && *number >= 0.0) {
            true => Ok(input),
            false => Err("needs a maxValue, negativeSlope and threshold of 0 or more".into()),
        }
    }
}

impl Forward for ReLU {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        x.each(|x| self.apply(x), |x| self.apply(x))
    }
}

impl ReLU {
    /// The activation that it is, if it has a name of its own.
    pub(crate) fn as_activation(&self) -> Option<Activation> {
        match (self.threshold, self.negative_slope, self.max_value) {
            (0.0, 0.0, None) => Some(Activation::Relu),
            (0.0, 0.0, Some(6.0)) => Some(Activation::Relu6),
            _ => None,
        }
    }

    fn apply<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let mut y = match self.threshold {
            0.0 => activation::relu(x.clone()),
            threshold => x.clone().mask_fill(x.clone().lower_equal_elem(threshold), 0.0),
        };
        if let Some(most) = self.max_value {
            y = y.clamp_max(most);
        }
        match self.negative_slope {
            0.0 => y,
            slope => y - activation::relu(-x + self.threshold) * slope,
        }
    }
}

impl LayerKind for LeakyReLU {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        match self.negative_slope.is_finite() && self.negative_slope >= 0.0 {
            true => Ok(input),
            false => Err(format!("needs a negativeSlope of 0 or more, not {}", self.negative_slope)),
        }
    }
}

impl Forward for LeakyReLU {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let slope = self.negative_slope;
        x.each(|x| activation::leaky_relu(x, slope), |x| activation::leaky_relu(x, slope))
    }
}

impl LayerKind for Softmax {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        check_vector(input)
    }
}

impl Forward for Softmax {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        x.activate(context.activation_or_logits(Activation::Softmax))
    }
}
