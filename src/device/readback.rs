//! Reads tensors back from a device. Each awaited read is a round trip to the GPU.

use burn::tensor::{ExecutionError, Tensor, TensorData, Transaction};

use crate::device;
use crate::error::{Error, Result};

/// Reads a tensor; an error if the device has reported a fault.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let device = tensor.device();
    let data = tensor.into_data_async().await;
    device::check(&device)?;
    numbers(data.map_err(failed)?)
}

/// Reads flat tensors of one device with a single round trip.
pub(crate) async fn read_all(tensors: &[Tensor<1>]) -> Result<Vec<Vec<f32>>> {
    let Some(first) = tensors.first() else { return Ok(Vec::new()) };
    let transaction = tensors.iter().cloned().fold(Transaction::default(), Transaction::register);
    let data = transaction.execute_async().await;
    device::check(&first.device())?;
    data.map_err(failed)?.into_iter().map(numbers).collect()
}

fn numbers(data: TensorData) -> Result<Vec<f32>> {
    let numbers = data.convert::<f32>().try_into_vec();
    numbers.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))
}

fn failed(error: ExecutionError) -> Error {
    Error::Device(format!("Reading from the device failed: {error}."))
}
