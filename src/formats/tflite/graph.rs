//! A network of TensorFlow Lite under construction: its tensors and the operators that compute them.

use super::operator::Operator;
use super::schema::{Call, Elements, Tensor};
use crate::network::Shape;

/// The network so far. Tensors are known by their positions, and named as in ONNX: `layer/kernel`, `layer/output`.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) calls: Vec<Call>,
}

impl Graph {
    /// Adds a tensor that is computed, for one picture.
    pub(crate) fn computed(&mut self, name: &str, shape: Shape) -> usize {
        self.tensor(name.into(), std::iter::once(1).chain(shape.dims()).collect(), Elements::Float32, None)
    }

    fn tensor(&mut self, name: String, shape: Vec<usize>, elements: Elements, constant: Option<Vec<u8>>) -> usize {
        self.tensors.push(Tensor { name, shape, elements, constant });
        self.tensors.len() - 1
    }

    pub(super) fn floats(&mut self, name: String, shape: &[usize], values: &[f32]) -> usize {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, shape.to_vec(), Elements::Float32, Some(bytes))
    }

    pub(super) fn ints(&mut self, name: String, shape: &[usize], values: &[i32]) -> usize {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, shape.to_vec(), Elements::Int32, Some(bytes))
    }

    /// Adds an operator whose output has the shape of `like`.
    pub(super) fn each(&mut self, operator: Operator, inputs: &[usize], like: usize, name: String) -> usize {
        let shape = self.tensors[like].shape.clone();
        self.call(operator, inputs, shape, name)
    }

    pub(super) fn call(&mut self, operator: Operator, inputs: &[usize], shape: Vec<usize>, name: String) -> usize {
        let elements = if operator == Operator::Greater { Elements::Bool } else { Elements::Float32 };
        let output = self.tensor(name, shape, elements, None);
        self.calls.push(Call { operator, inputs: inputs.to_vec(), output });
        output
    }

    /// Adds an operator of a tensor and a number.
    pub(super) fn with_number(&mut self, operator: Operator, x: usize, number: f64, name: String) -> usize {
        let number = self.floats(format!("{name}/number"), &[1], &[number as f32]);
        self.each(operator, &[x, number], x, name)
    }

    /// Adds a factor and an offset for each channel.
    pub(super) fn affine(&mut self, x: usize, [scales, offsets]: &[Vec<f32>; 2], name: &str) -> usize {
        let length = [scales.len()];
        let scales = self.floats(format!("{name}/scales"), &length, scales);
        let offsets = self.floats(format!("{name}/offsets"), &length, offsets);
        let scaled = self.each(Operator::Mul, &[x, scales], x, format!("{name}/scaled"));
        self.each(Operator::Add, &[scaled, offsets], x, format!("{name}/output"))
    }

    /// Adds a reduction over axes of a picture; those that go are rows and columns.
    pub(super) fn reduced(
        &mut self,
        operator: Operator,
        x: usize,
        axes: &[i32],
        shape: Vec<usize>,
        name: String,
    ) -> usize {
        let axes = self.ints(format!("{name}/axes"), &[axes.len()], axes);
        self.call(operator, &[x, axes], shape, name)
    }
}
