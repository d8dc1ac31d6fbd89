//! `needs`: what a run will take.

use wasm_bindgen::prelude::*;

use super::fit::fit_options;
use super::network::JsSequential;
use crate::training::needs::Needs;
use crate::training::parallel::training_threads;
use crate::training::plan::FitPlan;
use crate::web::convert::{thrown, to_js};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::JsDataset;

#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// The memory that [`Self::fit`] with these arguments will take, estimated from shapes, and the batch size that fits.
    ///
    /// # Errors
    ///
    /// `ConfigError` or `DatasetError` for arguments that `fit` refuses; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "RunNeeds")]
    pub fn needs(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "FitOptions | null")] options: JsValue,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let (config, ..) = fit_options(&options)?;
        let plan = FitPlan::new(config, dataset.0.training.clone(), dataset.0.validation.clone()).map_err(thrown)?;
        let model = self.model.borrow();
        let helpers = BorrowedHelpers::for_device(model.device_info());
        Ok(to_js(&Needs::of(&model, &plan, training_threads(&model, &helpers))))
    }
}
