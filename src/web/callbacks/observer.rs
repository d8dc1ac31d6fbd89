//! Sends the events of a run to JavaScript, which can pause or stop the run.

use std::ops::ControlFlow;
use std::rc::Rc;

use js_sys::{Date, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::custom::CustomCallback;
use super::event::{FitEvent, file_event, finite, to_logs};
use super::handle::Lend;
use super::macrotask::hear_messages;
use super::requests::Requests;
use crate::error::Result;
use crate::metrics::Metrics;
use crate::training::history::{Change, EpochRecord, History, Stopped};
use crate::training::pace::Pace;
use crate::training::state::{Callback, FeatureProgress, Look, Model, Progress, Run, Steering, StepLook, TestProgress};
use crate::web::convert::{set, thrown, to_js};
use crate::web::watch::Watch;

/// The callback that calls `onEvent`, `onProgress` and the person's own callbacks, and watches the abort signal.
pub(in crate::web) struct Observer {
    on_event: Option<Function>,
    watch: Watch,
    /// The person's own callbacks; they are called before `onEvent`.
    custom: Vec<CustomCallback>,
    /// Makes the network that they may ask.
    pub(in crate::web) lend: Option<Lend>,
    /// What `onEvent` or a callback threw; it ends the run, and `fit` throws the same value.
    thrown: Option<JsValue>,
    /// The event to be sent after this hook, when the files are delivered.
    event: Option<JsValue>,
    /// What a person asks of the run.
    requests: Rc<Requests>,
    pace: Pace,
    /// The clock of the evaluation that is running.
    test_pace: Pace,
    /// What `onProgress` counts where this is no run: the steps of an evaluation, or pictures, with those that are done.
    pub(in crate::web) total: usize,
    done: usize,
}

impl Observer {
    pub(in crate::web) fn new(
        on_event: Option<Function>,
        watch: Watch,
        custom: Vec<CustomCallback>,
        requests: Rc<Requests>,
    ) -> Self {
        let pace = Pace::new(Date::now());
        Self {
            on_event,
            watch,
            custom,
            lend: None,
            thrown: None,
            event: None,
            requests,
            test_pace: pace.clone(),
            total: 1,
            done: 0,
            pace,
        }
    }

    /// The result of `fit` for JavaScript: throws what a listener threw, or returns the history.
    pub(in crate::web) fn ended(self, history: Result<History>) -> std::result::Result<JsValue, JsValue> {
        match self.thrown {
            Some(thrown) => Err(thrown),
            None => history.map(|history| to_js(&history)).map_err(thrown),
        }
    }

    /// The result of `evaluate` for JavaScript: throws what a listener threw, or the reason of an abort.
    pub(in crate::web) fn scored(self, scores: Result<Option<JsValue>>) -> std::result::Result<JsValue, JsValue> {
        if let Some(thrown) = self.thrown {
            return Err(thrown);
        }
        match scores.map_err(thrown)? {
            Some(scores) => self.watch.tell(self.total, self.total).map(|()| scores),
            None => Err(self.watch.reason()),
        }
    }

    /// Calls `onEvent` and waits for what it returns, so a pending promise pauses the run. Returns its answer.
    pub(in crate::web) async fn call(&mut self, event: &JsValue) -> JsValue {
        self.call_and_answer(event, None).await
    }

    /// [`Self::call`], which meanwhile looks inside the network for those who ask: a pause may last.
    async fn call_and_answer(&mut self, event: &JsValue, model: Option<&mut Model>) -> JsValue {
        let Some(on_event) = &self.on_event else { return JsValue::UNDEFINED };
        let began = Date::now();
        let delivery = match on_event.call1(&JsValue::UNDEFINED, event) {
            Ok(returned) => match model {
                Some(model) => self.requests.answer_until(&Promise::resolve(&returned), model).await,
                None => JsFuture::from(Promise::resolve(&returned)).await,
            },
            Err(thrown) => Err(thrown),
        };
        self.leave_out(Date::now() - began);
        delivery.unwrap_or_else(|thrown| {
            self.thrown.get_or_insert(thrown);
            JsValue::UNDEFINED
        })
    }

    /// Sends an event, if there is one, and looks inside the network for those who have asked meanwhile.
    async fn send_and_look(&mut self, event: Option<JsValue>, model: &mut Model) {
        if let Some(event) = event {
            self.call_and_answer(&event, Some(model)).await;
        }
        let began = Date::now();
        if self.requests.answer(model).await {
            self.leave_out(Date::now() - began);
        }
    }

    fn leave_out(&mut self, pause: f64) {
        self.pace.leave_out(pause);
        self.test_pace.leave_out(pause);
    }

    /// Sends the files that callbacks wrote as `file` events.
    async fn deliver(&mut self, run: &mut Run<'_>) {
        for file in run.files.drain(..) {
            let event = file_event(file);
            self.call(&event).await;
        }
    }

    async fn custom(&mut self, run: &mut Run<'_>, hook: &str, number: Option<usize>, logs: &JsValue) {
        for callback in &self.custom {
            if let Err(thrown) = callback.call(run, hook, number, logs, self.lend.as_ref()).await {
                self.thrown.get_or_insert(thrown);
            }
        }
    }

    /// Calls `onProgress`; what it throws ends the call.
    fn tell(&mut self, done: usize, total: usize) {
        if let Err(thrown) = self.watch.tell(done, total) {
            self.thrown.get_or_insert(thrown);
        }
    }

    /// Whether a network is trained: only such a one is lent to callbacks.
    const fn is_run(&self) -> bool {
        self.lend.is_some()
    }

    fn is_asked_to_stop(&self) -> bool {
        self.thrown.is_some() || self.watch.is_aborted()
    }

    fn stop_if_asked(&self, run: &mut Run<'_>) {
        if self.is_asked_to_stop() {
            run.stop = Some(Stopped::Aborted);
        }
    }
}

impl Callback for Observer {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.custom(run, "onTrainBegin", None, &JsValue::UNDEFINED).await;
        self.pace = Pace::new(Date::now());
        Ok(())
    }

    async fn on_features_batch_end(
        &mut self,
        model: &mut Model,
        progress: &FeatureProgress,
    ) -> Result<ControlFlow<Stopped>> {
        hear_messages().await?;
        let &FeatureProgress { done, pictures } = progress;
        let (whole, mut event) = (done == pictures, None);
        if self.pace.step(Date::now()) || whole {
            let seconds = self.pace.read(Date::now());
            let seconds_left = seconds / done as f64 * (pictures - done) as f64;
            event = Some(to_js(&FitEvent::Features { done, pictures, seconds_left }));
            if !self.is_run() && self.done + done < self.total {
                self.tell(self.done + done, self.total);
            }
        }
        self.send_and_look(event, model).await;
        if whole {
            self.done += pictures; // the others come next
            self.pace = Pace::new(Date::now()); // the epochs begin
        }
        Ok(if self.is_asked_to_stop() { ControlFlow::Break(Stopped::Aborted) } else { ControlFlow::Continue(()) })
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        self.custom(run, "onEpochBegin", Some(epoch - 1), &JsValue::UNDEFINED).await;
        Ok(())
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        hear_messages().await?;
        if self.custom.iter().any(|callback| callback.has("onTrainBatchEnd")) {
            let logs = to_logs(&progress.results().await?.into_iter().collect());
            self.custom(run, "onTrainBatchEnd", Some(progress.step - 1), &logs).await;
        }
        let is_time = self.pace.step(Date::now());
        if is_time || progress.step == progress.steps {
            let total = progress.epochs * progress.steps;
            self.tell(total - progress.steps_left(), total);
        }
        if is_time {
            let Metrics { loss, accuracy } = progress.read().await?;
            let seconds = self.pace.read(Date::now());
            let event = FitEvent::Batch {
                epoch: progress.epoch,
                step: progress.step,
                steps: progress.steps,
                loss: finite(loss),
                accuracy: finite(accuracy),
                learning_rate: run.learning_rate(),
                images_per_second: progress.pictures as f64 / seconds,
                seconds_left: self.pace.seconds_left(seconds, progress.steps_left()),
            };
            self.event = Some(to_js(&event));
        }
        Ok(())
    }

    async fn on_test_batch_end(
        &mut self,
        model: &mut Model,
        progress: &TestProgress<'_>,
    ) -> Result<ControlFlow<Stopped>> {
        hear_messages().await?;
        let &TestProgress { step, steps, .. } = progress;
        if step == 1 {
            self.test_pace = Pace::new(Date::now());
        }
        let slept = self.test_pace.slept(Date::now());
        self.leave_out(slept);
        let mut event = None;
        if self.test_pace.step(Date::now()) {
            // A GPU that was told everything at once could not be stopped.
            progress.read().await?;
            let seconds = self.test_pace.read(Date::now());
            let seconds_left = self.test_pace.seconds_left(seconds, steps - step);
            event = Some(to_js(&FitEvent::Test { step, steps, seconds_left }));
            if !self.is_run() && step < steps {
                self.tell(step, steps);
            }
        }
        self.send_and_look(event, model).await;
        self.total = steps;
        Ok(if self.is_asked_to_stop() { ControlFlow::Break(Stopped::Aborted) } else { ControlFlow::Continue(()) })
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.custom(run, "onEpochEnd", Some(record.epoch - 1), &to_logs(&record.logs)).await;
        let (reading, seconds) = (run.model.history.reading(), self.pace.end_epoch(Date::now()));
        self.event = Some(to_js(&FitEvent::Epoch { record, reading, seconds, notes: &run.notes }));
        Ok(())
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.custom(run, "onTrainEnd", None, &JsValue::UNDEFINED).await;
        Ok(())
    }

    fn look(&mut self, last: bool) -> Option<Look> {
        self.requests.look(last)
    }

    async fn on_look(&mut self, _run: &mut Run<'_>, look: &StepLook) -> Result<()> {
        let event = to_js(&FitEvent::Step { look });
        set(&event, "pixels", &Uint8Array::from(look.pixels.as_slice()));
        self.event = Some(event);
        Ok(())
    }

    fn steering(&mut self) -> Vec<Steering> {
        self.requests.taken_steering()
    }

    async fn on_change(&mut self, _run: &mut Run<'_>, changes: &[Change]) -> Result<()> {
        self.event = Some(to_js(&FitEvent::Change { changes }));
        Ok(())
    }

    async fn after_hook(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.deliver(run).await;
        let event = self.event.take();
        self.send_and_look(event, run.model).await;
        self.stop_if_asked(run);
        Ok(())
    }
}
