//! The handle that a hook gets; `handle.js` has its methods.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::training::state::Model;

/// Makes a network for JavaScript of a copy of the model. Its tensors are shared with those of the run, not copied.
pub(in crate::web) type Lend = Box<dyn Fn(&Model) -> JsValue>;

#[wasm_bindgen(module = "/src/web/callbacks/handle.js")]
extern "C" {
    /// What a hook gets in the place of Keras's `self.model`.
    pub(super) type RunHandle;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(learning_rate: f64, stop_training: bool) -> RunHandle;

    #[wasm_bindgen(static_method_of = RunHandle)]
    fn asked(handle: &RunHandle, returned: &JsValue) -> Promise;

    #[wasm_bindgen(static_method_of = RunHandle)]
    fn ended(handle: &RunHandle, network: &JsValue) -> Promise;
}

impl RunHandle {
    /// Waits for a hook, by what it has returned, and answers meanwhile what it asks of the network.
    pub(super) async fn wait(&self, returned: &JsValue, model: &Model, lend: Option<&Lend>) -> Result<(), JsValue> {
        let asked = JsFuture::from(Self::asked(self, returned)).await?.is_truthy();
        let network = lend.filter(|_| asked).map_or(JsValue::UNDEFINED, |lend| lend(model));
        JsFuture::from(Self::ended(self, &network)).await.map(drop)
    }
}
