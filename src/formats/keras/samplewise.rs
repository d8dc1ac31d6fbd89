//! Python for the layer that Keras has only in its generator.

/// A layer that computes as `ImageDataGenerator.standardize` does.
pub(crate) const SAMPLEWISE: &str = r#"class SamplewiseNormalization(keras.layers.Layer):
    """Subtracts a picture's mean and, with `std`, divides by its standard deviation, as Keras's ImageDataGenerator does."""

    def __init__(self, std=False, **arguments):
        super().__init__(**arguments)
        self.std = std

    def call(self, x):
        x = x - keras.ops.mean(x, axis=(1, 2, 3), keepdims=True)
        return x / (keras.ops.std(x, axis=(1, 2, 3), keepdims=True) + 1e-6) if self.std else x


"#;
