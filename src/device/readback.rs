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

/// The most bytes that are read at once: a GPU copies them to memory of its own first. One larger tensor is read alone.
const AT_ONCE: usize = 64 << 20;

/// Reads flat tensors of one device, with a round trip for each [`group`](in_groups).
pub(crate) async fn read_all(tensors: &[Tensor<1>]) -> Result<Vec<Vec<f32>>> {
    let mut all = Vec::with_capacity(tensors.len());
    for group in in_groups(tensors, |tensor| tensor.dims()[0] * 4) {
        let transaction = group.iter().cloned().fold(Transaction::default(), Transaction::register);
        let data = transaction.execute_async().await;
        device::check(&group[0].device())?;
        for data in data.map_err(failed)? {
            all.push(numbers(data)?);
        }
    }
    Ok(all)
}

/// Neighbours that can be read at once, given the bytes of each.
pub(crate) fn in_groups<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let (mut groups, mut rest) = (Vec::new(), items);
    while !rest.is_empty() {
        let mut sum = 0;
        let fitting = rest.iter().take_while(|item| {
            sum += bytes(item);
            sum <= AT_ONCE
        });
        let (group, after) = rest.split_at(fitting.count().max(1));
        groups.push(group);
        rest = after;
    }
    groups
}

fn numbers(data: TensorData) -> Result<Vec<f32>> {
    let numbers = data.convert::<f32>().try_into_vec();
    numbers.map_err(|error| Error::Device(format!("Reading from the device failed: {error}.")))
}

fn failed(error: ExecutionError) -> Error {
    Error::Device(format!("Reading from the device failed: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_at_once_stays_below_the_limit_and_nothing_is_left_out() {
        let sizes = [1, AT_ONCE - 1, 1, 2 * AT_ONCE, 3, AT_ONCE, AT_ONCE];
        let groups = in_groups(&sizes, |&size| size);
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [2, 1, 1, 1, 1, 1]);
        assert_eq!(groups.concat(), sizes);
        assert!(in_groups(&[0_usize; 0], |&size| size).is_empty());
    }
}
