//! Pictures from JavaScript: pixels, or files that the browser decodes.

use js_sys::{Promise, Uint8Array, Uint8ClampedArray};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::{
    error::Error,
    image::{self, Reason},
};

// The page's own decoder, so that a file gives the same pixels with and without the page.
#[wasm_bindgen(module = "/www/js/shared/decode.js")]
extern "C" {
    fn decode(file: &Blob, size: usize) -> Promise;

    /// A square canvas that pictures are drawn to.
    pub(super) type Rasterizer;

    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(size: usize) -> Result<Rasterizer, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn pixels(this: &Rasterizer, bitmap: &ImageBitmap) -> Result<Uint8ClampedArray, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    type ImageBitmap;

    #[wasm_bindgen(method)]
    fn close(this: &ImageBitmap);
}

/// A file that passed inspection, while the browser decodes it.
pub(super) struct Opened {
    bytes: Vec<u8>,
    pub(super) pixels: usize,
    /// The bitmap, or null where this browser cannot decode the file.
    bitmap: Promise,
}

impl Opened {
    /// Reads a file, looks at its header, and lets the browser begin to decode it, to `size` x `size`.
    pub(super) async fn read(file: &Blob, size: usize) -> Result<Self, Reason> {
        Self::of(file, JsFuture::from(file.array_buffer()), size).await
    }

    /// The same for a file that is being read already.
    pub(super) async fn of(file: &Blob, bytes: JsFuture, size: usize) -> Result<Self, Reason> {
        let unreadable = |_| Reason::from("could not be read from the disk; was it moved or deleted?");
        let buffer = bytes.await.map_err(unreadable)?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        let (width, height) = image::inspect(&bytes)?;
        Ok(Self { bytes, pixels: width * height, bitmap: decode(file, size) })
    }

    /// The picture at the rasterizer's size, `[size, size, 3]`; by the built-in decoders where the
    /// browser's fail.
    pub(super) async fn rgb(self, rasterizer: &Rasterizer, size: usize) -> Result<Vec<u8>, Reason> {
        match JsFuture::from(self.bitmap).await {
            Ok(bitmap) if bitmap.is_object() => {
                let bitmap: ImageBitmap = bitmap.unchecked_into();
                let rgba = rasterizer.pixels(&bitmap);
                bitmap.close();
                rgba.map(|rgba| tabfit_kernels::over_black(&rgba.to_vec())).map_err(|_| "could not be drawn".into())
            }
            _ => image::decode(&self.bytes, size),
        }
    }
}

/// Bytes that JavaScript holds as a `Uint8Array` or a `Uint8ClampedArray`.
pub(super) fn bytes(value: &JsValue) -> Option<Uint8Array> {
    let clamped = || {
        let clamped: &Uint8ClampedArray = value.dyn_ref()?;
        let (offset, length) = (clamped.byte_offset(), clamped.length());
        Some(Uint8Array::new_with_byte_offset_and_length(&clamped.buffer(), offset, length))
    };
    value.dyn_ref().cloned().or_else(clamped)
}

/// RGB of RGBA pixels, laid over black.
pub(super) fn rgb_of_rgba(rgba: &Uint8Array) -> Result<Vec<u8>, Error> {
    if !rgba.length().is_multiple_of(4) {
        return Err(Error::Dataset(format!("{} bytes are not RGBA pixels of four bytes each.", rgba.length())));
    }
    Ok(tabfit_kernels::over_black(&rgba.to_vec()))
}

/// What `predict` takes: a file, or the RGB or RGBA pixels of `size` x `size`.
pub(super) async fn rgb(picture: JsValue, size: usize) -> Result<Vec<u8>, JsValue> {
    let failed = |sentence: String| super::convert::thrown(Error::Dataset(sentence));
    if let Some(file) = picture.dyn_ref::<Blob>() {
        let rasterizer = Rasterizer::new(size)?;
        let refused = |reason| failed(format!("This file {reason}."));
        return Opened::read(file, size).await.map_err(refused)?.rgb(&rasterizer, size).await.map_err(refused);
    }
    let pixels = bytes(&picture)
        .ok_or_else(|| failed("A picture is a File or Blob, a Uint8Array or a Uint8ClampedArray.".into()))?;
    match pixels.length() as usize {
        length if length == size * size * 3 => Ok(pixels.to_vec()),
        length if length == size * size * 4 => rgb_of_rgba(&pixels).map_err(super::convert::thrown),
        length => Err(failed(format!(
            "A picture for this network is {size} x {size} RGB or RGBA pixels, not {length} bytes."
        ))),
    }
}
