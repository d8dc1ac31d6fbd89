//! Networks as files: this project's own `.tabfit`, and the formats of other tools; also TensorBoard's event files.
//!
//! | Format | Files | Opens in |
//! |---|---|---|
//! | [`Format::Safetensors`] | `model.safetensors` | every reader of safetensors, and here again |
//! | [`Format::Tfjs`] | `model.json`, `group1-shard1of1.bin` | `tf.loadLayersModel`, and here again |
//! | [`Format::Onnx`] | `model.onnx` | onnxruntime and other ONNX tools, and here again |
//! | [`Format::Tflite`] | `model.tflite`, `labels.txt` | TensorFlow Lite, now called LiteRT, on phones and small computers |
//! | [`Format::Keras`] | `model.py`, `model.safetensors` | Keras 3 |
//! | [`Format::KerasFile`] | `model.keras` | Keras 3's `load_model`, and here again |
//!
//! All of them take float32 pixels `[batch, rows, columns, 3]`, RGB from 0 to 255, because rescaling is a
//! layer of the network. They carry the class names in order and how a picture becomes those pixels.

#[cfg(feature = "exchange")]
mod exchange;
mod export;
mod import;
pub(crate) mod keras;
mod keras_config;
mod keras_file;
mod model_files;
mod onnx;
mod safetensors;
mod shared;
pub mod tabfit;
pub mod tensorboard;
mod tfjs;
#[cfg(feature = "exchange")]
mod tflite;

#[cfg(feature = "exchange")]
pub use exchange::{onnx_as_safetensors, safetensors_as_tflite};
pub use export::{Format, KERAS_FILE};
pub use import::{is_keras_file, is_onnx, single_network, unpacked};
pub use keras::{KerasCode, keras_code};
pub use model_files::join_checkpoint;
pub use shared::contents::{FileContents, FileTensor};
pub use shared::model_file::ModelFile;
