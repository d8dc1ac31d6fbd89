//! The numbers of a tensor in an ONNX file.

use crate::formats::onnx::proto::{BFLOAT16, DOUBLE, FLOAT, FLOAT16, INT32, INT64, TensorProto};
use crate::formats::tabfit::numbers;

impl TensorProto {
    /// The lengths of the axes.
    ///
    /// # Errors
    ///
    /// One of them is below 1, or they are more than six; a clause about the file.
    pub(super) fn shape(&self) -> Result<Vec<usize>, String> {
        let axes = self.dims.iter().map(|&length| usize::try_from(length)).collect::<Result<Vec<_>, _>>();
        let axes = axes.ok().filter(|axes| axes.len() <= 6 && !axes.contains(&0));
        axes.ok_or_else(|| format!("holds {} in a shape that cannot be", self.name))
    }

    /// The numbers, as many as its shape has.
    ///
    /// # Errors
    ///
    /// They are not floats, in another file, or of another count; a clause about the file.
    pub(super) fn read_floats(&self) -> Result<Vec<f32>, String> {
        self.check_place()?;
        let raw = &self.raw_data[..];
        let bits = || self.int32_data.iter().flat_map(|&bits| (bits as u16).to_le_bytes()).collect::<Vec<u8>>();
        let values = match (self.data_type, raw.is_empty()) {
            (FLOAT, false) => numbers::float32(raw),
            (FLOAT, true) => self.float_data.clone(),
            (DOUBLE, false) => raw.as_chunks().0.iter().map(|&number| f64::from_le_bytes(number) as f32).collect(),
            (DOUBLE, true) => self.double_data.iter().map(|&number| number as f32).collect(),
            (FLOAT16, false) => numbers::float16(raw),
            (FLOAT16, true) => numbers::float16(&bits()),
            (BFLOAT16, false) => numbers::bfloat16(raw),
            (BFLOAT16, true) => numbers::bfloat16(&bits()),
            _ => {
                return Err(format!(
                    "holds {} as other numbers than floats; quantized networks are not read",
                    self.name
                ));
            }
        };
        self.counted(values)
    }

    /// The whole numbers, as many as its shape has.
    ///
    /// # Errors
    ///
    /// They are no integers, or of another count; a clause about the file.
    pub(super) fn read_ints(&self) -> Result<Vec<i64>, String> {
        self.check_place()?;
        let raw = &self.raw_data[..];
        let values = match (self.data_type, raw.is_empty()) {
            (INT64, false) => raw.as_chunks().0.iter().map(|&number| i64::from_le_bytes(number)).collect(),
            (INT64, true) => self.int64_data.clone(),
            (INT32, false) => raw.as_chunks().0.iter().map(|&number| i32::from_le_bytes(number).into()).collect(),
            (INT32, true) => self.int32_data.iter().map(|&number| number.into()).collect(),
            _ => return Err(format!("holds {} as other numbers than integers", self.name)),
        };
        self.counted(values)
    }

    fn check_place(&self) -> Result<(), String> {
        match self.data_location {
            0 => Ok(()),
            _ => Err("keeps its weights in another file; save it as one file, without external data".into()),
        }
    }

    fn counted<T>(&self, values: Vec<T>) -> Result<Vec<T>, String> {
        let count = self.shape()?.iter().try_fold(1usize, |count, &axis| count.checked_mul(axis));
        match count == Some(values.len()) {
            true => Ok(values),
            false => Err(format!("is cut off or damaged: {} has another number of values than its shape", self.name)),
        }
    }
}
