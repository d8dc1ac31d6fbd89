//! The weights of a model as a list: Keras's `get_weights` and `set_weights`.

use super::{Measured, Model, leave_a_lost_gpu};
use crate::error::{Error, Result};
use crate::network::Sequential;

/// The values of a weight, and what they are of.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedWeight {
    /// `layer/kernel`, as Keras prints it.
    pub name: String,
    /// The axes are Keras's: `[rows, columns, in, out]` for the kernel of a convolution, `[in, out]` for that of a dense layer.
    pub shape: Vec<usize>,
    /// One after another, so that the index along the last axis changes fastest.
    pub values: Vec<f32>,
}

impl Model {
    /// Every weight with its values, in the order of Keras's `get_weights`.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn weights(&mut self) -> Result<Vec<NamedWeight>> {
        leave_a_lost_gpu(self);
        let mut values = self.read_weights().await?;
        let mut weights = Vec::new();
        for (index, spec) in self.architecture().weights_as_in_keras() {
            let values = std::mem::take(&mut values[index]);
            weights.push(NamedWeight { name: spec.name.clone(), shape: spec.shape.clone(), values });
        }
        Ok(weights)
    }

    /// Sets every weight, given in the order of [`Self::weights`]; names do not count. The optimizer and the history stay.
    ///
    /// # Errors
    ///
    /// There are more or fewer than the network has, or one has another shape. Nothing is changed then.
    pub fn set_weights(&mut self, given: Vec<NamedWeight>) -> Result<()> {
        let architecture = &self.network.architecture;
        let order = architecture.weights_as_in_keras();
        if given.len() != order.len() {
            let clause = format!(
                "must have {} items, one for each weight of the network, not {}; getWeights gives such a list",
                order.len(),
                given.len()
            );
            return Err(Error::config("weights", clause));
        }
        let mut values = vec![Vec::new(); order.len()];
        for (weight, (index, spec)) in given.into_iter().zip(order) {
            if weight.shape != spec.shape || weight.values.len() != spec.len() {
                let clause = format!(
                    "must have the shape {:?} and {} values for {}, not {:?} and {}",
                    spec.shape,
                    spec.len(),
                    spec.name,
                    weight.shape,
                    weight.values.len()
                );
                return Err(Error::config("weights", clause));
            }
            values[index] = weight.values;
        }
        self.network = Sequential::from_values(architecture.clone(), values, &self.network.device);
        self.measured = Measured::default();
        Ok(())
    }
}
