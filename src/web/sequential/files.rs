//! `export`, `import` and `kerasCode`: files of other tools.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::network::{JsSequential, opened_whole};
use super::options;
use crate::device::DeviceKind;
use crate::error::Error;
use crate::formats::{
    Format, KerasCode, ModelFile, is_keras_file, is_onnx, join_checkpoint, keras_code, single_network, unpacked,
};
use crate::training::state::Model;
use crate::web::convert::{from_js, thrown, to_js};
use crate::web::watch::{SIGNAL_AND_PROGRESS, Watch};
use crate::web::{converter, formats};

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// The network as the files of another tool. `onProgress` counts files.
    ///
    /// # Errors
    ///
    /// `ConfigError` for an unknown format, `BusyError` during a fit; `DeviceError` when the device
    /// failed before its first epoch ended; the reason of `signal` if it is aborted.
    #[wasm_bindgen(unchecked_return_type = "ModelFile[]")]
    pub async fn export(
        &self,
        #[wasm_bindgen(unchecked_param_type = "ExportFormat")] format: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions | null")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let format: Format = from_js("format", format)?;
        let watch = Watch::of("export", &options, SIGNAL_AND_PROGRESS)?;
        let mut model = self.model.borrow_mut();
        let files = match format {
            Format::KerasFile if !cfg!(feature = "formats") => {
                let contents = model.export_contents().await.map_err(thrown)?;
                vec![formats::write(contents, &watch).await?]
            }
            Format::Tflite if !cfg!(feature = "exchange") => {
                let files = model.export(Format::Safetensors).await.map_err(thrown)?;
                drop(model);
                let bytes = Uint8Array::from(files[0].bytes.as_slice()); // it is the only one
                drop(files); // the other program has its own copy
                return exported(converter::convert(&bytes, "tflite", &watch).await?, &watch).await;
            }
            _ => model.export(format).await.map_err(thrown)?,
        };
        exported(files.iter().map(to_js_file).collect::<Result<_, _>>()?, &watch).await
    }

    /// Opens a network from its files: one `.tabfit`, `.safetensors`, `.keras`, `.h5` or `.onnx`, or TensorFlow.js's
    /// `model.json` with its weights; or a zip archive of them. In place of the device, the second argument may be an object of
    /// options; `onProgress` counts bytes.
    ///
    /// # Errors
    ///
    /// `ModelFileError` when the files cannot be used, `DeviceError` when there is no such device; the reason of `signal` if it is
    /// aborted.
    pub async fn import(
        #[wasm_bindgen(unchecked_param_type = "{ name: string; bytes: Uint8Array }[]")] files: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "DeviceChoice | OpenOptions | null")] device: JsValue,
    ) -> Result<JsSequential, JsValue> {
        let (kind, watch) = options::of_opening("import", device).await?;
        if !files.is_object() {
            return Err(not_files());
        }
        let given: Array = js_sys::try_iter(&files)?.ok_or_else(not_files)?.collect::<Result<_, _>>()?;
        let parts: Vec<(String, Uint8Array)> =
            given.iter().map(|file| from_js_file(&file)).collect::<Result<_, _>>()?;
        let total: usize = parts.iter().map(|(_, bytes)| bytes.length() as usize).sum();
        if let [(name, bytes)] = &parts[..]
            && is_keras_file(name)
            && !cfg!(feature = "formats")
        {
            // It is not copied into this program's memory.
            return opened_whole(open_keras(bytes, &[], kind, &watch).await?, &watch, total).await;
        }
        let file = |(name, bytes): (String, Uint8Array)| ModelFile { name, bytes: bytes.to_vec() };
        let (mut files, mut done) = (Vec::new(), 0);
        for part in parts {
            files.push(file(part));
            done += files.last().map_or(0, |file| file.bytes.len());
            if done < total {
                watch.tell(done, total)?;
                watch.pause().await?;
            }
        }
        if let Some(unpacked) = unpacked(&files).map_err(thrown)? {
            files = unpacked;
        }
        if let Some(at) = single_network(&files).filter(|&at| is_keras_file(&files[at].name))
            && !cfg!(feature = "formats")
        {
            let bytes = Uint8Array::from(files.remove(at).bytes.as_slice());
            return opened_whole(open_keras(&bytes, &files, kind, &watch).await?, &watch, total).await;
        }
        if let Some(at) = single_network(&files).filter(|&at| is_onnx(&files[at].name))
            && !cfg!(feature = "exchange")
        {
            // The files beside it stay: they may name its classes.
            let bytes = Uint8Array::from(files.remove(at).bytes.as_slice());
            for converted in converter::convert(&bytes, "safetensors", &watch).await? {
                files.push(file(from_js_file(&converted)?));
            }
        }
        let opened = Model::open_files(&files, kind).await.map_err(thrown)?;
        opened_whole(opened.into(), &watch, total).await
    }

    /// Loads the weights of Keras's `.weights.h5` file into a network of the same layers; see [`Self::load_weights`].
    ///
    /// # Errors
    ///
    /// `ModelFileError` when they are those of another network, which is unchanged then, as it is where `signal` is aborted;
    /// `BusyError` during a fit.
    #[wasm_bindgen(js_name = loadKerasWeights)]
    pub async fn load_keras_weights(
        &self,
        bytes: Uint8Array,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions | null")] options: JsValue,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        let watch = Watch::of("loadKerasWeights", &options, SIGNAL_AND_PROGRESS)?;
        let loaded = if cfg!(feature = "formats") {
            self.model.borrow_mut().load_weights(&bytes.to_vec())
        } else {
            let contents = formats::read(&bytes, &watch).await?;
            self.model.borrow_mut().load_weights_of(contents)
        };
        loaded.map_err(thrown)?;
        self.checkpoint.take();
        watch.tell(bytes.length() as usize, bytes.length() as usize)
    }
}

/// A Keras file, by the late part; the files beside it may name its classes.
async fn open_keras(
    bytes: &Uint8Array,
    beside: &[ModelFile],
    kind: DeviceKind,
    watch: &Watch,
) -> Result<JsSequential, JsValue> {
    let contents = formats::read(bytes, watch).await?;
    Model::import_contents(contents, beside, kind).await.map(|model| (model, None).into()).map_err(thrown)
}

/// The files of an export, unless it is ended.
async fn exported(files: Array, watch: &Watch) -> Result<JsValue, JsValue> {
    watch.pause().await?;
    let count = files.length() as usize;
    watch.tell(count, count).map(|()| files.into())
}

/// A whole `.tabfit` file, from a checkpoint that `BackupAndRestore` wrote with `frozenApart` and the file of its frozen
/// weights. A checkpoint that has all weights is returned as it is.
///
/// # Errors
///
/// `ModelFileError` when one of them is damaged, or the frozen weights are those of another run.
#[wasm_bindgen(js_name = joinCheckpoint, unchecked_return_type = "Uint8Array<ArrayBuffer>")]
pub async fn join_checkpoint_of(checkpoint: Vec<u8>, frozen: Vec<u8>) -> Result<Uint8Array, JsValue> {
    join_checkpoint(&checkpoint, &frozen).await.map(|bytes| Uint8Array::from(bytes.as_slice())).map_err(thrown)
}

/// The network and the settings of `compile` and `fit` as a Python script for Keras 3.
///
/// # Errors
///
/// `ConfigError` names the setting that is unknown or out of range.
#[wasm_bindgen(js_name = kerasCode)]
pub fn keras_code_of(#[wasm_bindgen(unchecked_param_type = "KerasCode")] config: JsValue) -> Result<String, JsValue> {
    let config: KerasCode = from_js("settings", config)?;
    keras_code(&config).map_err(thrown)
}

fn to_js_file(file: &ModelFile) -> Result<JsValue, JsValue> {
    let object = Object::new();
    Reflect::set(&object, &"name".into(), &to_js(&file.name))?;
    Reflect::set(&object, &"bytes".into(), &Uint8Array::from(file.bytes.as_slice()))?;
    Ok(object.into())
}

fn from_js_file(file: &JsValue) -> Result<(String, Uint8Array), JsValue> {
    let name = Reflect::get(file, &"name".into()).ok().and_then(|name| name.as_string());
    let bytes = Reflect::get(file, &"bytes".into()).ok().and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok());
    let (Some(name), Some(bytes)) = (name, bytes) else { return Err(not_files()) };
    Ok((name, bytes))
}

fn not_files() -> JsValue {
    thrown(Error::config("files", "must be a list of { name, bytes }, the bytes a Uint8Array"))
}
