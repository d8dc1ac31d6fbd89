//! What frozen layers made of pictures, for a cache of the caller: `featureFiles` and `featurePart` give it, and a run asks for it.

use std::ops::Range;

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::data::stored_features::{FeatureFile, FeatureReader, MissingFeatures, gone};
use crate::device::let_work;
use crate::training::plan::FitPlan;
use crate::training::state::Model;
use crate::training::stored_features::missing_features;
use crate::web::callbacks::Observer;
use crate::web::convert::thrown;
use crate::web::pictures::{JsDataset, picture};

const UNREADABLE: &str = "could not be read";

/// `FeatureFile` in `types/results.d.ts`.
fn to_js_file(file: &FeatureFile) -> Object {
    let object = Object::new();
    set(&object, "name", file.name().into());
    set(&object, "bytes", (file.bytes() as f64).into());
    set(&object, "parts", file.parts().into());
    object
}

fn set(object: &Object, name: &str, value: JsValue) {
    Reflect::set(object, &name.into(), &value).expect("a plain object takes properties");
}

/// Asks the listener of a run for the files of what it would compute, by `missing-features` events that are answered with a
/// `Blob`, and tells in `restored-features` events what became of them. What is not understood here, the run itself will say.
pub(super) async fn restore_features(observer: &mut Observer, model: &Model, plan: &FitPlan) {
    for missing in missing_features(model.clone(), plan).await.unwrap_or_default() {
        let event = to_js_file(&missing.file);
        set(&event, "type", "missing-features".into());
        let Ok(blob) = observer.call(&event).await.dyn_into::<Blob>() else { continue };
        let refusal = read(missing, &blob).await.err();
        set(&event, "type", "restored-features".into());
        set(&event, "refusal", refusal.map_or(JsValue::NULL, JsValue::from));
        observer.call(&event).await;
    }
}

async fn read(missing: MissingFeatures, blob: &Blob) -> Result<(), &'static str> {
    let (file, device) = (missing.file, missing.device.clone());
    let (mut missing, mut reader) = (Some(missing), None);
    for part in 0..file.parts() {
        let Range { start, end } = file.part(part);
        let Ok(slice) = blob.slice_with_f64_and_f64(start as f64, end as f64) else { return Err(UNREADABLE) };
        let Ok(bytes) = picture::bytes_of(slice.array_buffer().into()).await else { return Err(UNREADABLE) };
        match (&mut reader, missing.take()) {
            (Some(reader), _) => FeatureReader::push(reader, &bytes)?,
            (none, Some(missing)) => *none = Some(FeatureReader::begin(missing, &bytes, blob.size() as u64)?),
            (None, None) => {}
        }
        let_work(&device).await; // or all pieces would wait in memory for a GPU
    }
    reader.map_or(Ok(()), FeatureReader::end)
}

#[wasm_bindgen(js_class = Dataset)]
impl JsDataset {
    /// The files that would hold what frozen layers made of these pictures in the last run, if it was computed once. A later
    /// run that is given them, where it sends a `missing-features` event, need not compute it.
    #[must_use]
    #[wasm_bindgen(js_name = featureFiles, unchecked_return_type = "FeatureFile[]")]
    pub fn feature_files(&self) -> JsValue {
        let files = Array::new();
        for pictures in [Some(&self.0.training), self.0.validation.as_ref()].into_iter().flatten() {
            if let Some(file) = pictures.feature_file() {
                files.push(&to_js_file(&file));
            }
        }
        files.into()
    }

    /// The bytes of one part of such a file, counted from 0; all parts, one after another, are the file.
    ///
    /// # Errors
    ///
    /// `DatasetError` when there is no such file or part any more, `DeviceError` when the device failed.
    #[wasm_bindgen(js_name = featurePart, unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn feature_part(&self, name: String, part: usize) -> Result<Uint8Array, JsValue> {
        for pictures in [Some(&self.0.training), self.0.validation.as_ref()].into_iter().flatten() {
            if let Some(file) = pictures.feature_file().filter(|file| file.name() == name) {
                let bytes = pictures.feature_part(&file, part).await.map_err(thrown)?;
                return Ok(Uint8Array::from(bytes.as_slice()));
            }
        }
        Err(thrown(gone()))
    }
}
