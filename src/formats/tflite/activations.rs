//! Activations as TensorFlow Lite's operators.

use super::graph::Graph;
use super::operator::Operator;
use crate::network::Activation;
use crate::network::layers::ReLU;

impl Graph {
    /// Adds Keras's `ReLU` with all its arguments.
    pub(super) fn relu(&mut self, rule: &ReLU, x: usize, name: &str) -> usize {
        let step = |step: &str| format!("{name}/{step}");
        let plain = rule.threshold == 0.0 && rule.negative_slope == 0.0;
        if plain && rule.max_value == Some(6.0) {
            return self.each(Operator::Relu6, &[x], x, step("output"));
        }
        let mut y = if rule.threshold == 0.0 {
            self.each(Operator::Relu, &[x], x, step("above"))
        } else {
            let zero = self.floats(step("zero"), &[1], &[0.0]);
            let kept = self.with_number(Operator::Greater, x, rule.threshold, step("kept"));
            self.each(Operator::SelectV2, &[kept, x, zero], x, step("above"))
        };
        if let Some(most) = rule.max_value {
            y = self.with_number(Operator::Minimum, y, most, step("most"));
        }
        if rule.negative_slope > 0.0 {
            let down = self.with_number(Operator::Mul, x, -1.0, step("down"));
            let below = self.with_number(Operator::Add, down, rule.threshold, step("below"));
            let cut = self.each(Operator::Relu, &[below], x, step("cut"));
            let lower = self.with_number(Operator::Mul, cut, rule.negative_slope, step("lower"));
            y = self.each(Operator::Sub, &[y, lower], x, step("output"));
        }
        y
    }

    /// Adds an activation and returns its output.
    pub(super) fn activate(&mut self, activation: Activation, x: usize, layer: &str) -> usize {
        let output = format!("{layer}/activation");
        let step = |step: &str| format!("{output}/{step}");
        let each = |graph: &mut Self, operator| graph.each(operator, &[x], x, output.clone());
        match activation {
            Activation::Linear => x,
            Activation::Relu => each(self, Operator::Relu),
            Activation::Relu6 => each(self, Operator::Relu6),
            Activation::LeakyRelu => each(self, Operator::LeakyRelu(0.2)),
            Activation::Elu => each(self, Operator::Elu),
            Activation::Selu => {
                // scale (relu(x) + alpha elu(min(x, 0)))
                let [alpha, scale] = Activation::SELU;
                let above = self.each(Operator::Relu, &[x], x, step("above"));
                let below = self.with_number(Operator::Minimum, x, 0.0, step("below"));
                let below = self.each(Operator::Elu, &[below], x, step("elu"));
                let below = self.with_number(Operator::Mul, below, alpha, step("lower"));
                let sum = self.each(Operator::Add, &[above, below], x, step("sum"));
                self.with_number(Operator::Mul, sum, scale, output)
            }
            Activation::Gelu => each(self, Operator::Gelu),
            Activation::Silu => {
                let gate = self.each(Operator::Logistic, &[x], x, step("gate"));
                self.each(Operator::Mul, &[x, gate], x, output)
            }
            Activation::Softplus => {
                // log(1 + exp(x)) as relu(x) + log(1 + exp(-|x|)), which no large value overflows.
                let size = self.each(Operator::Abs, &[x], x, step("size"));
                let down = self.each(Operator::Neg, &[size], x, step("down"));
                let small = self.each(Operator::Exp, &[down], x, step("exp"));
                let sum = self.with_number(Operator::Add, small, 1.0, step("sum"));
                let log = self.each(Operator::Log, &[sum], x, step("log"));
                let above = self.each(Operator::Relu, &[x], x, step("above"));
                self.each(Operator::Add, &[above, log], x, output)
            }
            Activation::Sigmoid => each(self, Operator::Logistic),
            Activation::Tanh => each(self, Operator::Tanh),
            Activation::HardSigmoid => {
                let above = self.with_number(Operator::Add, x, 3.0, step("above"));
                let cut = self.each(Operator::Relu6, &[above], x, step("cut"));
                self.with_number(Operator::Mul, cut, 1.0 / 6.0, output)
            }
            Activation::HardSilu => each(self, Operator::HardSwish),
            Activation::Softmax => each(self, Operator::Softmax),
        }
    }
}
