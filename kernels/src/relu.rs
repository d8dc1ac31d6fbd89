//! The rectifier.

/// Keeps the gradient where `ReLU` let something through, and 0 elsewhere.
pub fn relu_gradient(output: &[f32], gradient: &mut [f32]) {
    for (gradient, &output) in gradient.iter_mut().zip(output) {
        *gradient = if output > 0.0 { *gradient } else { 0.0 };
    }
}
