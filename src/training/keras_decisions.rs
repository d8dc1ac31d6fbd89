//! Compares what a run does by the callbacks' decisions with what Keras's own did, which `tests/keras/callbacks.py` recorded:
//! which weights it keeps, writes and restores. `decisions/tests/suite/callbacks.rs` compares the decisions alone.
//!
//! As in that script, nothing is trained: after step 3 every weight is 3, and the logs are those of the case.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use safetensors::SafeTensors;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::metrics::MetricSums;
use crate::text::LosslessF64;
use crate::training::callbacks::{CallbackConfig, FileContent, FileWrite};
use crate::training::fit::train_step;
use crate::training::run_callbacks::RunCallbacks;
use crate::training::run_hooks::RunHooks;
use crate::training::state::{Callback, CallbackStates, Model, Progress, Run};
use crate::{Dataset, DeviceKind, EpochRecord, FitConfig, FitPlan, ModelConfig, Seed};

const RECORDED: &str = include_str!("../../tests/keras/callbacks.json");

#[derive(Deserialize)]
struct Case {
    name: String,
    callback: Value,
    history: Vec<BTreeMap<String, LosslessF64>>,
    batches: Option<Vec<Vec<LosslessF64>>>,
    interrupted: Option<(usize, usize)>,
    decisions: Value,
}

impl Case {
    fn kind(&self) -> &str {
        self.callback["type"].as_str().unwrap()
    }

    /// The callback as tabfit's configuration, with the names of tabfit's files instead of Keras's. Where Keras
    /// raises an error, a run here ends with a note.
    fn callbacks(&self) -> Vec<CallbackConfig> {
        let mut config = self.callback.clone();
        for word in ["backupDir", "doubleCheckpoint", "raiseError"] {
            config.as_object_mut().unwrap().remove(word);
        }
        if let Some(path) = config.get_mut("filepath") {
            *path = json!(translated(path.as_str().unwrap()));
        }
        vec![serde_json::from_value(config).unwrap()]
    }

    fn batches_of_an_epoch(&self) -> usize {
        self.batches.as_ref().map_or(1, |batches| batches[0].len())
    }
}

fn translated(path: &str) -> String {
    path.replace(".weights.h5", ".safetensors").replace(".keras", ".tabfit")
}

/// What happened in a run.
#[derive(Default)]
struct Played {
    epochs: usize,
    /// Epoch and batch of a stop inside an epoch, or the epoch and 0.
    stopped: Option<(usize, usize)>,
    weight: f32,
    /// Each file with the epoch and batch after which it was written.
    files: Vec<((usize, usize), FileWrite)>,
}

async fn network() -> Model {
    let layers = json!([{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
    let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    Model::new(config, vec!["a".into(), "b".into()], DeviceKind::Cpu, Seed(1)).await.unwrap()
}

fn first_weight(bytes: &[u8]) -> f32 {
    let tensors = SafeTensors::deserialize(bytes).unwrap();
    let (_, kernel) = tensors.tensors().into_iter().find(|(name, _)| name.ends_with("kernel")).unwrap();
    f32::from_le_bytes(kernel.data()[..4].try_into().unwrap())
}

fn play(case: &Case, dies: Option<(usize, usize)>) -> Played {
    pollster::block_on(Box::pin(played(case, dies)))
}

/// Calls the hooks as [`fit`](crate::fit()) does, up to the batch before which the run crashes.
async fn played(case: &Case, dies: Option<(usize, usize)>) -> Played {
    let (mut model, batches) = (network().await, case.batches_of_an_epoch());
    let names = model.class_names().to_vec();
    let labels = (0..batches as u32).map(|picture| picture % 2).collect();
    let pictures = Dataset::from_arrays(vec![0; batches * 8 * 8 * 3], labels, names, 8).unwrap();
    let epochs = case.history.len() as f64;
    let config = FitConfig { epochs, batch_size: 1.0, callbacks: case.callbacks(), ..FitConfig::default() };
    let plan = FitPlan::new(config, pictures, None).unwrap();
    let list = RunCallbacks(CallbackStates::new(case.callbacks()));
    let mut hooks = RunHooks { list, own: &mut () };
    let measured: Vec<String> = case.history.iter().flat_map(|logs| logs.keys().cloned()).collect();
    for callback in &hooks.list.0.list {
        callback.check(&measured, &measured).unwrap();
    }

    let mut played = Played::default();
    let mut run =
        Run { model: &mut model, plan: &plan, stop: None, notes: Vec::new(), files: Vec::new(), resumable: false };
    hooks.on_train_begin(&mut run).await.unwrap();
    for (logs, epoch) in case.history.iter().zip(1..) {
        hooks.on_epoch_begin(&mut run, epoch).await.unwrap();
        let device = run.model.network.device.clone();
        let mut sums = MetricSums::new(&run.model.metrics);
        for (batch, step) in plan.batches(epoch, &device).plans().zip(1..) {
            if dies == Some((epoch, step)) {
                return played;
            }
            let mut unread = MetricSums::new(&run.model.metrics);
            train_step(run.model, &mut (), &batch, 0, &mut unread, false).await.unwrap();
            let value = run.model.optimizer.steps as f32;
            run.model.network.weights.iter_mut().for_each(|weight| *weight = weight.zeros_like() + value);
            let loss = case.batches.as_ref().map_or(0.5, |batches| batches[epoch - 1][step - 1].0 as f32);
            sums.add(Tensor::from_floats([loss], &device), Tensor::zeros([1, 2], &device), &batch.targets());
            let progress = Progress { epoch, step, steps: batches, epochs: plan.epochs, pictures: 0, sums: &sums };
            hooks.on_batch_end(&mut run, &progress).await.unwrap();
            played.files.extend(run.files.drain(..).map(|file| ((epoch, step), file)));
            if run.stop.is_some() {
                played.stopped = Some((epoch, step));
                break;
            }
        }
        let logs = logs.iter().map(|(name, value)| (name.clone(), value.0)).collect();
        hooks.on_epoch_end(&mut run, &EpochRecord { epoch, logs }).await.unwrap();
        played.epochs = epoch;
        played.files.extend(run.files.drain(..).map(|file| ((epoch, batches), file)));
        if run.stop.is_some() {
            played.stopped.get_or_insert((epoch, 0));
            break;
        }
    }
    hooks.on_train_end(&mut run).await.unwrap();
    played.files.extend(run.files.drain(..).map(|file| ((played.epochs, batches), file)));
    played.weight = first_weight(&model.save().await.unwrap());
    played
}

fn cases(kind: &str) -> Vec<Case> {
    let all: Vec<Case> = serde_json::from_str(RECORDED).unwrap();
    let of_kind: Vec<Case> = all.into_iter().filter(|case| case.kind() == kind).collect();
    assert!(of_kind.len() >= 10, "{kind}");
    of_kind
}

#[test]
fn early_stopping() {
    for case in cases("EarlyStopping") {
        let played = play(&case, None);
        let weights_of = played.weight as usize;
        let decisions = json!({
            "epochs": played.epochs,
            "stopped": played.stopped.is_some(),
            "restored": (weights_of != played.epochs).then_some(weights_of),
        });
        assert_eq!(decisions, case.decisions, "{}", case.name);
    }
}

#[test]
fn model_checkpoint() {
    for case in cases("ModelCheckpoint") {
        let played = play(&case, None);
        let saves: Vec<Value> = (played.files.iter())
            .map(|((epoch, batch), file)| json!({"epoch": epoch, "batch": batch, "path": file.path}))
            .collect();
        let mut expected = case.decisions["saves"].clone();
        for save in expected.as_array_mut().unwrap() {
            save["path"] = json!(translated(save["path"].as_str().unwrap()));
        }
        assert_eq!(json!(saves), expected, "{}", case.name);
        for ((epoch, batch), file) in &played.files {
            let FileContent::Whole(bytes) = &file.content else { panic!("{}: a whole file", case.name) };
            let step = (epoch - 1) * case.batches_of_an_epoch() + batch;
            assert_eq!(first_weight(bytes) as usize, step, "{}", case.name);
        }
    }
}

/// The epoch in which a run stops is recorded, as in Keras; where Keras raises an error instead, it records nothing.
#[test]
fn terminate_on_nan() {
    for case in cases("TerminateOnNaN") {
        let played = play(&case, None);
        let stopped = played.stopped.map(|(epoch, batch)| json!({"epoch": epoch, "batch": batch}));
        assert_eq!(json!(stopped), case.decisions["stopped"], "{}", case.name);
        let unrecorded = usize::from(case.decisions["raised"] == true);
        assert_eq!(json!(played.epochs - unrecorded), case.decisions["recordedEpochs"], "{}", case.name);
    }
}

/// Keras resumes at the start of the epoch in which a backup was written, even if it was written inside or at
/// the end of that epoch; a run here resumes after the step of the backup.
#[test]
fn backup_and_restore() {
    for case in cases("BackupAndRestore") {
        let played = play(&case, case.interrupted);
        let backups: Vec<_> = (played.files.iter())
            .filter_map(|(place, file)| match &file.content {
                FileContent::Whole(bytes) => Some((place, bytes)),
                _ => None,
            })
            .collect();
        let saves: Vec<Value> =
            backups.iter().map(|((epoch, batch), _)| json!({"epoch": epoch, "batch": batch})).collect();
        assert_eq!(json!(saves), case.decisions["saves"], "{}", case.name);

        let ended = play(&case, None).files.pop().map(|(_, file)| file.content);
        assert_eq!(json!(ended != Some(FileContent::Deleted)), case.decisions["kept"], "{}", case.name);
        let Some((_, bytes)) = backups.last().filter(|_| case.interrupted.is_some()) else {
            assert_eq!(case.decisions["resumed"], json!({"epoch": 1, "steps": 0}), "{}", case.name);
            continue;
        };
        let (_, checkpoint) = pollster::block_on(Model::open(bytes, DeviceKind::Cpu)).unwrap();
        let place = checkpoint.unwrap().unfinished().unwrap();
        let steps = (place.epoch - 1) * case.batches_of_an_epoch() + place.step;
        assert_eq!(json!({"epoch": place.epoch, "steps": steps}), case.decisions["resumed"], "{}", case.name);
        assert_eq!(first_weight(bytes) as usize, steps, "{}", case.name);
    }
}
