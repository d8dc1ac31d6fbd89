//! `fit`, `resume` and `checkpoint`: runs of a network.

use wasm_bindgen::prelude::*;

use super::network::JsSequential;
use super::stored_features::restore_features;
use crate::data::{Dataset, WeakDataset};
use crate::error::Error;
use crate::training::fit::{Fitted, first_notes, fit_with};
use crate::training::history::History;
use crate::training::parallel::training_threads;
use crate::training::plan::{FitConfig, FitPlan};
use crate::training::resume::{plan_of, resume_with, resumption_notes};
use crate::training::state::{Checkpoint, Model, Steerable, leave_a_lost_gpu};
use crate::web::callbacks::{CustomCallback, FitEvent, Observer, Open};
use crate::web::convert::{or_default, thrown, to_js};
use crate::web::helpers::BorrowedHelpers;
use crate::web::pictures::JsDataset;
use crate::web::watch::{Watch, own_copy, removed};

#[expect(clippy::await_holding_refcell_ref, reason = "a Turn is held too, so no other call can borrow the model")]
#[wasm_bindgen(js_class = Sequential)]
impl JsSequential {
    /// Trains on the training part and resolves to the history; aborting `signal` ends the run early and
    /// is not an error, but for a signal that was aborted before. `onEvent` is awaited: a pending promise pauses the run.
    ///
    /// # Errors
    ///
    /// `ConfigError`, `DatasetError` or `DeviceError` with a sentence; `BusyError` during another
    /// fit; the reason of a signal that was aborted before; and whatever `onEvent` and `onProgress` throw.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn fit(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "FitOptions | null")] options: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let (config, custom, watch) = fit_options(&options)?;
        watch.check()?;
        let plan = FitPlan::new(config, dataset.0.training.clone(), dataset.0.validation.clone()).map_err(thrown)?;
        let mut model = self.model.borrow_mut();
        leave_a_lost_gpu(&mut model);
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        // Checked here too, so that a refused run sends no start event.
        plan.check(&model, training_threads(&model, &helpers)).map_err(thrown)?;
        CustomCallback::check(&custom, &model)?;
        let mut observer = Observer::new(on_event, watch, custom, self.requests.clone());
        let notes = first_notes(&model, &plan);
        let _open = self.begin(&plan, &model, &helpers, notes, &mut observer).await;
        self.checkpoint.replace(None);
        restore_features(&mut observer, &model, &plan).await;
        let fitted = fit_with(&mut helpers, &mut model, plan, &mut observer).await;
        observer.ended(fitted.map(|fitted| self.keep_checkpoint(fitted)))
    }

    /// Goes on with the run that was stopped, or whose file was loaded, as if it had not been interrupted. `dataset`
    /// must have the pixels of that run; another browser may decode the same files to other pixels. `callbacks`
    /// are the run's callbacks with functions, which no file can hold. `signal` and `onEvent` are those of `fit`.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped, `DatasetError` for other pictures, and what `fit` throws.
    #[wasm_bindgen(unchecked_return_type = "History")]
    pub async fn resume(
        &self,
        dataset: &JsDataset,
        #[wasm_bindgen(unchecked_optional_param_type = "ResumeOptions | null")] options: JsValue,
        #[wasm_bindgen(js_name = onEvent, unchecked_optional_param_type = "((event: FitEvent) => unknown) | null")]
        on_event: Option<js_sys::Function>,
    ) -> Result<JsValue, JsValue> {
        let _turn = self.take_turn()?;
        let options = own_copy(&options);
        let callbacks = removed(&options, "callbacks")?.unwrap_or_default();
        let watch = Watch::of("resume", &options, "callbacks, signal and onProgress")?;
        let custom = CustomCallback::all_of(&callbacks)?;
        let (training, validation) = (dataset.0.training.clone(), dataset.0.validation.clone());
        let mut model = self.model.borrow_mut();
        let checkpoint = self.stopped_run().ok_or_else(|| nothing_stopped("resume", ", so call fit"))?;
        let mut helpers = BorrowedHelpers::for_device(model.device_info());
        let plan = plan_of(&checkpoint, training.clone(), validation.clone(), &helpers).map_err(thrown)?;
        CustomCallback::check(&custom, &checkpoint.model)?;
        let mut observer = Observer::new(on_event, watch, custom, self.requests.clone());
        let notes = resumption_notes(&checkpoint.model, &plan);
        let _open = self.begin(&plan, &checkpoint.model, &helpers, notes, &mut observer).await;
        restore_features(&mut observer, &checkpoint.model, &plan).await;
        let fitted = resume_with(&mut helpers, &mut model, &checkpoint, training, validation, &mut observer).await;
        observer.ended(fitted.map(|fitted| self.keep_checkpoint(fitted)))
    }

    /// Tells of a run. It can be steered until the answer is dropped.
    async fn begin(
        &self,
        plan: &FitPlan,
        model: &Model,
        helpers: &BorrowedHelpers,
        notes: Vec<String>,
        observer: &mut Observer,
    ) -> Open<'_> {
        let validation = plan.validation.as_ref().map(WeakDataset::from);
        self.last_validation.replace(validation.clone());
        observer.lend = Some(Box::new(move |model| {
            let lent = Self::from((model.clone(), None));
            lent.last_validation.replace(validation.clone());
            lent.into()
        }));
        let steerable = Steerable::of(model);
        let open = self.requests.open(steerable.clone());
        let start = FitEvent::Start {
            epochs: plan.epochs(),
            steps: plan.steps(),
            training_images: plan.training.len(),
            validation_images: plan.validation.as_ref().map_or(0, Dataset::len),
            device: model.device_info(),
            threads: training_threads(model, helpers),
            notes,
            steerable,
        };
        observer.call(&to_js(&start)).await;
        open
    }

    /// The run that can be resumed; none if its numbers were lost with the GPU.
    fn stopped_run(&self) -> Option<Checkpoint> {
        self.checkpoint.borrow().clone().filter(|checkpoint| checkpoint.unfinished().is_some())
    }

    /// Keeps the checkpoint of a stopped run, so that it can be resumed; returns the history.
    fn keep_checkpoint(&self, Fitted { history, checkpoint }: Fitted) -> History {
        self.checkpoint.replace(checkpoint);
        history
    }

    /// The run that was stopped, as a `.tabfit` file that `load` opens and `resume` goes on with.
    ///
    /// # Errors
    ///
    /// `ConfigError` when no run was stopped; `BusyError` during a fit.
    #[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
    pub async fn checkpoint(&self) -> Result<js_sys::Uint8Array, JsValue> {
        let _turn = self.take_turn()?;
        let checkpoint = self.stopped_run().ok_or_else(|| nothing_stopped("checkpoint", ""))?;
        let bytes = checkpoint.save().await.map_err(thrown)?;
        Ok(js_sys::Uint8Array::from(bytes.as_slice()))
    }
}

/// The arguments of a run, its callbacks with functions, and who may end it.
///
/// # Errors
///
/// `ConfigError` for an option that is not understood.
pub(super) fn fit_options(options: &JsValue) -> Result<(FitConfig, Vec<CustomCallback>, Watch), JsValue> {
    let (config, custom) = CustomCallback::taken_from(options)?;
    let (config, watch) = Watch::taken_from(&config)?;
    Ok((or_default("fit", config)?, custom, watch))
}

fn nothing_stopped(call: &str, advice: &str) -> JsValue {
    thrown(Error::config(call, format!("needs a run that was stopped; there is none{advice}")))
}
