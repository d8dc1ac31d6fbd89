//! Runs for JavaScript: fit, stop, keep, resume.

use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::{
    convert::{or_default, thrown},
    custom_callback::CustomCallback,
    dataset::JsDataset,
    network::{JsSequential, Turn},
    observer::{FitEvent, Observer},
    workers::Borrowed,
};
use crate::{
    data::dataset::Dataset,
    training::{
        config::FitConfig,
        fit::{fit_with, resume_with},
        model::Model,
        parallel::step::Step,
        plan::FitPlan,
    },
};

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Trains on the training part and resolves to the history; aborting `signal` ends the run early and
    /// is not an error. `onEvent` is awaited: a pending promise pauses the run.
    ///
    /// # Errors
    ///
    /// `ConfigError`, `DatasetError` or `DeviceError` with a sentence; `BusyError` during another
    /// fit; and whatever `onEvent` throws.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn fit(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "FitConfig | null")] config: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
        #[wasm_bindgen(unchecked_optional_param_type = "AbortSignal | null")] signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let (config, custom) = CustomCallback::taken_from(&config)?;
        let config: FitConfig = or_default("fit", config)?;
        let plan = FitPlan::new(config, dataset.0.training.clone(), dataset.0.validation.clone()).map_err(thrown)?;
        let mut model = self.model.borrow_mut();
        plan.check(&model).map_err(thrown)?;
        let mut observer = Observer::new(on_event, signal, custom);
        let mut workers = Borrowed::by(model.device_info());
        self.begin(&plan, &model, &workers, &mut observer).await;
        let history = fit_with(&mut workers, &mut model, plan, &mut observer).await;
        observer.ended(history)
    }

    /// Goes on with the run that was stopped, or that the opened file held, as if it had not been
    /// interrupted. `dataset` holds the pictures of that run. `callbacks` are those of the run that hold
    /// functions, which no file keeps.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped, `DatasetError` for other pictures, and what `fit` throws.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn resume(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
        #[wasm_bindgen(unchecked_optional_param_type = "AbortSignal | null")] signal: Option<AbortSignal>,
        #[wasm_bindgen(unchecked_optional_param_type = "CustomCallback[] | null")] callbacks: JsValue,
    ) -> Result<JsValue, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let custom = CustomCallback::all_of(&callbacks)?;
        let (training, validation) = (dataset.0.training.clone(), dataset.0.validation.clone());
        let mut model = self.model.borrow_mut();
        let plan = model.unfinished_plan(training.clone(), validation.clone()).map_err(thrown)?;
        let mut observer = Observer::new(on_event, signal, custom);
        let mut workers = Borrowed::by(model.device_info());
        self.begin(&plan, &model, &workers, &mut observer).await;
        let history = resume_with(&mut workers, &mut model, training, validation, &mut observer).await;
        observer.ended(history)
    }

    async fn begin(&self, plan: &FitPlan, model: &Model, workers: &Borrowed, observer: &mut Observer) {
        self.held_out.replace(plan.validation.clone());
        let start = FitEvent::Start {
            epochs: plan.epochs(),
            steps: plan.steps(),
            training_images: plan.training.len(),
            validation_images: plan.validation.as_ref().map_or(0, Dataset::len),
            device: model.device_info(),
            threads: 1 + model.helped_by(workers, Step::Learn { dropout: 0 }),
        };
        observer.emit(start).await;
    }

    /// The run that was stopped, as a `.tabfit` file that `load` opens and `resume` goes on with.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn checkpoint(&self) -> Result<js_sys::Uint8Array, JsValue> {
        let _turn = Turn::take(&self.busy)?;
        let bytes = self.model.borrow().checkpoint().await.map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(bytes.as_slice()))
    }
}
