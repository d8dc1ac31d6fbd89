//! Adam: a method for stochastic optimization (Kingma & Ba 2014).

/// The settings of Adam that stay the same in every step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// The decay of the running mean of the gradient.
    pub beta1: f32,
    /// The decay of the running mean of the squared gradient.
    pub beta2: f32,
    /// Added to the square root, so that nothing is divided by 0.
    pub epsilon: f32,
}

impl Adam {
    /// Updates the running means `m` of the gradient and `v` of its square, then sets every weight `w` to
    /// `decay · w - alpha · m / (√v + epsilon)`. All slices have one length.
    ///
    /// In step `t`, `alpha` is `rate · √(1 - beta2^t) / (1 - beta1^t)`; `decay` is 1 without weight decay.
    pub fn step(
        self,
        [alpha, decay]: [f32; 2],
        weights: &mut [f32],
        gradients: &[f32],
        means: &mut [f32],
        squares: &mut [f32],
    ) {
        let Self { beta1, beta2, epsilon } = self;
        let weights = weights.iter_mut().zip(gradients);
        for ((weight, &gradient), (mean, square)) in weights.zip(means.iter_mut().zip(squares)) {
            *mean = *mean * beta1 + gradient * (1.0 - beta1);
            *square = *square * beta2 + gradient * gradient * (1.0 - beta2);
            *weight = *weight * decay - *mean * alpha / (square.sqrt() + epsilon);
        }
    }
}
