//! `getWeights` and `setWeights`: the weights of a network as a list.

use js_sys::{Array, Float32Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use crate::error::Error;
use crate::training::state::NamedWeight;
use crate::web::convert::{set, thrown};

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Every weight with its name, shape and values, in the order of Keras's `get_weights`. The values are copies.
    ///
    /// # Errors
    ///
    /// `BusyError` during a fit; `DeviceError` when the device failed.
    #[wasm_bindgen(js_name = getWeights, unchecked_return_type = "Weight[]")]
    pub async fn get_weights(&self) -> Result<Array, JsValue> {
        let _turn = self.take_turn()?;
        let weights = self.model.borrow_mut().weights().await.map_err(thrown)?;
        let list = Array::new();
        for weight in &weights {
            list.push(&to_js_weight(weight));
        }
        Ok(list)
    }

    /// Sets every weight to the values of a list in the order of Keras's `set_weights`, such as `getWeights` gives. As in Keras, the
    /// order and the shapes count, and names do not. The optimizer and the history stay; a stopped run cannot be resumed after
    /// that.
    ///
    /// # Errors
    ///
    /// `ConfigError` when there are more or fewer weights than the network has, or one has another shape, which changes nothing;
    /// `BusyError` during a fit.
    #[wasm_bindgen(js_name = setWeights)]
    pub fn set_weights(
        &self,
        #[wasm_bindgen(unchecked_param_type = "WeightValues[]")] weights: JsValue,
    ) -> Result<(), JsValue> {
        let _turn = self.take_turn()?;
        let mut given = Vec::new();
        for weight in Array::from(&weights).iter() {
            given.push(from_js_weight(&weight)?);
        }
        self.model.borrow_mut().set_weights(given).map_err(thrown)?;
        self.checkpoint.replace(None);
        Ok(())
    }
}

fn to_js_weight(weight: &NamedWeight) -> JsValue {
    let (object, shape) = (Object::new().into(), Array::new());
    for &length in &weight.shape {
        shape.push(&length.into());
    }
    set(&object, "name", &JsValue::from(weight.name.as_str()));
    set(&object, "shape", &shape);
    set(&object, "values", &Float32Array::from(weight.values.as_slice()));
    object
}

/// The shape and the values of an item of the list.
fn from_js_weight(weight: &JsValue) -> Result<NamedWeight, JsValue> {
    let field = |name: &str| Reflect::get(weight, &name.into()).unwrap_or_default();
    let (lengths, values) = (field("shape"), field("values"));
    if !Array::is_array(&lengths) || !(values.is_instance_of::<Float32Array>() || Array::is_array(&values)) {
        let clause = "must be a list of { shape, values }, each a list of numbers, such as getWeights gives";
        return Err(thrown(Error::config("weights", clause)));
    }
    let mut shape = Vec::new();
    for length in Array::from(&lengths).iter() {
        shape.push(length.as_f64().unwrap_or_default() as usize);
    }
    Ok(NamedWeight { name: String::new(), shape, values: Float32Array::new(&values).to_vec() })
}
