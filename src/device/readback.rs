//! Reads tensors back from a device. Each awaited read is a round trip to the GPU.

use burn::tensor::Tensor;

use crate::device;
use crate::error::{Error, Result};

/// Reads a tensor; an error if the device has reported a fault.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let device = tensor.device();
    let data = tensor.into_data_async().await;
    device::check(&device)?;
    let data = data.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))?;
    let numbers = data.convert::<f32>().try_into_vec();
    numbers.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))
}

/// Reads flat tensors with a single round trip.
pub(crate) async fn read_all(tensors: &[Tensor<1>]) -> Result<Vec<Vec<f32>>> {
    if tensors.is_empty() {
        return Ok(Vec::new());
    }
    let flat = read(Tensor::cat(tensors.to_vec(), 0)).await?;
    let mut rest = flat.as_slice();
    let split = |tensor: &Tensor<1>| {
        let (value, tail) = rest.split_at(tensor.dims()[0]);
        rest = tail;
        value.to_vec()
    };
    Ok(tensors.iter().map(split).collect())
}
