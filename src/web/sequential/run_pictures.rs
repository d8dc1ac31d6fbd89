//! `runPictures`: the pictures of the run of a network.

use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use crate::web::convert::{thrown, to_js};
use crate::web::pictures::JsDataset;

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// The pictures that this network was trained on and those that were held out, in the order from which each epoch is
    /// shuffled: their ids in `dataset`, which must be the one that `fit` got, or the same folder at the same size.
    ///
    /// # Errors
    ///
    /// `DatasetError` if they are others, or the network was not trained here; `BusyError` during a fit.
    #[wasm_bindgen(js_name = runPictures, unchecked_return_type = "RunPictures")]
    pub fn run_pictures(&self, dataset: &JsDataset) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        self.model.borrow().run_pictures(&dataset.0).map(|pictures| to_js(&pictures)).map_err(thrown)
    }
}
