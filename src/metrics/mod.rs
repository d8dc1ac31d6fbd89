//! Keras's metrics: summed on the device over an epoch, read once at its end.
//!
//! [`MetricConfig`] is what `compile` takes, [`MetricPlan`] what it makes of that, and [`MetricSums`]
//! what an epoch adds up.

mod auc;
mod config;
mod count;
mod formula;
mod plan;
mod sums;

use burn::tensor::Tensor;

pub use auc::Curve;
pub(crate) use auc::exact_roc_area;
pub use config::{Average, ClassChoice, MetricClass, MetricConfig, Positives};
pub use plan::MetricPlan;
pub use sums::MetricSums;

use crate::{
    device,
    error::{Error, Result},
};

/// What is always measured: means over pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// The mean loss, penalties on weights included.
    pub loss: f64,
    /// The share of pictures whose highest score is their class, 0 to 1.
    pub accuracy: f64,
}

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
