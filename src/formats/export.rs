//! A trained network as the files of another tool.

use serde::{Deserialize, Serialize};

#[cfg(not(feature = "exchange"))]
use crate::error::Error;
use crate::error::Result;
use crate::formats::shared::{FileContents, ModelData, ModelFile};
#[cfg(feature = "exchange")]
use crate::formats::tflite;
use crate::formats::{keras, keras_file, onnx, safetensors, tfjs};
use crate::network::Origins;
use crate::training::state::{Model, leave_a_lost_gpu};

/// The tool that a network is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The weights in Keras's names and layouts; the header says what they mean.
    Safetensors,
    /// A TensorFlow.js layers-model.
    Tfjs,
    /// ONNX, operator set 17.
    Onnx,
    /// TensorFlow Lite, and the class names line by line.
    Tflite,
    /// A Python script that rebuilds the network in Keras 3, and its weights.
    Keras,
    /// Keras 3's own `.keras` file.
    #[serde(rename = "keras-file")]
    KerasFile,
}

/// What cannot be written without the feature `exchange`; `web` asks another program instead.
#[cfg(not(feature = "exchange"))]
const ELSEWHERE: &str = "TensorFlow Lite is not written by this part of the program.";

/// The name of the file of [`Format::KerasFile`].
pub const KERAS_FILE: &str = "model.keras";

impl Model {
    /// The network as files of another tool.
    ///
    /// # Errors
    ///
    /// The device failed before an epoch was finished on it, or the format cannot express a layer.
    pub async fn export(&mut self, format: Format) -> Result<Vec<ModelFile>> {
        let data = self.data().await?;
        match format {
            Format::Safetensors => Ok(vec![safetensors::write::file(&data)?]),
            Format::Tfjs => tfjs::write::files(&data),
            Format::Onnx => Ok(vec![onnx::write::file(&data)]),
            #[cfg(feature = "exchange")]
            Format::Tflite => Ok(tflite::write::files(&data)),
            #[cfg(not(feature = "exchange"))]
            Format::Tflite => Err(Error::ModelFile(ELSEWHERE.into())),
            Format::Keras => Ok(vec![keras::model_script::script(&data), safetensors::write::file(&data)?]),
            Format::KerasFile => {
                let bytes = keras_file::container::bytes(keras_file::write::contents(data))?;
                Ok(vec![ModelFile::new(KERAS_FILE, bytes)])
            }
        }
    }

    /// What the file of [`Format::KerasFile`] holds, for a program that writes its bytes elsewhere.
    ///
    /// # Errors
    ///
    /// The device failed before an epoch was finished on it.
    pub async fn export_contents(&mut self) -> Result<FileContents> {
        Ok(keras_file::write::contents(self.data().await?))
    }

    async fn data(&mut self) -> Result<ModelData> {
        leave_a_lost_gpu(self);
        let values = self.read_weights().await?;
        let architecture = match self.measured.temperature {
            Some(temperature) => self.architecture().with_temperature(temperature)?,
            None => self.architecture().clone(),
        };
        let class_names = self.class_names().to_vec();
        let manifest = self.manifest.clone();
        Ok(ModelData { architecture, class_names, values, manifest, origins: Origins::default() })
    }
}
