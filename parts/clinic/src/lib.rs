//! The part of tabfit that decodes pictures of clinic and laboratory. A page loads it when it first meets such a picture.

use wasm_bindgen::prelude::*;

/// [`tabfit_clinic::Picture`] for JavaScript.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Picture(tabfit_clinic::Picture);

#[wasm_bindgen]
impl Picture {
    /// Its width in pixels.
    #[must_use]
    #[wasm_bindgen(getter)]
    pub fn width(&self) -> usize {
        self.0.width
    }

    /// Whether its values were spread from the smallest to the largest, because no window was given.
    #[must_use]
    #[wasm_bindgen(getter)]
    pub fn spread(&self) -> bool {
        self.0.spread
    }

    /// Whether it comes from a DICOM file.
    #[must_use]
    #[wasm_bindgen(getter)]
    pub fn dicom(&self) -> bool {
        self.0.dicom
    }

    /// Its pixels, RGB8, rows from the top. The picture is gone afterwards.
    #[must_use]
    pub fn pixels(self) -> Vec<u8> {
        self.0.rgb
    }
}

/// [`tabfit_clinic::decode`] for JavaScript.
///
/// # Errors
///
/// A string that completes "… was skipped: it …".
#[wasm_bindgen]
pub fn decode(bytes: &[u8]) -> Result<Picture, JsValue> {
    tabfit_clinic::decode(bytes).map(Picture).map_err(Into::into)
}
