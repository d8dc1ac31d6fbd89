//! The events of a run.

use std::collections::BTreeMap;

use js_sys::{Object, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::device::DeviceInfo;
use crate::training::callbacks::{FileContent, FileWrite};
use crate::training::history::{Change, EpochRecord};
use crate::training::state::{Steerable, StepLook};
use crate::web::convert::{set, to_js};

/// What `onEvent` receives; `FitEvent` in `types/fit.d.ts`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(in crate::web) enum FitEvent<'a> {
    Start {
        epochs: usize,
        steps: usize,
        training_images: usize,
        validation_images: usize,
        device: &'a DeviceInfo,
        threads: usize,
        notes: Vec<String>,
        steerable: Steerable,
    },
    Features {
        done: usize,
        pictures: usize,
        seconds_left: f64,
    },
    Batch {
        epoch: usize,
        step: usize,
        steps: usize,
        loss: Option<f64>,
        accuracy: Option<f64>,
        learning_rate: f64,
        images_per_second: f64,
        seconds_left: f64,
    },
    Test {
        step: usize,
        steps: usize,
        seconds_left: f64,
    },
    Step {
        look: &'a StepLook,
    },
    Change {
        changes: &'a [Change],
    },
    Epoch {
        record: &'a EpochRecord,
        reading: String,
        seconds: f64,
        notes: &'a [String],
    },
}

/// The event of a file that a callback wrote.
pub(super) fn file_event(FileWrite { path, content }: FileWrite) -> JsValue {
    let (bytes, append) = match &content {
        FileContent::Whole(bytes) => (Uint8Array::from(bytes.as_slice()).into(), false),
        FileContent::Appended(bytes) | FileContent::Begun(bytes) => (Uint8Array::from(bytes.as_slice()).into(), true),
        FileContent::Deleted => (JsValue::NULL, false),
    };
    let only_if_empty = matches!(content, FileContent::Begun(_));
    let event = Object::new().into();
    for (name, value) in [
        ("type", "file".into()),
        ("path", path.into()),
        ("bytes", bytes),
        ("append", append.into()),
        ("onlyIfEmpty", only_if_empty.into()),
    ] {
        set(&event, name, &value);
    }
    event
}

/// `Logs` in `types/fit.d.ts`.
pub(super) fn to_logs(logs: &BTreeMap<String, f64>) -> JsValue {
    to_js(&logs.iter().map(|(name, &value)| (name, finite(value))).collect::<BTreeMap<_, _>>())
}

/// NaN and infinity are `null` in JavaScript.
pub(super) fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}
