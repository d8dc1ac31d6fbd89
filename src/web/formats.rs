//! Takes the files of other tools apart and makes them, with a library that is built in or, without the feature `formats`,
//! loaded when it is first needed.

use std::cell::RefCell;
use std::thread::LocalKey;

use js_sys::{Array, Float32Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::convert::{reason, thrown};
use super::late::{self, Late};
use super::watch::Watch;
use crate::error::{Error, Result};
use crate::formats::{FileContents, FileTensor, KERAS_FILE, ModelFile};

thread_local! {
    static READ: Late = const { RefCell::new(None) };
    static WRITE: Late = const { RefCell::new(None) };
}

/// Sets the functions that read and write Keras's files where that is not built in: `(bytes: Uint8Array, signal?: AbortSignal) =>
/// Promise<contents>` and `(contents, signal?: AbortSignal) => Promise<Uint8Array>`, where contents are `{ texts: Record<string, string>, tensors:
/// { name: string, shape: number[], values: Float32Array }[] }`. They reject with a string that completes "This Keras file …",
/// or with an `Error` if the part cannot be loaded. `tabfit.js` calls this.
#[wasm_bindgen(js_name = setFormats, skip_typescript)]
pub fn set_formats(read: Function, write: Function) {
    READ.set(Some(read));
    WRITE.set(Some(write));
}

/// What a Keras file holds.
pub(super) async fn read(bytes: &Uint8Array, watch: &Watch) -> Result<FileContents, JsValue> {
    let contents = call(&READ, bytes, watch).await?.map_err(|error| refused(&error, "read"))?;
    from_js(&contents).map_err(|error| refused(&error, "read"))
}

/// A `.keras` file.
pub(super) async fn write(contents: FileContents, watch: &Watch) -> Result<ModelFile, JsValue> {
    let bytes = match to_js(contents) {
        Ok(contents) => call(&WRITE, &contents, watch).await?,
        Err(error) => Err(error),
    };
    let bytes = bytes.and_then(JsCast::dyn_into::<Uint8Array>).map_err(|error| refused(&error, "written"))?;
    Ok(ModelFile { name: KERAS_FILE.into(), bytes: bytes.to_vec() })
}

/// What a late function answers; an error of its own is that of an ended call.
async fn call(
    function: &'static LocalKey<Late>,
    argument: &JsValue,
    watch: &Watch,
) -> Result<Result<JsValue, JsValue>, JsValue> {
    let missing = js_sys::Error::new("it was not given to this one");
    let answer = late::call(function, missing, Array::of2(argument, &watch.signal())).await;
    watch.check().map(|()| answer)
}

fn refused(error: &JsValue, done: &str) -> JsValue {
    thrown(Error::ModelFile(match error.as_string() {
        Some(clause) => format!("This Keras file {clause}."),
        None => format!(
            "A Keras file could not be {done}, because the part of the program for it could not be loaded ({}); try it again.",
            reason(error)
        ),
    }))
}

fn from_js(contents: &JsValue) -> Result<FileContents, JsValue> {
    let texts = Object::entries(&Reflect::get(contents, &"texts".into())?.dyn_into()?);
    let text = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        (entry.get(0).as_string().unwrap_or_default(), entry.get(1).as_string().unwrap_or_default())
    };
    let tensors: Array = Reflect::get(contents, &"tensors".into())?.dyn_into()?;
    let tensor = |tensor: JsValue| {
        let name = Reflect::get(&tensor, &"name".into())?.as_string().unwrap_or_default();
        let shape: Array = Reflect::get(&tensor, &"shape".into())?.dyn_into()?;
        let shape = shape.iter().map(|axis| axis.as_f64().unwrap_or_default() as usize).collect();
        let values: Float32Array = Reflect::get(&tensor, &"values".into())?.dyn_into()?;
        Ok(FileTensor { name, shape, values: values.to_vec() })
    };
    Ok(FileContents {
        texts: texts.iter().map(text).collect(),
        tensors: tensors.iter().map(tensor).collect::<Result<_, JsValue>>()?,
    })
}

fn to_js(FileContents { texts, tensors }: FileContents) -> Result<JsValue, JsValue> {
    let object = |entries: Vec<(String, JsValue)>| -> Result<JsValue, JsValue> {
        let object = Object::new();
        for (name, value) in entries {
            Reflect::set(&object, &name.into(), &value)?;
        }
        Ok(object.into())
    };
    let list = Array::new();
    for FileTensor { name, shape, values } in tensors {
        let shape: Array = shape.into_iter().map(|axis| JsValue::from(axis as f64)).collect();
        let values = Float32Array::from(values.as_slice());
        list.push(&object(vec![
            ("name".into(), name.into()),
            ("shape".into(), shape.into()),
            ("values".into(), values.into()),
        ])?);
    }
    let texts = object(texts.into_iter().map(|(name, text)| (name, text.into())).collect())?;
    object(vec![("texts".into(), texts), ("tensors".into(), list.into())])
}
