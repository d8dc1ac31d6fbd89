//! The callbacks' decisions beside those of Keras's own, which `tests/keras/callbacks.py` recorded.
//!
//! A network is not needed: the logs are those of the case. After each epoch the callbacks' states are written down and given to
//! others with the same arguments, as in a run that is resumed there.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tabfit_decisions::callbacks::{CallbackConfig, FileContent, SaveFreq, TerminateOnNan};
use tabfit_decisions::history::EpochRecord;
use tabfit_decisions::text::LosslessF64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    callback: Value,
    history: Vec<BTreeMap<String, LosslessF64>>,
    batches: Option<Vec<Vec<LosslessF64>>>,
    before: Option<String>,
    interrupted: Option<(usize, usize)>,
    also: Option<Value>,
    decisions: Value,
}

impl Case {
    fn kind(&self) -> &str {
        self.callback["type"].as_str().unwrap()
    }

    /// The callbacks, without those of Keras's arguments that tabfit does not have, and with a function as the list of what it
    /// returned.
    fn callbacks(&self) -> Vec<CallbackConfig> {
        let mut config = self.callback.clone();
        for word in ["backupDir", "doubleCheckpoint", "raiseError"] {
            config.as_object_mut().unwrap().remove(word);
        }
        if let Some(path) = config.get_mut("filepath") {
            *path = json!(translated(path.as_str().unwrap()));
        }
        if self.kind() == "LearningRateScheduler" {
            config["schedule"] =
                self.decisions["calls"].as_array().unwrap().iter().map(|call| call[2].clone()).collect();
        }
        let all = [Some(config), self.also.clone()];
        all.into_iter().flatten().map(|config| serde_json::from_value(config).unwrap()).collect()
    }

    fn record(&self, epoch: usize) -> EpochRecord {
        let logs = self.history[epoch - 1].iter().map(|(name, value)| (name.clone(), value.0)).collect();
        EpochRecord { epoch, logs }
    }

    /// The losses of an epoch's batches.
    fn losses(&self, epoch: usize) -> Vec<f64> {
        self.batches.as_ref().map_or(vec![0.5], |batches| batches[epoch - 1].iter().map(|loss| loss.0).collect())
    }
}

fn translated(path: &str) -> String {
    path.replace(".weights.h5", ".safetensors").replace(".keras", ".tabfit")
}

/// What the callbacks decided in a run.
#[derive(Default)]
struct Played {
    epochs: usize,
    /// Epoch and batch of a stop inside an epoch, or the epoch and 0.
    stopped: Option<(usize, usize)>,
    /// The epoch whose weights were kept last, and what is said where they are restored.
    kept: Option<(usize, String)>,
    /// The learning rate during each epoch (`used`), and at its end (`after`).
    used: Vec<f64>,
    after: Vec<f64>,
    /// The saves: epoch, batch and file, which is empty for a backup.
    saves: Vec<(usize, usize, String)>,
    text: Vec<u8>,
}

impl Played {
    fn stop(&mut self, reason: Option<String>, epoch: usize, batch: usize) {
        if reason.is_some() {
            self.stopped.get_or_insert((epoch, batch));
        }
    }

    fn after_batch(&mut self, callback: &mut CallbackConfig, epoch: usize, losses: &[f64]) {
        let step = losses.len();
        let loss = losses.iter().sum::<f64>() / step as f64;
        match callback {
            CallbackConfig::TerminateOnNan(_) => {
                assert!(TerminateOnNan::is_due(false, step));
                self.stop(TerminateOnNan::reason(loss, "now"), epoch, step);
            }
            CallbackConfig::ModelCheckpoint(rule) => {
                let running = EpochRecord { epoch, logs: [("loss".to_string(), loss)].into() };
                let due = rule.is_due_after_batch();
                let path = due.then(|| rule.after_batch(step, &running).unwrap()).flatten();
                self.saves.extend(path.map(|path| (epoch, step, path)));
            }
            CallbackConfig::BackupAndRestore(rule) => {
                let due = rule.is_due_after_batch();
                self.saves.extend(due.then(|| (epoch, step, String::new())));
            }
            _ => {}
        }
    }

    fn after_epoch(&mut self, callback: &mut CallbackConfig, record: &EpochRecord, batches: usize, rate: &mut f64) {
        let epoch = record.epoch;
        match callback {
            CallbackConfig::EarlyStopping(rule) => {
                let Some(decision) = rule.after_epoch(record) else { return };
                if decision.keep_weights {
                    self.kept = Some((epoch, rule.restored()));
                }
                self.stop(decision.stop, epoch, 0);
            }
            CallbackConfig::ReduceLrOnPlateau(rule) => *rate = rule.after_epoch(record, *rate).unwrap_or(*rate),
            CallbackConfig::ModelCheckpoint(rule) => {
                let path = rule.after_epoch(record).unwrap();
                self.saves.extend(path.map(|path| (epoch, batches, path)));
            }
            CallbackConfig::CsvLogger(rule) => {
                for file in rule.after_epoch(record) {
                    match file.content {
                        FileContent::Whole(bytes) => self.text = bytes,
                        FileContent::Begun(bytes) if self.text.is_empty() => self.text = bytes,
                        FileContent::Begun(_) => {}
                        FileContent::Appended(bytes) => self.text.extend(bytes),
                        FileContent::Deleted => unreachable!("a log is never deleted"),
                    }
                }
            }
            CallbackConfig::BackupAndRestore(rule) if rule.save_freq == SaveFreq::Epoch => {
                self.saves.push((epoch, batches, String::new()));
            }
            _ => {}
        }
    }
}

/// Plays the logs of a case to its callbacks, up to the batch before which the run crashes.
fn play(case: &Case) -> Played {
    let mut callbacks = case.callbacks();
    let measured: Vec<String> = case.history.iter().flat_map(|logs| logs.keys().cloned()).collect();
    for callback in &callbacks {
        callback.check(&measured, &measured).unwrap();
    }
    let mut played = Played { text: case.before.clone().unwrap_or_default().into(), ..Played::default() };
    let mut rate = 1e-3;
    for epoch in 1..=case.history.len() {
        for callback in &callbacks {
            if let CallbackConfig::LearningRateScheduler(rule) = callback {
                rate = rule.rate(epoch);
            }
        }
        played.used.push(rate);
        let losses = case.losses(epoch);
        for step in 1..=losses.len() {
            if case.interrupted == Some((epoch, step)) {
                return played;
            }
            for callback in &mut callbacks {
                played.after_batch(callback, epoch, &losses[..step]);
            }
            if played.stopped.is_some() {
                break;
            }
        }
        for callback in &mut callbacks {
            played.after_epoch(callback, &case.record(epoch), losses.len(), &mut rate);
        }
        played.epochs = epoch;
        played.after.push(rate);
        if played.stopped.is_some() {
            break;
        }
        let states: Vec<String> = callbacks.iter().map(|callback| callback.state().to_string()).collect();
        callbacks = case.callbacks();
        for (callback, state) in callbacks.iter_mut().zip(states) {
            callback.restore(serde_json::from_str(&state).unwrap()).unwrap();
        }
    }
    played
}

/// Keras's rates have 32 bits.
fn assert_rates(case: &Case, rates: &[f64]) {
    let expected: Vec<f64> = serde_json::from_value(case.decisions["learningRates"].clone()).unwrap();
    let near = |(rate, expected): (&f64, &f64)| (rate - expected).abs() <= 1e-6 * expected;
    assert!(rates.len() == expected.len() && rates.iter().zip(&expected).all(near), "{}: {rates:?}", case.name);
}

/// All cases of a callback, with what was decided in each.
fn cases(kind: &str) -> Vec<(Case, Played)> {
    let all: Vec<Case> = serde_json::from_str(include_str!("../../../tests/keras/callbacks.json")).unwrap();
    let of_kind = all.into_iter().filter(|case| case.kind() == kind);
    let played: Vec<_> = of_kind.map(|case| (play(&case), case)).map(|(played, case)| (case, played)).collect();
    assert!(played.len() >= 10, "{kind}");
    played
}

#[test]
fn early_stopping() {
    for (case, Played { epochs, stopped, kept, .. }) in cases("EarlyStopping") {
        let restored = kept.as_ref().map(|(epoch, _)| *epoch).filter(|&epoch| epoch != epochs);
        let decisions = json!({"epochs": epochs, "stopped": stopped.is_some(), "restored": restored});
        assert_eq!(decisions, case.decisions, "{}", case.name);
        if let Some((epoch, said)) = kept {
            assert!(said.starts_with(&format!("The weights of epoch {epoch}, the best by ")), "{said}");
        }
    }
}

#[test]
fn reduce_lr_on_plateau() {
    for (case, played) in cases("ReduceLROnPlateau") {
        assert_rates(&case, &played.after);
        let reduced = played.used.iter().zip(&played.after).zip(1..).filter(|((used, after), _)| after < used);
        let epochs: Vec<usize> = reduced.map(|(_, epoch)| epoch).collect();
        assert_eq!(json!(epochs), case.decisions["reducedAfter"], "{}", case.name);
    }
}

#[test]
fn learning_rate_scheduler() {
    for (case, played) in cases("LearningRateScheduler") {
        assert_rates(&case, &played.used);
    }
}

#[test]
fn model_checkpoint() {
    for (case, played) in cases("ModelCheckpoint") {
        let saves: Vec<Value> = (played.saves.iter())
            .map(|(epoch, batch, path)| json!({"epoch": epoch, "batch": batch, "path": path}))
            .collect();
        let mut expected = case.decisions["saves"].clone();
        for save in expected.as_array_mut().unwrap() {
            save["path"] = json!(translated(save["path"].as_str().unwrap()));
        }
        assert_eq!(json!(saves), expected, "{}", case.name);
    }
}

#[test]
fn csv_logger() {
    for (case, played) in cases("CSVLogger") {
        assert_eq!(json!(String::from_utf8(played.text).unwrap()), case.decisions["text"], "{}", case.name);
    }
}

/// The epoch in which a run stops is recorded, as in Keras; where Keras raises an error instead, it records nothing.
#[test]
fn terminate_on_nan() {
    for (case, played) in cases("TerminateOnNaN") {
        let stopped = played.stopped.map(|(epoch, batch)| json!({"epoch": epoch, "batch": batch}));
        assert_eq!(json!(stopped), case.decisions["stopped"], "{}", case.name);
        let unrecorded = usize::from(case.decisions["raised"] == true);
        assert_eq!(json!(played.epochs - unrecorded), case.decisions["recordedEpochs"], "{}", case.name);
    }
}

#[test]
fn backup_and_restore() {
    for (case, played) in cases("BackupAndRestore") {
        let saves: Vec<Value> =
            played.saves.iter().map(|(epoch, batch, _)| json!({"epoch": epoch, "batch": batch})).collect();
        assert_eq!(json!(saves), case.decisions["saves"], "{}", case.name);
    }
}
