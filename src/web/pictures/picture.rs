//! Takes one picture from JavaScript: pixels, or a file that the browser decodes.

use js_sys::{Promise, Uint8Array, Uint8ClampedArray};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::decoders;
use crate::data::{Reason, image};
use crate::error::Error;
use crate::web::convert::thrown;

// The page uses the same decoder, so in one browser a file gives the same pixels with and without the page.
#[wasm_bindgen(module = "/www/js/shared/decode.js")]
extern "C" {
    fn decode(file: &Blob, size: usize) -> Promise;

    /// A square canvas on which pictures are drawn to read their pixels.
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
pub(super) struct OpenedPicture {
    pub(super) file: Blob,
    /// The number of its pixels before it is resized.
    pub(super) pixels: usize,
    /// Resolves to the bitmap, or to null if this browser cannot decode the file.
    bitmap: Promise,
}

impl OpenedPicture {
    /// Checks the header of a file and lets the browser begin to decode it to `size` x `size`.
    pub(super) fn new(file: Blob, bytes: &[u8], size: usize) -> Result<Self, Reason> {
        let (width, height) = image::inspect(bytes)?;
        let bitmap = decode(&file, size);
        Ok(Self { file, pixels: width * height, bitmap })
    }

    /// The picture as `[size, size, 3]`, and whether the browser could decode it; if not, our own decoders did.
    pub(super) async fn rgb(&self, rasterizer: &Rasterizer, size: usize) -> Result<(Vec<u8>, bool), Reason> {
        match JsFuture::from(self.bitmap.clone()).await {
            Ok(bitmap) if bitmap.is_object() => {
                let bitmap: ImageBitmap = bitmap.unchecked_into();
                let rgba = rasterizer.pixels(&bitmap);
                bitmap.close();
                let rgba = rgba.map_err(|_| Reason::from("could not be drawn"))?;
                Ok((tabfit_kernels::over_black(&rgba.to_vec()), true))
            }
            // Read again, because the bytes of all pictures on their way would fill the memory.
            _ => {
                let bytes = bytes_of(self.file.array_buffer().into()).await?;
                decoders::decode(&bytes, size).await.map(|rgb| (rgb, false))
            }
        }
    }
}

/// The bytes of a file that is being read.
pub(super) async fn bytes_of(reading: JsFuture) -> Result<Vec<u8>, Reason> {
    let unreadable = |_| Reason::from("could not be read from the disk; was it moved or deleted?");
    Ok(Uint8Array::new(&reading.await.map_err(unreadable)?).to_vec())
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

/// Reads the argument of `predict`: a file, or the RGB or RGBA pixels of `size` x `size`.
pub(in crate::web) async fn rgb(picture: JsValue, size: usize) -> Result<Vec<u8>, JsValue> {
    let failed = |sentence: String| thrown(Error::Dataset(sentence));
    if let Some(file) = picture.dyn_ref::<Blob>() {
        let rasterizer = Rasterizer::new(size)?;
        let refused = |reason| failed(format!("This file {reason}."));
        let opened = OpenedPicture { file: file.clone(), pixels: 0, bitmap: decode(file, size) };
        return opened.rgb(&rasterizer, size).await.map(|(rgb, _)| rgb).map_err(refused);
    }
    let pixels = bytes(&picture)
        .ok_or_else(|| failed("A picture is a File or Blob, a Uint8Array or a Uint8ClampedArray.".into()))?;
    match pixels.length() as usize {
        length if length == size * size * 3 => Ok(pixels.to_vec()),
        length if length == size * size * 4 => rgb_of_rgba(&pixels).map_err(thrown),
        length => Err(failed(format!(
            "A picture for this network is {size} x {size} RGB or RGBA pixels, not {length} bytes."
        ))),
    }
}
