//! The running means of an epoch, summed on the device.

use burn::tensor::Tensor;

use crate::{
    dataloader::Batch,
    device,
    error::{Error, Result},
};

/// Means over pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// The mean loss, penalties on weights included.
    pub loss: f64,
    /// The share of pictures whose highest score is their class, 0 to 1.
    pub accuracy: f64,
}

/// Sums over an epoch, weighted by batch size as Keras weights them; they stay on the device until
/// someone reads them.
#[derive(Debug, Clone, Default)]
pub struct MetricSums {
    /// `[2]`: the summed loss and the number of hits.
    sums: Option<Tensor<1>>,
    pictures: usize,
}

impl MetricSums {
    /// Adds a batch by its mean loss and its scores; nothing is read.
    pub fn add(&mut self, loss: Tensor<1>, logits: Tensor<2>, batch: &Batch) {
        let hits = logits.argmax(1).flatten::<1>(0, 1).equal(batch.labels.clone()).float().sum();
        let sums = Tensor::cat(vec![loss * batch.len() as f64, hits], 0);
        self.sums = Some(match self.sums.take() {
            Some(before) => before + sums,
            None => sums,
        });
        self.pictures += batch.len();
    }

    /// Sums that were interrupted: what [`Self::state`] gave, and the number of pictures in them.
    pub(crate) fn from_state(sums: Option<Tensor<1>>, pictures: usize) -> Self {
        Self { sums, pictures }
    }

    /// The sums themselves, on the device; `None` before the first batch.
    pub(crate) fn state(&self) -> Option<&Tensor<1>> {
        self.sums.as_ref()
    }

    /// The number of pictures added.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// The means so far: one awaited read of two numbers.
    ///
    /// # Errors
    ///
    /// The device failed; its numbers cannot be trusted and the run must end.
    pub async fn read(&self) -> Result<Metrics> {
        let Some(sums) = self.sums.clone() else {
            return Err(Error::Dataset("There is no picture to measure.".into()));
        };
        let sums = read(sums).await?;
        let mean = |sum: f32| f64::from(sum) / self.pictures as f64;
        Ok(Metrics { loss: mean(sums[0]), accuracy: mean(sums[1]) })
    }
}

/// Reads a tensor, refusing numbers from a device that reported a fault.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>> {
    let device = tensor.device();
    let data = tensor.into_data_async().await;
    device::check(&device)?;
    let data = data.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))?;
    Ok(data.iter::<f32>().collect())
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
