//! Every argument at its bounds: what is taken, and what is refused by its name.

use serde_json::{Value, json};
use tabfit_decisions::callbacks::{
    CallbackConfig, EarlyStopping, EpochSchedule, LearningRateScheduler, ModelCheckpoint, ReduceLrOnPlateau, SaveFreq,
    TensorBoard, UpdateFreq,
};
use tabfit_decisions::{ClassWeight, DrawnSplit, Error, FoldSplit, Result, Seed, ValidationSplit};

const BEYOND: [f64; 3] = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN];

/// The start of the sentence, or nothing if there is none.
#[track_caller]
fn assert_refused<T>(result: Result<T>, start: &str) {
    let sentence = result.err().map_or(String::new(), |error| error.to_string());
    assert!(sentence.starts_with(start) && start.is_empty() == sentence.is_empty(), "{sentence}, not {start}");
}

fn check(callback: &CallbackConfig) -> Result<()> {
    let measured = ["accuracy", "loss", "val_loss"].map(String::from);
    callback.check(&measured, &measured)
}

fn read(callback: Value) -> CallbackConfig {
    serde_json::from_value(callback).unwrap()
}

#[test]
fn counts_of_epochs_and_numbers_of_callbacks() {
    let refused = |kind: &str, argument: &str, value: Value, start: &str| {
        let mut callback = json!({"type": kind});
        callback[argument] = value;
        assert_refused(check(&read(callback)), start);
    };
    for (kind, counts) in
        [("EarlyStopping", &["patience", "startFromEpoch"][..]), ("ReduceLROnPlateau", &["patience", "cooldown"])]
    {
        for count in counts {
            refused(kind, count, json!(0), "");
            refused(kind, count, json!(7), "");
            for wrong in [-1.0, 0.5] {
                let start = format!("{count} of {kind} must be a whole number of 0 or more, not {wrong}");
                refused(kind, count, json!(wrong), &start);
            }
        }
        refused(kind, "minDelta", json!(0), "");
        refused(kind, "minDelta", json!(-0.1), &format!("minDelta of {kind} must be 0 or more, not -0.1"));
        let sentence = format!(
            "monitor of {kind} is \"loss_\", but this run measures only accuracy, loss, val_loss; hold out validation"
        );
        refused(kind, "monitor", json!("loss_"), &sentence);
    }
    for (factor, start) in [(0.999, ""), (0.001, ""), (0.0, "factor of"), (1.0, "factor of"), (-0.5, "factor of")] {
        refused("ReduceLROnPlateau", "factor", json!(factor), start);
    }
    for (least, start) in [(0.0, ""), (1.0, ""), (-0.001, "minLr of ReduceLROnPlateau must be 0 or more")] {
        refused("ReduceLROnPlateau", "minLr", json!(least), start);
    }
    refused("EarlyStopping", "baseline", json!(-1), "");
}

#[test]
fn what_is_no_number_is_refused_too() {
    let stopping = |change: &dyn Fn(&mut EarlyStopping)| {
        let mut rule = EarlyStopping::default();
        change(&mut rule);
        check(&CallbackConfig::EarlyStopping(rule))
    };
    for number in BEYOND {
        assert_refused(stopping(&|rule| rule.patience = number), "patience of EarlyStopping");
        assert_refused(stopping(&|rule| rule.min_delta = number), "minDelta of EarlyStopping");
        assert_refused(stopping(&|rule| rule.baseline = Some(number)), "baseline of EarlyStopping");
        let mut reducing = ReduceLrOnPlateau::default();
        reducing.min_lr = number;
        assert_refused(check(&CallbackConfig::ReduceLrOnPlateau(reducing)), "minLr of ReduceLROnPlateau");
        let schedule = EpochSchedule::Each(vec![0.1, number]);
        assert_refused(
            check(&CallbackConfig::LearningRateScheduler(LearningRateScheduler { schedule })),
            "schedule of",
        );
        let mut saving: ModelCheckpoint = serde_json::from_value(json!({"filepath": "a.tabfit"})).unwrap();
        saving.initial_value_threshold = Some(number);
        assert_refused(check(&CallbackConfig::ModelCheckpoint(saving)), "initialValueThreshold of ModelCheckpoint");
    }
}

#[test]
fn what_saves_and_schedules() {
    for (callback, start) in [
        (json!({"type": "ModelCheckpoint", "filepath": "a.keras"}), "filepath of ModelCheckpoint must end in .tabfit"),
        (json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "saveWeightsOnly": true}), "filepath of"),
        (json!({"type": "ModelCheckpoint", "filepath": "a.safetensors", "saveWeightsOnly": true}), ""),
        (
            json!({"type": "ModelCheckpoint", "filepath": "../a.tabfit"}),
            "filepath of ModelCheckpoint must be a relative",
        ),
        (json!({"type": "ModelCheckpoint", "filepath": "{epoch}-{learning_rate}-{val_loss}.tabfit"}), ""),
        (json!({"type": "ModelCheckpoint", "filepath": "{batch}.tabfit"}), "filepath of ModelCheckpoint names {batch}"),
        (json!({"type": "ModelCheckpoint", "filepath": "{batch}-{loss}.tabfit", "saveFreq": 2}), ""),
        (json!({"type": "ModelCheckpoint", "filepath": "{val_loss}.tabfit", "saveFreq": 2}), "filepath of"),
        (json!({"type": "ModelCheckpoint", "filepath": "{learning_rate}.tabfit", "saveFreq": 2}), "filepath of"),
        (json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "saveFreq": 0.5}), "saveFreq of ModelCheckpoint"),
        (json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "monitor": "none"}), ""),
        (
            json!({"type": "ModelCheckpoint", "filepath": "a.tabfit", "monitor": "none", "saveBestOnly": true}),
            "monitor of ModelCheckpoint is \"none\"",
        ),
        (json!({"type": "BackupAndRestore", "saveFreq": 1}), ""),
        (json!({"type": "BackupAndRestore", "saveFreq": 1.5}), "saveFreq of BackupAndRestore must be \"epoch\" or"),
        (json!({"type": "BackupAndRestore", "saveFreq": -2}), "saveFreq of"),
        (json!({"type": "CSVLogger", "filename": "a.csv", "separator": "\t"}), ""),
        (json!({"type": "CSVLogger", "filename": "a.csv", "separator": ""}), "separator of CSVLogger must be one"),
        (json!({"type": "CSVLogger", "filename": "a.csv", "separator": ";;"}), "separator of"),
        (json!({"type": "CSVLogger", "filename": "a.csv", "separator": "\""}), "separator of"),
        (json!({"type": "CSVLogger", "filename": "/a.csv"}), "filename of CSVLogger"),
        (json!({"type": "TensorBoard", "logDir": "/logs"}), "logDir of TensorBoard"),
        (json!({"type": "TensorBoard", "updateFreq": 0}), "updateFreq of TensorBoard"),
        (json!({"type": "TensorBoard", "updateFreq": 1}), ""),
        (json!({"type": "TerminateOnNaN"}), ""),
        (json!({"type": "LearningRateScheduler", "schedule": [0, 0.1]}), ""),
        (json!({"type": "LearningRateScheduler", "schedule": []}), "schedule of LearningRateScheduler must be rates"),
        (json!({"type": "LearningRateScheduler", "schedule": [0.1, -0.1]}), "schedule of"),
        (
            json!({"type": "LearningRateScheduler",
                "schedule": {"type": "CosineDecay", "initialLearningRate": 1, "decaySteps": 0}}),
            "decaySteps",
        ),
    ] {
        assert_refused(check(&read(callback)), start);
    }
}

#[test]
fn only_two_callbacks_set_the_rate() {
    let sets = |callback: Value| read(callback).sets_the_rate();
    assert_eq!(sets(json!({"type": "ReduceLROnPlateau"})), Some("ReduceLROnPlateau"));
    assert_eq!(sets(json!({"type": "LearningRateScheduler", "schedule": [1]})), Some("LearningRateScheduler"));
    assert_eq!(sets(json!({"type": "TerminateOnNaN"})), None);
}

#[test]
fn words_and_numbers_for_how_often() {
    for (json, freq) in [(json!("epoch"), SaveFreq::Epoch), (json!(3), SaveFreq::Batches(3.0))] {
        assert_eq!(serde_json::from_value::<SaveFreq>(json).unwrap(), freq);
    }
    let every = |update_freq| TensorBoard { update_freq, image_freq: 3, ..TensorBoard::default() };
    let due = |rule: &TensorBoard| (1..9).filter(|&steps| rule.is_due_after_batch(steps)).collect::<Vec<_>>();
    assert_eq!(due(&TensorBoard::default()), [0; 0]);
    assert_eq!(due(&every(UpdateFreq::Batches(4))), [4, 8]);
    let drawn = |rule: &TensorBoard| (1..9).filter(|&epoch| rule.draws_after_epoch(epoch)).collect::<Vec<_>>();
    assert_eq!(drawn(&TensorBoard::default()), [0; 0]);
    assert_eq!(drawn(&every(UpdateFreq::Batches(4))), [3, 6]);
}

#[test]
fn seeds_are_whole_numbers_of_javascript() {
    assert_eq!(Seed::default(), Seed(1));
    assert_eq!(Seed::try_from(0.0), Ok(Seed(0)));
    assert_eq!(Seed::try_from(9_007_199_254_740_991.0), Ok(Seed(9_007_199_254_740_991)));
    for seed in [-1.0, 0.5, 9_007_199_254_740_992.0, f64::NAN] {
        assert_refused(Seed::try_from(seed), "seed must be a whole number from 0 to 9007199254740991, not ");
    }
}

#[test]
fn shares_and_folds_that_are_held_out() {
    let share = |share: f64| ValidationSplit::from(share);
    let drawn = |fraction| ValidationSplit::Drawn(DrawnSplit { fraction, stratified: true, grouped: true });
    let fold = |folds, fold| ValidationSplit::Fold(FoldSplit { folds, fold, grouped: true });
    assert_eq!(ValidationSplit::default(), share(0.0));
    assert_eq!(
        [share(0.25), drawn(0.5), fold(4.0, 0.0)].map(|split| split.share().to_bits()),
        [0.25, 0.5, 0.25].map(f64::to_bits)
    );
    for (split, start) in [
        (share(0.0), ""),
        (share(0.999), ""),
        (share(1.0), "validationSplit must be from 0 to below 1, not 1"),
        (share(-0.1), "validationSplit must be"),
        (share(f64::NAN), "validationSplit must be"),
        (drawn(0.001), ""),
        (drawn(0.999), ""),
        (drawn(0.0), "validationSplit.fraction must be above 0 and below 1, not 0"),
        (drawn(1.0), "validationSplit.fraction must"),
        (drawn(f64::NAN), "validationSplit.fraction must"),
        (fold(2.0, 1.0), ""),
        (fold(100.0, 99.0), ""),
        (fold(1.0, 0.0), "validationSplit.folds must be a whole number from 2 to 100, not 1"),
        (fold(101.0, 0.0), "validationSplit.folds must"),
        (fold(2.5, 0.0), "validationSplit.folds must"),
        (fold(5.0, 5.0), "validationSplit.fold must be a whole number from 0 to 4, not 5"),
        (fold(5.0, -1.0), "validationSplit.fold must"),
        (fold(5.0, 0.5), "validationSplit.fold must"),
    ] {
        assert_refused(split.check(), start);
    }
    let read: ValidationSplit = serde_json::from_value(json!({"fraction": 0.5})).unwrap();
    assert_eq!(read, drawn(0.5));
    assert_eq!(serde_json::from_value::<ValidationSplit>(json!({"folds": 5, "fold": 2})).unwrap(), fold(5.0, 2.0));
}

#[test]
fn weights_of_classes() {
    let names = ["a", "b", "c"].map(String::from);
    let weights = |given: Value| serde_json::from_value::<ClassWeight>(given).unwrap().of_classes(&names, &[6, 2, 0]);
    // 8 pictures, 8 / 3 for each class; a class without a picture counts as if it had one.
    let even = 8.0 / 3.0;
    assert_eq!(weights(json!("balanced")).unwrap(), [even / 6.0, even / 2.0, even].map(|weight: f64| weight as f32));
    assert_eq!(weights(json!({"b": 0.5, "c": 0})).unwrap(), [1.0, 0.5, 0.0]);
    assert_refused(weights(json!({"d": 1})), "classWeight names \"d\", which is none of a, b, c");
    assert_refused(weights(json!({"a": -1})), "classWeight of \"a\" must be a number of 0 or more, not -1");
    let endless = ClassWeight::Each([("a".to_string(), f64::INFINITY)].into());
    assert_refused(endless.of_classes(&names, &[1, 1, 1]), "classWeight of \"a\"");
}

#[test]
fn errors_are_sentences_with_a_name_for_javascript() {
    for (error, name, sentence) in [
        (Error::config("epochs", "must be 1"), "ConfigError", "epochs must be 1."),
        (Error::layer("conv", "has no input"), "ConfigError", "Layer \"conv\" has no input."),
        (Error::Dataset("No picture.".into()), "DatasetError", "No picture."),
        (Error::Device("No GPU.".into()), "DeviceError", "No GPU."),
        (Error::WrongNumbers("Wrong.".into()), "WrongNumbersError", "Wrong."),
        (Error::ModelFile("Cut off.".into()), "ModelFileError", "Cut off."),
    ] {
        assert_eq!((error.name(), error.to_string().as_str()), (name, sentence));
        assert_eq!(error.clause(), sentence.trim_end_matches('.'));
    }
    assert_eq!(Error::Busy.name(), "BusyError");
    assert!(Error::Busy.to_string().starts_with("The network is busy"));
}
