//! The gradient of `ReLU`.

/// Sets the gradient to 0 wherever the output of `ReLU` is not above 0.
pub fn relu_gradient(output: &[f32], gradient: &mut [f32]) {
    for (gradient, &output) in gradient.iter_mut().zip(output) {
        *gradient = if output > 0.0 { *gradient } else { 0.0 };
    }
}
