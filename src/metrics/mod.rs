//! Keras's metrics: summed on the device over an epoch, read once at its end.
//!
//! `compile` takes a list of [`MetricConfig`] and makes a [`MetricPlan`] of it; each epoch adds up
//! [`MetricSums`].

mod auc;
mod config;
mod count;
mod counting;
mod formula;
mod means;
mod plan;
mod sums;

use burn::tensor::Tensor;

pub(crate) use auc::exact_roc_area;
pub use config::{Average, ClassChoice, Curve, MetricClass, MetricConfig, Positives};
pub use means::Metrics;
pub use plan::MetricPlan;
pub use sums::MetricSums;

use crate::{
    device,
    error::{Error, Result},
};

/// Reads a tensor, refusing numbers from a device that reported a fault.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let device = tensor.device();
    let data = tensor.into_data_async().await;
    device::check(&device)?;
    let data = data.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))?;
    let numbers = data.convert::<f32>().try_into_vec();
    numbers.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))
}

/// Reads flat tensors, all of them at once: each awaited read is a round trip to the GPU.
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
