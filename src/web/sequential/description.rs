//! The arguments of `Sequential.create`: which network, and for which pictures and classes.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::network::{ModelConfig, Preset};
use crate::web::convert::{from_js, thrown, to_js};

/// The second argument of `Sequential.create`.
pub(super) struct NetworkArguments {
    /// `None` if only class names were given.
    image_size: Option<usize>,
    pub(super) class_names: Vec<String>,
}

impl NetworkArguments {
    /// Reads class names, or a `Dataset` or anything else that has `imageSize` and `classNames`.
    pub(super) fn from_js(data: JsValue) -> Result<Self, JsValue> {
        if Array::is_array(&data) {
            return Ok(Self { image_size: None, class_names: from_js("classNames", data)? });
        }
        if !data.is_object() {
            return Err(thrown(Error::config("data", "must be a Dataset or an array of class names")));
        }
        let field = |name: &str| Reflect::get(&data, &name.into());
        Ok(Self {
            image_size: Some(from_js("imageSize", field("imageSize")?)?),
            class_names: from_js("classNames", field("classNames")?)?,
        })
    }

    /// Reads a network: the name of a preset, a list of layers, or a whole configuration.
    pub(super) fn network(&self, model: JsValue) -> Result<ModelConfig, JsValue> {
        let size = || {
            self.image_size.ok_or_else(|| {
                thrown(Error::config("imageSize", "is not known; give the Dataset instead of its class names"))
            })
        };
        if let Some(name) = model.as_string() {
            return Ok(Preset::named(&name).map_err(thrown)?.config(size()?, self.class_names.len()));
        }
        if !Array::is_array(&model) {
            return from_js("layers", model);
        }
        let config = Object::new();
        Reflect::set(&config, &"imageSize".into(), &to_js(&size()?))?;
        Reflect::set(&config, &"layers".into(), &model)?;
        from_js("layers", config.into())
    }
}
