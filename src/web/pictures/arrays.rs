//! `Dataset.fromArrays`: pictures that JavaScript already has as pixels.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::picture::bytes;
use crate::data::image_size::{check_image_size, pixel_memory};
use crate::data::{Dataset, FolderDataset};
use crate::error::Error;
use crate::web::convert::{from_js, thrown};

/// `DatasetArrays` in `types/data.d.ts` without its pictures, which are removed before the rest is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Shape {
    image_size: usize,
    class_names: Vec<String>,
}

/// The rest of a part when its pictures have been removed; any other field is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOtherFields {}

/// Pictures and labels as JavaScript holds them.
struct LabelledImages {
    images: JsValue,
    labels: JsValue,
}

/// `Dataset.fromArrays`: copies the pixels and checks that everything fits.
pub(super) fn dataset(arrays: &JsValue) -> Result<FolderDataset, JsValue> {
    let arrays = own_copy("arrays", arrays)?;
    let training = LabelledImages::take(&arrays)?;
    let part = |name: &str| -> Result<Option<LabelledImages>, JsValue> {
        let part = take(&arrays, name)?;
        if part.is_null() || part.is_undefined() {
            return Ok(None);
        }
        let part = own_copy(name, &part)?;
        let taken = LabelledImages::take(&part)?;
        from_js::<NoOtherFields>(name, part.into())?;
        Ok(Some(taken))
    };
    let (validation, test) = (part("validation")?, part("test")?);
    let shape: Shape = from_js("arrays", arrays.into())?;
    check_image_size(shape.image_size).map_err(thrown)?;
    let of_part = |part: Option<LabelledImages>| part.map(|part| part.dataset(&shape)).transpose();
    let (training, validation, test) = (training.dataset(&shape), of_part(validation), of_part(test));
    FolderDataset::new(training.map_err(thrown)?, validation.map_err(thrown)?, test.map_err(thrown)?).map_err(thrown)
}

impl LabelledImages {
    fn take(part: &Object) -> Result<Self, JsValue> {
        Ok(Self { images: take(part, "images")?, labels: take(part, "labels")? })
    }

    fn dataset(&self, shape: &Shape) -> Result<Dataset, Error> {
        let size = shape.image_size;
        let labels = labels(&self.labels)?;
        let images = bytes(&self.images).ok_or_else(|| {
            Error::config("images", "must be a Uint8Array or Uint8ClampedArray; scale other numbers to 0 to 255 first")
        })?;
        let pixels = rgb(&images, labels.len(), size)?;
        Dataset::from_arrays(pixels, labels, shape.class_names.clone(), size)
    }
}

/// RGB pixels of RGB or RGBA pictures, one after another.
fn rgb(images: &Uint8Array, pictures: usize, size: usize) -> Result<Vec<u8>, Error> {
    let length = |channels: usize| size * size * channels;
    let given = images.length() as usize;
    if pictures == 0
        || given.checked_div(pictures).is_none_or(|each| each != length(3) && each != length(4))
        || !given.is_multiple_of(pictures)
    {
        return Err(Error::Dataset(format!(
            "images holds {given} bytes, but {pictures} labels ask for {pictures} pictures of {size} x {size} RGB or RGBA pixels, {} or {} bytes each.",
            length(3),
            length(4)
        )));
    }
    let each = given / pictures;
    let mut pixels = pixel_memory(pictures, size)?;
    // Picture by picture, because there may be no memory for a second copy of all pixels.
    for start in (0..given).step_by(each) {
        let picture = images.subarray(start as u32, (start + each) as u32).to_vec();
        match each == length(3) {
            true => pixels.extend_from_slice(&picture),
            false => pixels.extend(tabfit_kernels::over_black(&picture)),
        }
    }
    Ok(pixels)
}

/// Whole numbers from an array or a typed array.
fn labels(labels: &JsValue) -> Result<Vec<u32>, Error> {
    if !Array::is_array(labels) && !ArrayBuffer::is_view(labels) {
        return Err(Error::config("labels", "must be an array of numbers, one for each picture"));
    }
    let whole = |(index, label): (usize, JsValue)| match label.as_f64() {
        Some(label) if (0.0..=f64::from(u32::MAX)).contains(&label) && label.fract() == 0.0 => Ok(label as u32),
        _ => Err(Error::config(
            format!("labels[{index}]"),
            format!("must be an index into classNames, a whole number from 0, not {}", written(&label)),
        )),
    };
    Array::from(labels).iter().enumerate().map(whole).collect()
}

/// A value for an error sentence, as a person would write it.
fn written(value: &JsValue) -> String {
    let text = value.as_string().map(|text| format!("\"{text}\""));
    text.or_else(|| value.as_f64().map(|number| number.to_string())).unwrap_or_else(|| format!("{value:?}"))
}

/// A shallow copy, so that fields can be removed.
fn own_copy(name: &str, value: &JsValue) -> Result<Object, JsValue> {
    match value.dyn_ref::<Object>() {
        Some(object) if !Array::is_array(value) => Ok(Object::assign(&Object::new(), object)),
        _ => Err(thrown(Error::config(name, "must be an object with images and labels"))),
    }
}

fn take(object: &Object, key: &str) -> Result<JsValue, JsValue> {
    let value = Reflect::get(object, &key.into())?;
    Reflect::delete_property(object, &key.into())?;
    Ok(value)
}
