//! The part of tabfit that takes Keras's files apart and makes them. A page loads it when it first meets such a file.
//!
//! What goes to the other parts and comes from them is plain data: `{ texts: { "config.json": "…" }, tensors: [{ name, shape,
//! values: Float32Array }] }`. The bytes of a file stay in JavaScript: only what is read of them is copied, a tensor at a time.

use std::cell::RefCell;

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use tabfit_formats::{Bytes, Contents, HANDOVER, KerasFile, Tensor};
use wasm_bindgen::prelude::*;

thread_local! {
    /// The file that is being read. A reader must be able to go to other threads, which a value of JavaScript cannot.
    static FILE: RefCell<Option<Uint8Array>> = const { RefCell::new(None) };
}

/// The file in [`FILE`].
struct File(u64);

impl Bytes for File {
    fn length(&self) -> u64 {
        self.0
    }

    fn copy(&self, position: u64, buffer: &mut [u8]) {
        FILE.with_borrow(|file| {
            if let Some(file) = file {
                file.subarray(position as u32, position as u32 + buffer.len() as u32).copy_to(buffer);
            }
        });
    }
}

/// What a `.keras` or `.h5` file holds.
///
/// # Errors
///
/// A string that completes "This Keras file …".
#[wasm_bindgen]
pub fn read(bytes: Uint8Array) -> Result<JsValue, JsValue> {
    let length = u64::from(bytes.length());
    FILE.set(Some(bytes));
    let contents = KerasFile::open(File(length)).map_err(JsValue::from).and_then(|file| to_js(&file));
    FILE.set(None);
    contents
}

/// The bytes of a `.keras` file.
///
/// # Errors
///
/// A string that completes "The network could not be written: it …".
#[wasm_bindgen]
pub fn write(contents: JsValue) -> Result<Uint8Array, JsValue> {
    let bytes = tabfit_formats::write(from_js(&contents)?)?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

/// The program that goes on with a run on another machine: `{ name, text }` of each of its files.
///
/// # Errors
///
/// None is known: a new object takes every property.
#[wasm_bindgen]
pub fn handover() -> Result<Array, JsValue> {
    HANDOVER.iter().map(|&(name, text)| object(&[("name", name.into()), ("text", text.into())])).collect()
}

fn to_js(file: &KerasFile) -> Result<JsValue, JsValue> {
    let texts = Object::new();
    for (name, text) in file.texts() {
        Reflect::set(&texts, &name.into(), &text.into())?;
    }
    let tensors = Array::new();
    for (index, entry) in file.entries().iter().enumerate() {
        let shape: Array = entry.shape.iter().map(|&axis| JsValue::from(axis as f64)).collect();
        let values = Float32Array::from(file.values(index)?.as_slice());
        tensors.push(&object(&[
            ("name", entry.name.as_str().into()),
            ("shape", shape.into()),
            ("values", values.into()),
        ])?);
    }
    object(&[("texts", texts.into()), ("tensors", tensors.into())])
}

fn object(entries: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in entries {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object.into())
}

fn from_js(contents: &JsValue) -> Result<Contents, JsValue> {
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
        Ok(Tensor { name, shape, values: values.to_vec() })
    };
    Ok(Contents {
        texts: texts.iter().map(text).collect(),
        tensors: tensors.iter().map(tensor).collect::<Result<_, JsValue>>()?,
    })
}
