//! The `ImageFolder` class, for JavaScript that decodes the pictures itself.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::{dataset::JsDataset, decoders, picture::rgb_of_rgba};
use crate::data::{ImageFolder, Part};
use crate::error::Error;
use crate::web::convert::thrown;

/// A folder while it is being read; `Dataset.fromFolder` does all of it in one call.
#[wasm_bindgen(js_name = ImageFolder)]
#[derive(Debug)]
pub struct JsImageFolder(RefCell<Option<ImageFolder>>);

#[wasm_bindgen(js_class = ImageFolder)]
impl JsImageFolder {
    /// Plans the folder from its paths: which are pictures of which class and part.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a bad size, `DatasetError` when no path is a picture in a class folder.
    #[wasm_bindgen(constructor)]
    pub fn new(paths: Vec<String>, #[wasm_bindgen(js_name = imageSize)] image_size: usize) -> Result<Self, JsValue> {
        ImageFolder::new(paths, image_size).map(|folder| Self(RefCell::new(Some(folder)))).map_err(thrown)
    }

    /// The side of the pictures, in pixels.
    ///
    /// # Errors
    ///
    /// `DatasetError` after [`Self::finish`].
    #[wasm_bindgen(getter, js_name = imageSize)]
    pub fn image_size(&self) -> Result<usize, JsValue> {
        self.with(|folder| Ok(folder.image_size()))
    }

    /// Indices of the paths to read, in the order in which to add them.
    ///
    /// # Errors
    ///
    /// `DatasetError` after [`Self::finish`].
    #[wasm_bindgen(getter)]
    pub fn wanted(&self) -> Result<Vec<u32>, JsValue> {
        self.with(|folder| Ok(folder.wanted().into_iter().map(|index| index as u32).collect()))
    }

    /// The part of a wanted path: "training", "validation" or "test".
    ///
    /// # Errors
    ///
    /// `DatasetError` when the path is not wanted.
    #[wasm_bindgen(js_name = partOf, unchecked_return_type = "Part")]
    pub fn part_of(&self, index: usize) -> Result<String, JsValue> {
        let name = |(part, _): (Part, usize)| part.name().to_string();
        self.with(|folder| folder.place(index).map(name).ok_or_else(|| not_wanted(index)))
    }

    /// The class of a wanted path, an index into the sorted class names.
    ///
    /// # Errors
    ///
    /// `DatasetError` when the path is not wanted.
    #[wasm_bindgen(js_name = classOf)]
    pub fn class_of(&self, index: usize) -> Result<usize, JsValue> {
        self.with(|folder| folder.place(index).map(|(_, class)| class).ok_or_else(|| not_wanted(index)))
    }

    /// Reads the header of an encoded picture. Returns the number of its pixels, or 0 if it must not be decoded;
    /// the file is then listed as skipped. It is 1 for DICOM, TIFF and grey PNG of 16 bits, which only `addEncoded` reads.
    ///
    /// # Errors
    ///
    /// `DatasetError` after [`Self::finish`].
    pub fn inspect(&self, index: usize, bytes: &[u8]) -> Result<usize, JsValue> {
        self.with(|folder| match folder.inspect(index, bytes) {
            // Of a picture of clinic or laboratory the size is not known yet, and it may be decoded all the same.
            Ok((width, height)) => Ok((width * height).max(1)),
            Err(reason) => {
                folder.skip(index, reason);
                Ok(0)
            }
        })
    }

    /// Lists a file as skipped; `reason` completes "… was skipped: it …".
    ///
    /// # Errors
    ///
    /// `DatasetError` after [`Self::finish`].
    pub fn skip(&self, index: usize, reason: String) -> Result<(), JsValue> {
        self.with(|folder| {
            folder.skip(index, reason);
            Ok(())
        })
    }

    /// Adds decoded pixels: RGBA8, `imageSize` by `imageSize`.
    ///
    /// # Errors
    ///
    /// `DatasetError` for pixels of another shape or a path that was not wanted.
    pub fn add(
        &self,
        index: usize,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array | Uint8ClampedArray")] rgba: js_sys::Uint8Array,
    ) -> Result<(), JsValue> {
        self.with(|folder| folder.add(index, &rgb_of_rgba(&rgba)?))
    }

    /// Decodes a picture with tabfit's own decoders and adds it. If that fails, the file is listed as skipped and
    /// the result is false.
    ///
    /// # Errors
    ///
    /// `DatasetError` when the path was not wanted.
    #[wasm_bindgen(js_name = addEncoded)]
    pub async fn add_encoded(&self, index: usize, bytes: Vec<u8>) -> Result<bool, JsValue> {
        let size = self.with(|folder| Ok(folder.image_size()))?;
        if self.inspect(index, &bytes)? == 0 {
            return Ok(false);
        }
        match decoders::decode(&bytes, size).await {
            Ok(picture) => self.with(|folder| folder.add_decoded(index, &picture).map(|()| true)),
            Err(reason) => self.skip(index, reason).map(|()| false),
        }
    }

    /// The data set of the pictures that were added.
    ///
    /// # Errors
    ///
    /// `DatasetError` when nothing can be learned from what was read.
    pub fn finish(&self) -> Result<JsDataset, JsValue> {
        let folder = self.0.take().ok_or_else(|| thrown(finished()))?;
        folder.finish().map(JsDataset).map_err(thrown)
    }

    fn with<T>(&self, act: impl FnOnce(&mut ImageFolder) -> Result<T, Error>) -> Result<T, JsValue> {
        match self.0.borrow_mut().as_mut() {
            Some(folder) => act(folder).map_err(thrown),
            None => Err(thrown(finished())),
        }
    }
}

fn finished() -> Error {
    Error::Dataset("This folder was already finished.".into())
}

fn not_wanted(index: usize) -> Error {
    Error::Dataset(format!("Path {index} is not one of the wanted pictures."))
}
