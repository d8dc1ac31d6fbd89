//! What the first layers of a network make of the pictures of a folder, kept on the device.

use std::ops::Range;

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::data::Input;
use crate::device::{self, read};
use crate::error::Result;

/// The features of every picture of a folder, in its order.
#[derive(Debug)]
pub(crate) struct Features {
    /// A checksum of the layers and weights that made them.
    pub(crate) body: u32,
    /// How many layers of the network made them.
    pub(crate) layers: usize,
    /// The number of values of each picture.
    pub(crate) values: usize,
    store: Store,
}

#[derive(Debug)]
#[cfg_attr(
    any(feature = "webgpu", target_pointer_width = "64"),
    expect(clippy::large_enum_variant, reason = "there is one of them for each part of the pictures")
)]
enum Store {
    /// `[picture, values]`, one picture after another.
    Processor(Vec<f32>),
    /// `[picture, values]`.
    Gpu(Tensor<2>),
}

impl Features {
    /// Room for the features of so many pictures, which [`Self::push`] fills; `None` if the processor's memory has none.
    pub(crate) fn with_room_for(
        pictures: usize,
        values: usize,
        layers: usize,
        body: u32,
        device: &Device,
    ) -> Option<Self> {
        let store = if device::largest_tensor(device).is_some() {
            Store::Gpu(Tensor::zeros([pictures, values], device))
        } else {
            let mut room = Vec::new();
            room.try_reserve_exact(pictures.checked_mul(values)?).ok()?;
            Store::Processor(room)
        };
        Some(Self { body, layers, values, store })
    }

    /// Stores the features of the pictures from `first` on, which come after those that were stored before.
    ///
    /// # Shapes
    /// - `parts`: each `[pictures, values]`, in the order of the pictures
    pub(crate) fn push(&mut self, first: usize, parts: Parts) {
        match (&mut self.store, parts) {
            (Store::Processor(all), Parts::Processor(parts)) => parts.iter().for_each(|part| all.extend(part)),
            (Store::Gpu(all), Parts::Gpu(part)) => {
                let [count, values] = part.dims();
                // Nothing else holds the tensor while it is filled, so that it is changed in its place.
                let held = std::mem::replace(all, part.clone());
                *all = held.slice_assign([first..first + count, 0..values], part);
            }
            _ => unreachable!("a network is on one device"),
        }
    }

    /// Whether they are in the memory of this device.
    pub(crate) fn are_on(&self, device: &Device) -> bool {
        match &self.store {
            Store::Processor(_) => device::largest_tensor(device).is_none(),
            Store::Gpu(values) => values.device() == *device,
        }
    }

    /// The device that they are on; any of those of the processor.
    pub(crate) fn device(&self) -> Device {
        match &self.store {
            Store::Processor(_) => Device::flex(),
            Store::Gpu(values) => values.device(),
        }
    }

    /// The features of neighbouring pictures, one after another, read from the device.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub(crate) async fn rows(&self, pictures: Range<usize>) -> Result<Vec<f32>> {
        match &self.store {
            Store::Processor(all) => Ok(all[pictures.start * self.values..pictures.end * self.values].to_vec()),
            Store::Gpu(values) => read(values.clone().slice([pictures, 0..self.values])).await,
        }
    }

    /// The features of these pictures on the device.
    pub(crate) fn input(&self, pictures: &[usize], device: &Device) -> Input {
        let values = match &self.store {
            Store::Processor(_) => {
                let (rows, values) = (pictures.len(), self.numbers(pictures));
                Tensor::from_data(TensorData::new(values, [rows, self.values]), device)
            }
            Store::Gpu(values) => {
                let rows: Vec<i32> = pictures.iter().map(|&picture| picture as i32).collect();
                let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [pictures.len()]), device);
                values.clone().select(0, rows)
            }
        };
        Input::Features { values, layers: self.layers }
    }

    /// The features of these pictures, one after another; only called for a network on the processor.
    pub(crate) fn numbers(&self, pictures: &[usize]) -> Vec<f32> {
        let Store::Processor(all) = &self.store else { unreachable!("helpers work for a network on the processor") };
        let mut numbers = Vec::with_capacity(pictures.len() * self.values);
        for &picture in pictures {
            numbers.extend_from_slice(&all[picture * self.values..][..self.values]);
        }
        numbers
    }
}

/// The features of some neighbouring pictures, as they were computed.
#[derive(Debug)]
#[cfg_attr(
    any(feature = "webgpu", target_pointer_width = "64"),
    expect(clippy::large_enum_variant, reason = "it is passed on at once")
)]
pub(crate) enum Parts {
    /// From each thread, the features of its pictures.
    Processor(Vec<Vec<f32>>),
    /// `[pictures, values]`.
    Gpu(Tensor<2>),
}
