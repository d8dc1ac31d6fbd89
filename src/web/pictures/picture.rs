//! Takes one picture from JavaScript: pixels, a file that the browser decodes, or something that it can draw.

use js_sys::{Array, ArrayBuffer, Promise, Reflect, Uint8Array, Uint8ClampedArray};
use tabfit_care::{FileFacts, Look};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::decoders;
use crate::data::Reason;
use crate::data::image::{self, Decoded};
use crate::error::Error;
use crate::web::convert::thrown;

// The page uses the same decoder, so in one browser a file gives the same pixels with and without the page.
#[wasm_bindgen(module = "/www/js/shared/decode.js")]
extern "C" {
    fn decode(picture: &JsValue, size: usize, pixels: usize) -> Promise;

    fn discard(bitmap: &Promise);

    /// A canvas on which pictures are drawn to read their pixels.
    pub(super) type Rasterizer;

    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new() -> Result<Rasterizer, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn pixels(this: &Rasterizer, bitmap: &ImageBitmap) -> Result<Uint8ClampedArray, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    type ImageBitmap;

    #[wasm_bindgen(method)]
    fn close(this: &ImageBitmap);

    #[wasm_bindgen(method, getter)]
    fn width(this: &ImageBitmap) -> usize;
}

/// A file that passed inspection, while the browser decodes it.
pub(super) struct OpenedPicture {
    file: Blob,
    /// The number of its pixels before it is resized.
    pub(super) pixels: usize,
    /// Resolves to the bitmap, or to null if this browser cannot decode the file; `None` once it was used, and for a picture of
    /// clinic or laboratory, which no browser decodes.
    bitmap: Option<Promise>,
}

/// A reading that ends early leaves pictures behind, whose bitmaps would take memory for as long as the page is open.
impl Drop for OpenedPicture {
    fn drop(&mut self) {
        if let Some(bitmap) = &self.bitmap {
            discard(bitmap);
        }
    }
}

impl OpenedPicture {
    /// Lets the browser begin to decode a file for `size` x `size`; `pixels` is the number of those in the file, 0 if unknown.
    pub(super) fn new(file: Blob, bytes: &[u8], pixels: usize, size: usize) -> Self {
        if tabfit_clinic::recognised(bytes) {
            // It is decoded in its turn, so that what takes memory until then is the file.
            return Self { file, pixels: bytes.len() / 4, bitmap: None };
        }
        let bitmap = Some(decode(&file, size, pixels));
        Self { file, pixels, bitmap }
    }

    /// The picture as `[size, size, 3]`, from the browser or, if it cannot decode the file, from our own decoders.
    pub(super) async fn rgb(self, rasterizer: &Rasterizer, size: usize) -> Result<Vec<u8>, Reason> {
        Ok(match self.opened(rasterizer, size).await? {
            Opened::Browser { rgba, width } => tabfit_kernels::resized::<4>(&rgba, width, size),
            Opened::Decoders(picture) => picture.rgb,
        })
    }

    /// [`Self::rgb`], and what was measured of the picture before it was made so small, but for its file.
    pub(super) async fn measured(self, rasterizer: &Rasterizer, size: usize) -> Result<Decoded, Reason> {
        Ok(match self.opened(rasterizer, size).await? {
            Opened::Browser { rgba, width } => {
                let look = Look::of::<4>(&rgba, width, FileFacts::default());
                Decoded { rgb: tabfit_kernels::resized::<4>(&rgba, width, size), look, reading: None }
            }
            Opened::Decoders(picture) => *picture,
        })
    }

    async fn opened(mut self, rasterizer: &Rasterizer, size: usize) -> Result<Opened, Reason> {
        // The promise stays in its place while it is waited for, so that `drop` discards the bitmap if the call is ended meanwhile.
        let bitmap = match &self.bitmap {
            Some(bitmap) => JsFuture::from(bitmap.clone()).await.unwrap_or_default(),
            None => JsValue::NULL,
        };
        self.bitmap = None;
        if bitmap.is_object() {
            let (rgba, width) = drawn(bitmap, rasterizer).ok_or_else(|| Reason::from("could not be drawn"))?;
            return Ok(Opened::Browser { rgba, width });
        }
        // Read again, because the bytes of all pictures on their way would fill the memory.
        let bytes = bytes_of(self.file.array_buffer().into()).await?;
        decoders::decode(&bytes, size).await.map(|picture| Opened::Decoders(Box::new(picture)))
    }
}

/// The RGBA pixels of a bitmap and their width; the bitmap is closed. `None` if the browser keeps them to itself.
fn drawn(bitmap: JsValue, rasterizer: &Rasterizer) -> Option<(Vec<u8>, usize)> {
    let bitmap: ImageBitmap = bitmap.unchecked_into();
    let (rgba, width) = (rasterizer.pixels(&bitmap), bitmap.width());
    bitmap.close();
    Some((rgba.ok()?.to_vec(), width))
}

/// A decoded picture, by whoever decoded it.
enum Opened {
    /// At its own size, or that of [`decode`].
    Browser {
        rgba: Vec<u8>,
        width: usize,
    },
    Decoders(Box<Decoded>),
}

/// The bytes of a file that is being read.
pub(in crate::web) async fn bytes_of(reading: JsFuture) -> Result<Vec<u8>, Reason> {
    let unreadable = |_| Reason::from("could not be read from the disk; it may have been moved or deleted");
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

/// Reads a `Picture` of `types/data.d.ts`: the RGB pixels of `size` x `size`.
pub(in crate::web) async fn rgb(picture: JsValue, size: usize) -> Result<Vec<u8>, JsValue> {
    let failed = |sentence: String| thrown(Error::Dataset(sentence));
    if let Some(pixels) = bytes(&picture) {
        return match pixels.length() as usize {
            length if length == size * size * 3 => Ok(pixels.to_vec()),
            length if length == size * size * 4 => rgb_of_rgba(&pixels).map_err(thrown),
            length => Err(failed(format!(
                "A picture for this network is {size} x {size} RGB or RGBA pixels, not {length} bytes; give the bytes of a file as an \
                 ArrayBuffer or a Blob."
            ))),
        };
    }
    let file = match picture.is_instance_of::<ArrayBuffer>() {
        true => Some(Blob::new_with_u8_array_sequence(&Array::of1(&picture))?),
        false => picture.dyn_ref::<Blob>().cloned(),
    };
    let rasterizer = Rasterizer::new()?;
    let Some(file) = file else { return of_drawable(&picture, &rasterizer, size).await.map_err(failed) };
    let refused = |reason| failed(format!("This file {reason}."));
    let bytes = bytes_of(file.array_buffer().into()).await.map_err(refused)?;
    // The browser may know formats whose header we cannot read.
    let pixels = image::inspect(&bytes).map_or(0, |(width, height)| width * height);
    let picture = OpenedPicture::new(file, &bytes, pixels, size);
    picture.rgb(&rasterizer, size).await.map_err(refused)
}

/// Reads what a browser can draw, by the way of its files, so that a file and its bitmap give the same pixels.
async fn of_drawable(picture: &JsValue, rasterizer: &Rasterizer, size: usize) -> Result<Vec<u8>, String> {
    // A video frame, a video and an image of a page have a size of their own beside that at which they are shown.
    let length = |names: [&str; 4]| names.iter().find_map(|name| Reflect::get(picture, &(*name).into()).ok()?.as_f64());
    let width = length(["displayWidth", "videoWidth", "naturalWidth", "width"]);
    let height = length(["displayHeight", "videoHeight", "naturalHeight", "height"]);
    let (Some(width), Some(height)) = (width, height) else {
        return Err("A picture is a File, a Blob, an ArrayBuffer with the bytes of a file, a Uint8Array or Uint8ClampedArray of pixels, or \
                    something that can be drawn, such as an ImageBitmap, a canvas or a VideoFrame."
            .into());
    };
    let bitmap = JsFuture::from(decode(picture, size, (width * height) as usize)).await.unwrap_or_default();
    let drawn = Some(bitmap).filter(JsValue::is_object).and_then(|bitmap| drawn(bitmap, rasterizer));
    let (rgba, width) = drawn.ok_or(
        "This picture could not be drawn: it is empty, closed or of another site, or this browser lets no page read pixels as they \
         are; give the file of the picture.",
    )?;
    Ok(tabfit_kernels::resized::<4>(&rgba, width, size))
}
