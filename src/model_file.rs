//! The `.tabfit` file: a safetensors file whose metadata say what the weights mean.
//!
//! Weights carry Keras's names and Keras's layouts (`[rows, columns, in, out]` for a convolution), so
//! that any reader of safetensors can use them. The metadata entry `tabfit` holds the layers, the
//! class names in order and the history as JSON; preprocessing is a layer.

use std::collections::HashMap;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::{
    architecture::Architecture,
    device::{self, DeviceKind},
    error::{Error, Result},
    history::History,
    layer::ModelConfig,
    model::Model,
    sequential::Sequential,
};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    version: u32,
    model: ModelConfig,
    class_names: Vec<String>,
    history: Option<History>,
}

impl Model {
    /// The network as a `.tabfit` file.
    ///
    /// # Errors
    ///
    /// The device failed and no epoch was finished on it.
    pub async fn save(&mut self) -> Result<Vec<u8>> {
        self.leave_a_lost_gpu();
        let values = self.read_weights().await?;
        let header = Header {
            version: VERSION,
            model: self.architecture().config().clone(),
            class_names: self.class_names.clone(),
            history: (!self.history.epochs.is_empty()).then(|| self.history.clone()),
        };
        let header = serde_json::to_string(&header).expect("plain data always serialises");
        let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = (self.architecture().weights().zip(values))
            .map(|(weight, value)| {
                let bytes = weight.to_keras(&value).into_iter().flat_map(f32::to_le_bytes).collect();
                (weight.name.clone(), weight.keras_shape.clone(), bytes)
            })
            .collect();
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            (name, view.expect("a weight fills its shape"))
        });
        safetensors::serialize(views, Some(HashMap::from([("tabfit".to_string(), header)])))
            .map_err(|error| Error::ModelFile(format!("The network could not be written ({error}).")))
    }

    /// Opens a `.tabfit` file on a device.
    ///
    /// # Errors
    ///
    /// The file is not one, is cut off, comes from a newer version, or holds other weights than its
    /// layers need; or there is no such device. Nothing is allocated beyond the size of the file.
    pub async fn load(bytes: &[u8], kind: DeviceKind) -> Result<Self> {
        let broken = |what: &str| {
            Error::ModelFile(format!("This model file {what}; save it again from the page that trained it."))
        };
        let (_, metadata) =
            SafeTensors::read_metadata(bytes).map_err(|_| broken("is cut off, damaged, or not a model file"))?;
        let json = metadata.metadata().as_ref().and_then(|entries| entries.get("tabfit"));
        let json = json.ok_or_else(|| broken("was not made by tabfit"))?;
        let header: Header =
            serde_json::from_str(json).map_err(|error| broken(&format!("has a damaged description ({error})")))?;
        if header.version > VERSION {
            return Err(Error::ModelFile(format!(
                "This model file has version {}, newer than this page understands ({VERSION}); reload the page.",
                header.version
            )));
        }
        if header.class_names.len() < 2 {
            return Err(broken("names fewer than two classes"));
        }
        let architecture = Architecture::new(header.model, header.class_names.len())
            .map_err(|error| broken(&format!("describes a network that cannot be: {error}")))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|_| broken("is cut off or damaged"))?;
        let mut values = Vec::new();
        for weight in architecture.weights() {
            let tensor = tensors.tensor(&weight.name);
            let tensor = tensor.map_err(|_| broken(&format!("lacks the weight {}", weight.name)))?;
            if tensor.dtype() != Dtype::F32 || tensor.shape() != weight.keras_shape {
                return Err(broken(&format!("holds {} in another shape than its layer needs", weight.name)));
            }
            let keras: Vec<f32> = (tensor.data().chunks_exact(4))
                .map(|bytes| f32::from_le_bytes(bytes.try_into().expect("chunks of four bytes")))
                .collect();
            values.push(weight.from_keras(&keras));
        }
        if tensors.len() != values.len() {
            return Err(broken("holds weights that no layer uses"));
        }
        let (device, info) = device::open(kind).await?;
        let mut model = Self::on(Sequential::from_values(architecture, values, &device), header.class_names, info)?;
        model.history = header.history.unwrap_or_default();
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{presets::Preset, seed::Seed};

    async fn model() -> Model {
        let config = Preset::named("tutorial4").unwrap().config(16, 2);
        Model::new(config, vec!["a \"quoted\" 🧠".into(), "<script>".into()], DeviceKind::Cpu, Seed(3)).await.unwrap()
    }

    #[pollster::test]
    async fn a_network_comes_back_with_its_weights_classes_and_answers() {
        let mut model = model().await;
        let bytes = model.save().await.unwrap();
        let mut back = Model::load(&bytes, DeviceKind::Cpu).await.unwrap();
        assert_eq!(back.class_names(), model.class_names());
        assert_eq!(back.read_weights().await.unwrap(), model.read_weights().await.unwrap());
        let picture: Vec<u8> = (0..16 * 16 * 3).map(|i| (i * 31 % 256) as u8).collect();
        assert_eq!(back.predict(&picture).await.unwrap(), model.predict(&picture).await.unwrap());
        let kernel = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(kernel.tensor("conv2d/kernel").unwrap().shape(), [3, 3, 3, 32]);
    }

    #[pollster::test]
    async fn a_file_cut_anywhere_is_refused() {
        let bytes = model().await.save().await.unwrap();
        for length in (0..bytes.len()).step_by(bytes.len() / 50) {
            let error = Model::load(&bytes[..length], DeviceKind::Cpu).await.unwrap_err();
            assert_eq!(error.name(), "ModelFileError", "at {length}: {error}");
        }
    }

    #[pollster::test]
    async fn a_plain_safetensors_file_is_refused_in_words() {
        let data = [0u8; 4];
        let view = TensorView::new(Dtype::F32, vec![1], &data).unwrap();
        let bytes = safetensors::serialize([("w", view)], None).unwrap();
        let error = Model::load(&bytes, DeviceKind::Cpu).await.unwrap_err();
        assert!(error.to_string().contains("was not made by tabfit"), "{error}");
    }
}
