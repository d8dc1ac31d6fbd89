//! Draws which values dropout keeps.

use burn::tensor::{Device, Distribution, Tensor, TensorData};
use tabfit_kernels::mask;

use crate::device::largest_tensor;

/// The factor of each value: 0 where it is left out, which has the probability `rate`, and elsewhere `1 / (1 - rate)`, so that
/// the mean stays. Drawn from the seed of the device.
#[expect(clippy::disallowed_methods, reason = "what is on the processor is there at once")]
pub(crate) fn drawn_mask<const D: usize>(shape: [usize; D], rate: f64, device: &Device) -> Tensor<D> {
    let kept = 1.0 - rate;
    if largest_tensor(device).is_some() {
        return Tensor::random(shape, Distribution::Bernoulli(kept), device) / kept;
    }
    // On a processor, burn takes 70 ns for each number as WebAssembly: its generator only seeds a faster one.
    let seed = Tensor::<1>::random([2], Distribution::Uniform(0.0, 1.0), device).into_data();
    let seed = seed.iter::<f32>().fold(0, |seed, part| seed << 32 | u64::from(part.to_bits()));
    let factors = mask(shape.iter().product(), kept, (1.0 / kept) as f32, seed);
    Tensor::from_data(TensorData::new(factors, shape), device)
}
