//! The manifest of a run: everything that its numbers depend on, as JSON that the files of the network carry.

use serde_json::{Value, json};

use super::model::Model;
use crate::data::Dataset;
use crate::device::DeviceKind;
use crate::training::plan::FitPlan;

/// Notes how `model` is about to be trained, on `threads` threads.
pub(crate) fn note_run(model: &mut Model, plan: &FitPlan, threads: usize) {
    let validation = plan.validation.as_ref().map_or(0, Dataset::len);
    model.manifest = Some(json!({
        "tabfit": env!("CARGO_PKG_VERSION"),
        "pictures": {"hash": plan.fingerprint(), "training": plan.training.len(), "validation": validation},
        "split": {"training": ranges(&plan.training), "validation": plan.validation.as_ref().map(ranges)},
        "classNames": model.class_names,
        "model": model.architecture().config(),
        "compile": {"optimizer": model.optimizer.config, "loss": model.loss, "metrics": model.metrics.configs()},
        "fit": plan.config,
        "device": model.device_info,
        "threads": threads,
        "roundsOnce": rounds_once(model),
        "resumed": [],
    }));
}

/// The ids of pictures as text, each with those that follow it: "0-11,13,15-20".
fn ranges(pictures: &Dataset) -> String {
    let mut ids: Vec<usize> = (0..pictures.len()).map(|position| pictures.id(position)).collect();
    ids.sort_unstable();
    let runs = ids.chunk_by(|&a, &b| a + 1 == b).map(|run| match run {
        [only] => only.to_string(),
        _ => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    runs.collect::<Vec<_>>().join(",")
}

/// Notes where an interrupted run goes on, because another device, number of threads or way of rounding changes last digits.
pub(crate) fn note_resumption(model: &mut Model, epoch: usize, step: usize, threads: usize) {
    let resumption = json!({
        "epoch": epoch,
        "step": step,
        "device": model.device_info,
        "threads": threads,
        "roundsOnce": rounds_once(model),
    });
    if let Some(Value::Array(resumed)) = model.manifest.as_mut().and_then(|manifest| manifest.get_mut("resumed")) {
        resumed.push(resumption);
    }
}

/// Whether a product is added without being rounded first; `None` on a GPU, whose driver decides.
fn rounds_once(model: &Model) -> Option<bool> {
    (model.device_info.kind == DeviceKind::Cpu).then(tabfit_kernels::rounds_once)
}

/// A sentence where an interrupted run of this model was computed on a processor that rounds in another way than this one.
pub(crate) fn rounding_note(model: &Model) -> Option<String> {
    let manifest = model.manifest.as_ref()?;
    let last = manifest["resumed"].as_array().and_then(|resumed| resumed.last()).unwrap_or(manifest);
    (last["roundsOnce"].as_bool()? != rounds_once(model)?).then(|| {
        "The run was begun by another browser or processor, which rounds in another way, so its numbers may differ in the last digits.".into()
    })
}
