//! `restoreFeatures`, `featureFiles` and `featurePart`: what frozen layers made of pictures, for a cache of the caller.

use std::ops::Range;

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::fit::nothing_stopped;
use super::network::JsSequential;
use crate::data::stored_features::{FeatureFile, FeatureReader, MissingFeatures, gone};
use crate::device::let_work;
use crate::training::parallel::training_threads;
use crate::training::plan::FitPlan;
use crate::training::resume::plan_of;
use crate::training::state::leave_a_lost_gpu;
use crate::training::stored_features::missing_features;
use crate::web::callbacks::CustomCallback;
use crate::web::convert::{or_default, thrown};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::{JsDataset, picture};

const UNREADABLE: &str = "could not be read";

/// `FeatureFile` in `types/results.d.ts`.
fn to_js_file(file: &FeatureFile, refusal: Option<&str>) -> JsValue {
    let object = Object::new();
    for (name, value) in [
        ("name", file.name().into()),
        ("bytes", (file.bytes() as f64).into()),
        ("parts", file.parts().into()),
        ("refusal", refusal.map_or(JsValue::NULL, JsValue::from)),
    ] {
        Reflect::set(&object, &name.into(), &value).expect("a plain object takes properties");
    }
    object.into()
}

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Looks for what the frozen layers make of the pictures before [`Self::fit`] with these arguments computes it, or before
    /// [`Self::resume`] if there is no `config`. `open` is called with the name of each file that would be of use; what it
    /// finds was put together from the parts of `Dataset.featurePart`. A file that is damaged, or of other pictures or layers,
    /// is not used. Resolves to the files that were found.
    ///
    /// # Errors
    ///
    /// Whatever `open` throws, and what `fit` and `resume` throw; `BusyError` during a fit.
    #[wasm_bindgen(js_name = restoreFeatures, unchecked_return_type = "FeatureFile[]")]
    pub async fn restore_features(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_param_type = "FitConfig | null")] config: JsValue,
        #[wasm_bindgen(unchecked_param_type = "(name: string) => Blob | null | Promise<Blob | null>")] open: Function,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let (training, validation) = (dataset.0.training.clone(), dataset.0.validation.clone());
        let (model, plan) = if config.is_null() {
            let checkpoint =
                self.stopped_run().ok_or_else(|| nothing_stopped("restoreFeatures", ", so pass a config"))?;
            let helpers = BorrowedHelpers::for_device(self.model.borrow().device_info());
            let plan = plan_of(&checkpoint, training, validation, &helpers).map_err(thrown)?;
            ((*checkpoint.model).clone(), plan)
        } else {
            let (config, _) = CustomCallback::taken_from(&config)?;
            let plan = FitPlan::new(or_default("fit", config)?, training, validation).map_err(thrown)?;
            let mut model = self.model.borrow_mut();
            leave_a_lost_gpu(&mut model);
            let helpers = BorrowedHelpers::for_device(model.device_info());
            plan.check(&model, training_threads(&model, &helpers)).map_err(thrown)?;
            (model.clone(), plan)
        };
        let found = Array::new();
        for missing in missing_features(model, &plan).await.map_err(thrown)? {
            let file = missing.file;
            let opened = open.call1(&JsValue::UNDEFINED, &file.name().into())?;
            let opened = JsFuture::from(Promise::resolve(&opened)).await?;
            let Ok(blob) = opened.dyn_into::<Blob>() else { continue };
            let refusal = restore(missing, &blob).await.err();
            found.push(&to_js_file(&file, refusal));
        }
        Ok(found.into())
    }
}

async fn restore(missing: MissingFeatures, blob: &Blob) -> Result<(), &'static str> {
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
    /// The files that would hold what frozen layers made of these pictures in the last run, if it was computed once. With them,
    /// `Sequential.restoreFeatures` saves a later run from computing it.
    #[must_use]
    #[wasm_bindgen(js_name = featureFiles, unchecked_return_type = "FeatureFile[]")]
    pub fn feature_files(&self) -> JsValue {
        let files = Array::new();
        for pictures in [Some(&self.0.training), self.0.validation.as_ref()].into_iter().flatten() {
            if let Some(file) = pictures.feature_file() {
                files.push(&to_js_file(&file, None));
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
