//! What every launch needs: how many threads, where the result goes, how many numbers a thread reads at once.

use burn_cubecl::tensor::CubeTensor;
use cubecl::client::Client;
use cubecl::{CubeCount, CubeDim, calculate_cube_count_elemwise};

/// The threads of a workgroup. They are few, so that small layers reach all cores too, and a last workgroup that is
/// nearly empty costs little.
pub(super) const WORKGROUP: u32 = 64;

/// The number of workgroups, and the threads of each, that make at least so many threads.
pub(super) fn grid(client: &Client, threads: usize) -> (CubeCount, CubeDim) {
    let dim = CubeDim::new_1d(WORKGROUP);
    (calculate_cube_count_elemwise(client, threads, dim), dim)
}

/// A tensor without values on the device of another one.
pub(super) fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let bytes = shape.iter().product::<usize>() * like.elem_size();
    let (client, device) = (like.client.clone(), like.device.clone());
    let memory = client.empty(bytes);
    CubeTensor::new_contiguous(client, device, shape.into(), memory, like.dtype)
}

/// The length of a vector: as many neighbouring channels as a thread reads at once.
pub(super) fn lanes(channels: usize) -> usize {
    if channels.is_multiple_of(4) { 4 } else { 1 }
}
