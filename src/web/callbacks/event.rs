//! The events of a run.

use serde::Serialize;

use crate::device::DeviceInfo;
use crate::training::history::{Change, EpochRecord};
use crate::training::state::{Steerable, StepLook};

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
