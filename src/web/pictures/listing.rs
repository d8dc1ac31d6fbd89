//! The pictures of a `Dataset` one by one, and what a person changes of them.

use js_sys::{Array, Object, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::dataset::JsDataset;
use crate::data::Revision;
use crate::error::Error;
use crate::web::convert::thrown;

#[wasm_bindgen(js_class = Dataset)]
impl JsDataset {
    /// Every picture of the folder as it was read, by its id: the index here, which no split and no change alters.
    ///
    /// # Errors
    ///
    /// None is known: a new object takes every property.
    #[wasm_bindgen(getter, unchecked_return_type = "Pictures")]
    pub fn pictures(&self) -> Result<JsValue, JsValue> {
        let listed = self.0.listed();
        let paths: Array = listed.iter().map(|picture| JsValue::from(picture.path.as_str())).collect();
        let contents: Array = listed.iter().map(|picture| JsValue::from(picture.content.hex())).collect();
        let parts: Vec<u8> = listed.iter().map(|picture| picture.part as u8).collect();
        let labels: Vec<u32> = listed.iter().map(|picture| picture.label).collect();
        let pictures = Object::new();
        for (name, value) in [
            ("paths", paths.into()),
            ("parts", Uint8Array::from(&parts[..]).into()),
            ("labels", Uint32Array::from(&labels[..]).into()),
            ("contents", JsValue::from(contents)),
        ] {
            Reflect::set(&pictures, &name.into(), &value)?;
        }
        Ok(pictures.into())
    }

    /// The class of every picture, by id, with the changes of `revised`: an index into `classNames`, or 4294967295 for a picture
    /// that is in no part.
    #[must_use]
    #[wasm_bindgen(getter)]
    pub fn labels(&self) -> Vec<u32> {
        self.0.labels()
    }

    /// Checksums of the training and validation pictures as they are now, with their labels (0: none); the manifest of a run has
    /// those that it was given as `pictures.hash`.
    #[must_use]
    #[wasm_bindgen(getter)]
    pub fn checksums(&self) -> Vec<u32> {
        self.0.checksums().to_vec()
    }

    /// What was measured of every picture before it was made small, for `care` of the part "study"; null if the pictures came
    /// as pixels.
    #[must_use]
    #[wasm_bindgen(getter, unchecked_return_type = "Looks | null")]
    pub fn looks(&self) -> JsValue {
        self.0.looks().map_or(JsValue::NULL, |looks| Uint8Array::from(&looks[..]).into())
    }

    /// The pixels of a picture as the network sees it: `imageSize * imageSize * 3` bytes of RGB.
    ///
    /// # Errors
    ///
    /// `DatasetError` if there is no picture with this id.
    pub fn pixels(&self, id: usize) -> Result<Vec<u8>, JsValue> {
        let pixels = self.0.pixels(id).map(<[u8]>::to_vec);
        pixels.ok_or_else(|| {
            thrown(Error::Dataset(format!("There is no picture {id}; there are {}.", self.0.pictures())))
        })
    }

    /// The folder as it was read, with these changes and no earlier ones. It shares the pixels with this data set.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a list that is not of every picture or a label that names no class; `DatasetError` if too few
    /// training pictures are left.
    pub fn revised(
        &self,
        #[wasm_bindgen(unchecked_param_type = "DatasetChanges")] changes: JsValue,
    ) -> Result<JsDataset, JsValue> {
        if !changes.is_object() {
            return Err(thrown(Error::config("changes", "must be an object with labels, excluded or groups")));
        }
        let known = ["labels", "excluded", "groups", "onOneSide"];
        if let Some(name) = Object::keys(&Object::from(changes.clone()))
            .iter()
            .filter_map(|name| name.as_string())
            .find(|name| !known.contains(&name.as_str()))
        {
            return Err(thrown(Error::config(
                "changes",
                format!("has no option {name}; there are labels, excluded, groups and onOneSide"),
            )));
        }
        let given = |name: &str| -> Result<Option<JsValue>, JsValue> {
            let value = Reflect::get(&changes, &name.into())?;
            Ok(Some(value).filter(|value| !value.is_null() && !value.is_undefined()))
        };
        let whole = |name: &str| -> Result<Option<Vec<u32>>, JsValue> {
            let array = |value: JsValue| match value.dyn_into::<Uint32Array>() {
                Ok(numbers) => Ok(numbers.to_vec()),
                Err(_) => Err(thrown(Error::config(name, "must be a Uint32Array"))),
            };
            given(name)?.map(array).transpose()
        };
        let bytes = |value: JsValue| match value.dyn_into::<Uint8Array>() {
            Ok(numbers) => Ok(numbers.to_vec()),
            Err(_) => Err(thrown(Error::config("excluded", "must be a Uint8Array"))),
        };
        let excluded = given("excluded")?.map(bytes).transpose()?;
        let on_one_side = given("onOneSide")?.is_some_and(|wish| wish.is_truthy());
        let revision = Revision { labels: whole("labels")?, excluded, groups: whole("groups")?, on_one_side };
        self.0.revised(&revision).map(Self).map_err(thrown)
    }
}
