//! Where the layers of a network stood in the file of another tool, so that their weights are found there.

use std::collections::HashMap;

use crate::network::{Architecture, WeightSpec};

/// The place of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The names of the models that it lies in, without the outermost, and its own name.
    pub(crate) names: Vec<String>,
    /// Keras 3's path of it in a file of weights, such as `layers/functional/layers/conv2d_1`: by class and order, because
    /// generated names differ from run to run.
    pub(crate) path: String,
}

/// The shape and the values of a weight.
pub(crate) type Shaped = (Vec<usize>, Vec<f32>);

/// The places of a network's layers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Origins {
    /// By the names of the layers here.
    pub(crate) layers: HashMap<String, Origin>,
    /// The values of weights that no file has, by their names here: those of a layer that was put in front of the network, and
    /// those that a layer there does without.
    pub(crate) given: HashMap<String, Vec<f32>>,
}

impl Origins {
    /// The values of all weights of a network, in the order of its layers. `find` returns the shape and the values of a
    /// weight in the file: of the layer at this place, the one with this number there, counted from 0.
    ///
    /// # Errors
    ///
    /// A weight is not there or has another shape; a clause that completes "This … file".
    pub(crate) fn values(
        &self,
        architecture: &Architecture,
        mut find: impl FnMut(&Origin, usize, &WeightSpec) -> Result<Option<Shaped>, String>,
    ) -> Result<Vec<Vec<f32>>, String> {
        let mut values = Vec::new();
        for layer in &architecture.layers {
            let mut index = 0;
            for weight in &layer.weights {
                if let Some(given) = self.given.get(&weight.name) {
                    values.push(given.clone());
                    continue;
                }
                let lacking = || format!("lacks the weight {}", weight.name);
                let origin = self.layers.get(&layer.name).ok_or_else(lacking)?;
                let (shape, found) = find(origin, index, weight)?.ok_or_else(lacking)?;
                if shape != weight.shape {
                    let WeightSpec { name, shape: wanted, .. } = weight;
                    return Err(format!("holds {name} in the shape {shape:?}, and its layer needs {wanted:?}"));
                }
                values.push(found);
                index += 1;
            }
        }
        Ok(values)
    }
}
