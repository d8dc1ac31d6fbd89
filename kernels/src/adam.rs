//! Adam: a method for stochastic optimization (Kingma & Ba 2014).

/// What every step multiplies with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Of the running mean of the gradient.
    pub beta1: f32,
    /// Of the running mean of its square.
    pub beta2: f32,
    /// Added to the root.
    pub epsilon: f32,
}

impl Adam {
    /// One step of as many weights: `decay · w - alpha · m / (√v + epsilon)`, after the two running means
    /// of the gradient and of its square.
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
