//! A person's own callback in JavaScript: an object with Keras's hooks, each of which may be async.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::handle::{Lend, RunHandle};
use crate::error::Error;
use crate::training::history::Stopped;
use crate::training::state::{Model, Run};
use crate::web::convert::thrown;

const SCHEDULER: &str = "LearningRateScheduler";

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
        if Reflect::has(object, &"type".into())? {
            let kind = Reflect::get(object, &"type".into())?.as_string().unwrap_or_default();
            let own = Object::keys(object);
            let names = own.iter().filter_map(|name| name.as_string());
            let functions: Vec<String> = names.filter(|name| Self::hook(object, name).is_some()).collect();
            return match &functions[..] {
                [] => Ok(None),
                [name] if kind == SCHEDULER && name == "schedule" => {
                    Ok(Some(Self { object: object.clone(), schedule: Self::hook(object, name) }))
                }
                [name, ..] => Err(thrown(Error::config(
                    "callbacks",
                    format!(
                        "has \"{kind}\" with a function \"{name}\", which it does not call; give it in an object without a type"
                    ),
                ))),
            };
        }
        // The hooks may be methods of a class, so any object without a `type` counts as a custom callback.
        let hooks = HOOKS.iter().filter(|hook| Self::hook(object, hook).is_some()).count();
        let stranger = methods(object).into_iter().find(|name| is_hook(name) && !HOOKS.contains(&name.as_str()));
        match (stranger, hooks) {
            (Some(name), _) => Err(thrown(Error::config(
                "callbacks",
                format!("has \"{name}\", which is none of {}", HOOKS.join(", ")),
            ))),
            (None, 0) => Err(thrown(Error::config(
                "callbacks",
                format!("has an object with neither a type nor one of {}", HOOKS.join(", ")),
            ))),
            _ => Ok(Some(Self { object: object.clone(), schedule: None })),
        }
    }

    /// Refuses a function as the schedule of a model whose optimizer has a schedule already, before the run begins.
    ///
    /// # Errors
    ///
    /// `ConfigError` if there is one.
    pub(in crate::web) fn check(list: &[Self], model: &Model) -> Result<(), JsValue> {
        match list.iter().any(|callback| callback.schedule.is_some()) {
            true => model.check_rate_is_settable(SCHEDULER).map_err(thrown),
            false => Ok(()),
        }
    }

    fn hook(object: &Object, name: &str) -> Option<Function> {
        Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
    }

    pub(in crate::web) fn has(&self, hook: &str) -> bool {
        self.schedule.is_none() && Self::hook(&self.object, hook).is_some()
    }

    /// Calls a hook and waits for it. The hook may set `stopTraining` and `learningRate` of its last argument, and ask it what the
    /// network would answer.
    pub(in crate::web) async fn call(
        &self,
        run: &mut Run<'_>,
        hook: &str,
        number: Option<usize>,
        logs: &JsValue,
        lend: Option<&Lend>,
    ) -> Result<(), JsValue> {
        if let Some(schedule) = &self.schedule {
            if hook == "onEpochBegin" {
                let epoch = JsValue::from(number.unwrap_or(0) as f64);
                let answer = awaited(schedule.call2(&self.object, &epoch, &run.learning_rate().into())?).await?;
                run.set_learning_rate(as_number(&answer)).map_err(thrown)?;
            }
            return Ok(());
        }
        let Some(function) = Self::hook(&self.object, hook) else { return Ok(()) };
        let rate = run.learning_rate();
        let handle = RunHandle::new(rate, run.stop.is_some());
        let arguments = Array::new();
        if let Some(number) = number {
            arguments.push(&(number as f64).into());
            arguments.push(logs);
        }
        arguments.push(&handle);
        handle.wait(&function.apply(&self.object, &arguments)?, run.model, lend).await?;
        let chosen = as_number(&Reflect::get(&handle, &"learningRate".into())?);
        if chosen.to_bits() != rate.to_bits() {
            run.set_learning_rate(chosen).map_err(thrown)?;
        }
        run.stop = match Reflect::get(&handle, &"stopTraining".into())?.is_truthy() {
            true => run.stop.or(Some(Stopped::Callback)),
            false => run.stop.filter(|stopped| *stopped == Stopped::Aborted),
        };
        Ok(())
    }
}

/// NaN, which no rate may be, if it is not a number.
fn as_number(value: &JsValue) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// Whether a function of this name is meant as a hook: `onEpochEnd` and `on_epoch_end` are, `on` and `once` are not.
fn is_hook(name: &str) -> bool {
    name.strip_prefix("on").is_some_and(|rest| rest.starts_with(|letter: char| letter == '_' || letter.is_uppercase()))
}

/// The names of the functions of an object and of its classes.
fn methods(object: &Object) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), object.clone());
    loop {
        let parent = Object::get_prototype_of(&next);
        if parent.is_null() {
            break; // what every object descends from has no hooks
        }
        names.extend(Object::get_own_property_names(&next).iter().filter_map(|name| name.as_string()));
        next = parent;
    }
    names.retain(|name| CustomCallback::hook(object, name).is_some());
    names
}

async fn awaited(returned: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&returned)).await
}
