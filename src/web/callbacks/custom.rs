//! A person's own callback in JavaScript: an object with Keras's hooks, each of which may be async.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::error::Error;
use crate::training::history::Stopped;
use crate::training::state::{Run, checked_rate};
use crate::web::convert::thrown;

const HOOKS: [&str; 5] = ["onTrainBegin", "onEpochBegin", "onTrainBatchEnd", "onEpochEnd", "onTrainEnd"];

/// An object with hooks, or a `LearningRateScheduler` whose schedule is a function.
pub(in crate::web) struct CustomCallback {
    object: Object,
    schedule: Option<Function>,
}

impl CustomCallback {
    /// Separates the callbacks with functions from the arguments of `fit`: returns a copy of the arguments with
    /// only the other callbacks, and those with functions.
    ///
    /// # Errors
    ///
    /// `ConfigError` for a property that is not a hook, or a hook that is not a function.
    pub(in crate::web) fn taken_from(config: &JsValue) -> Result<(JsValue, Vec<Self>), JsValue> {
        let key = JsValue::from("callbacks");
        let list = match config.is_object() {
            true => Reflect::get(config, &key)?,
            false => JsValue::UNDEFINED,
        };
        if !Array::is_array(&list) {
            return Ok((config.clone(), Vec::new()));
        }
        let (plain, mut custom) = (Array::new(), Vec::new());
        for callback in Array::from(&list).iter() {
            match Self::of(&callback)? {
                Some(found) => custom.push(found),
                None => drop(plain.push(&callback)),
            }
        }
        let rest = Object::assign(&Object::new(), config.unchecked_ref());
        Reflect::set(&rest, &key, &plain)?;
        Ok((rest.into(), custom))
    }

    /// Reads a list in which every callback has functions.
    ///
    /// # Errors
    ///
    /// `ConfigError` if one has none.
    pub(in crate::web) fn all_of(list: &JsValue) -> Result<Vec<Self>, JsValue> {
        if list.is_undefined() || list.is_null() {
            return Ok(Vec::new());
        }
        let plain = || thrown(Error::config("callbacks", "of resume may hold only those with functions"));
        let list: &Array = list.dyn_ref().ok_or_else(plain)?;
        list.iter().map(|callback| Self::of(&callback)?.ok_or_else(plain)).collect()
    }

    /// The callback if it has functions; `None` if it is plain data.
    fn of(callback: &JsValue) -> Result<Option<Self>, JsValue> {
        let Some(object) = callback.dyn_ref::<Object>() else { return Ok(None) };
        if let Ok(schedule) = Reflect::get(object, &"schedule".into())?.dyn_into::<Function>() {
            return Ok(Some(Self { object: object.clone(), schedule: Some(schedule) }));
        }
        if Reflect::has(object, &"type".into())? {
            return Ok(None);
        }
        // The hooks may be methods of a class, so any object without a `type` counts as a custom callback.
        let own = Object::keys(object);
        let hooks = HOOKS.iter().filter(|hook| Self::hook(object, hook).is_some()).count();
        let stranger = own.iter().find(|name| {
            let name = name.as_string().unwrap_or_default();
            Reflect::get(object, &name.as_str().into()).is_ok_and(|value| value.is_function())
                && name.starts_with("on")
                && !HOOKS.contains(&name.as_str())
        });
        match (stranger, hooks) {
            (Some(name), _) => Err(thrown(Error::config(
                "callbacks",
                format!("has \"{}\", which is none of {}", name.as_string().unwrap_or_default(), HOOKS.join(", ")),
            ))),
            (None, 0) => Err(thrown(Error::config(
                "callbacks",
                format!("has an object with neither a type nor one of {}", HOOKS.join(", ")),
            ))),
            _ => Ok(Some(Self { object: object.clone(), schedule: None })),
        }
    }

    fn hook(object: &Object, name: &str) -> Option<Function> {
        Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
    }

    pub(in crate::web) fn has(&self, hook: &str) -> bool {
        self.schedule.is_none() && Self::hook(&self.object, hook).is_some()
    }

    /// Calls a hook and waits for it. The hook may set `stopTraining` and `learningRate` of its last argument.
    pub(in crate::web) async fn call(
        &self,
        run: &mut Run<'_>,
        hook: &str,
        number: Option<usize>,
        logs: &JsValue,
    ) -> Result<(), JsValue> {
        if let Some(schedule) = &self.schedule {
            if hook == "onEpochBegin" {
                let epoch = JsValue::from(number.unwrap_or(0) as f64);
                let answer = awaited(schedule.call2(&self.object, &epoch, &run.learning_rate().into())?).await?;
                run.set_learning_rate(checked_rate(answer.as_f64()).map_err(thrown)?);
            }
            return Ok(());
        }
        let Some(function) = Self::hook(&self.object, hook) else { return Ok(()) };
        let (stop, learning_rate) = (JsValue::from("stopTraining"), JsValue::from("learningRate"));
        let handle = Object::new();
        Reflect::set(&handle, &stop, &JsValue::FALSE)?;
        Reflect::set(&handle, &learning_rate, &run.learning_rate().into())?;
        let arguments = Array::new();
        if let Some(number) = number {
            arguments.push(&(number as f64).into());
            arguments.push(logs);
        }
        arguments.push(&handle);
        awaited(function.apply(&self.object, &arguments)?).await?;
        let rate = Reflect::get(&handle, &learning_rate)?.as_f64();
        run.set_learning_rate(checked_rate(rate).map_err(thrown)?);
        if Reflect::get(&handle, &stop)?.is_truthy() {
            run.stop = Some(Stopped::Callback);
        }
        Ok(())
    }
}

async fn awaited(returned: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&returned)).await
}
