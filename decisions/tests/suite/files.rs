//! The files that callbacks write: their names, their lines, and what is said of a decision.

use serde_json::{Value, json};
use tabfit_decisions::callbacks::{
    BackupAndRestore, CallbackConfig, CsvLogger, EarlyStopping, FileContent, ModelCheckpoint, ReduceLrOnPlateau,
    TerminateOnNan,
};
use tabfit_decisions::history::{EpochRecord, History};

fn record(epoch: usize, logs: &[(&str, f64)]) -> EpochRecord {
    EpochRecord { epoch, logs: logs.iter().map(|(name, value)| ((*name).to_string(), *value)).collect() }
}

fn checkpoint(arguments: Value) -> ModelCheckpoint {
    serde_json::from_value(arguments).unwrap()
}

/// The name that a file gets after epoch 3, or the start of the refusal.
fn named(filepath: &str) -> String {
    let named =
        checkpoint(json!({"filepath": filepath})).after_epoch(&record(3, &[("val_loss", 0.125), ("loss", 2.5)]));
    named.map_or_else(|error| error.to_string(), Option::unwrap)
}

#[test]
fn placeholders_are_pythons() {
    for (filepath, name) in [
        ("plain", "plain"),
        (
            "{epoch:1d}",
            "filepath of ModelCheckpoint has the format {epoch:1d}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        ("{epoch}-{epoch:d}-{epoch:02d}", "3-3-03"),
        ("{epoch:020d}", "00000000000000000003"),
        (
            "{epoch:021d}",
            "filepath of ModelCheckpoint has the format {epoch:021d}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        ("{val_loss}-{loss}", "0.125-2.5"),
        ("{val_loss:.2f}-{loss:.1e}", "0.12-2.5e0"),
        ("{val_loss:.20f}", "0.12500000000000000000"),
        (
            "{val_loss:.21f}",
            "filepath of ModelCheckpoint has the format {val_loss:.21f}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        (
            "{val_loss:.2x}",
            "filepath of ModelCheckpoint has the format {val_loss:.2x}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        (
            "{val_loss:f}",
            "filepath of ModelCheckpoint has the format {val_loss:f}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        (
            "{val_loss:x}",
            "filepath of ModelCheckpoint has the format {val_loss:x}; only such as {epoch:02d} and {val_loss:.2f} are understood.",
        ),
        (
            "{batch}",
            "filepath of ModelCheckpoint names {batch}, but this run measures at every save only {epoch}, {loss}, {val_loss}; name one of these.",
        ),
        ("a{epoch", "filepath of ModelCheckpoint opens { without closing it in \"a{epoch\"."),
    ] {
        assert_eq!(named(filepath), name);
    }
}

#[test]
fn a_save_after_batches_knows_the_batch() {
    let mut rule = checkpoint(json!({"filepath": "{epoch}-{batch:03d}", "saveFreq": 2}));
    let due: Vec<bool> = (1..6).map(|_| rule.is_due_after_batch()).collect();
    assert_eq!(due, [false, true, false, true, false]);
    assert_eq!(rule.after_batch(4, &record(2, &[])).unwrap().unwrap(), "2-004");
    assert!(rule.after_epoch(&record(2, &[])).unwrap().is_none());
    let mut best = checkpoint(json!({"filepath": "a", "saveFreq": 1, "saveBestOnly": true, "monitor": "loss"}));
    let mut saved = |loss| best.after_batch(1, &record(1, &[("loss", loss)])).unwrap().is_some();
    assert_eq!([2.0, 2.0, 1.0].map(&mut saved), [true, false, true]);
}

#[test]
fn a_path_has_at_most_two_hundred_letters() {
    let refused = |letters: usize| {
        let filepath = format!("{}.tabfit", "a".repeat(letters - 7));
        let callback = CallbackConfig::ModelCheckpoint(checkpoint(json!({"filepath": filepath})));
        callback.check(&[], &[]).is_err()
    };
    assert!(!refused(200) && refused(201));
}

#[test]
fn backups_are_counted_across_epochs() {
    let mut rule: BackupAndRestore = serde_json::from_value(json!({"saveFreq": 3})).unwrap();
    let due: Vec<bool> = (1..8).map(|_| rule.is_due_after_batch()).collect();
    assert_eq!(due, [false, false, true, false, false, true, false]);
    assert!(!BackupAndRestore::default().is_due_after_batch());
}

#[test]
fn a_line_of_a_log_for_each_epoch() {
    let text = |append: bool| {
        let mut rule: CsvLogger = serde_json::from_value(json!({"filename": "a.csv", "append": append})).unwrap();
        let writes = rule.after_epoch(&record(1, &[("loss", 1e-7), ("val_loss", 1.5e300)]));
        assert!(writes.iter().all(|write| write.path == "a.csv"));
        writes.into_iter().map(|write| write.content).collect::<Vec<_>>()
    };
    let header = b"epoch,loss,val_loss\r\n".to_vec();
    let line = FileContent::Appended(b"0,1e-07,1.5e+300\r\n".to_vec());
    assert_eq!(text(false), [FileContent::Whole(header.clone()), line.clone()]);
    assert_eq!(text(true), [FileContent::Begun(header), line]);
}

#[test]
fn a_history_as_a_table_has_what_was_measured() {
    let epochs = vec![record(1, &[("loss", 0.5)]), record(2, &[("loss", 0.25), ("val_loss", f64::INFINITY)])];
    let history = History { epochs, ..History::default() };
    assert_eq!(history.csv(), "epoch,loss,val_loss\n0,0.5,nan\n1,0.25,nan\n");
}

#[test]
fn the_end_of_a_run_says_why() {
    let mut rule: EarlyStopping = serde_json::from_value(json!({"patience": 2})).unwrap();
    let mut said = Vec::new();
    for epoch in 1..4 {
        let decision = rule.after_epoch(&record(epoch, &[("val_loss", 0.5)])).unwrap();
        assert!(!decision.keep_weights, "nobody asked for the best weights");
        said.extend(decision.stop);
    }
    assert_eq!(said, ["Epoch 3: stopped early, val_loss has not improved for 2 epochs."]);
    assert_eq!(rule.restored(), "The weights of epoch 1, the best by val_loss, were restored.");
    assert!(rule.after_epoch(&record(4, &[])).is_none());
    let reason = TerminateOnNan::reason(f64::NAN, "Epoch 1").unwrap();
    assert_eq!(reason, "Epoch 1: stopped, the loss is no longer a number; lower the learning rate.");
}

#[test]
fn a_gpu_is_asked_for_the_loss_every_sixteenth_step() {
    let due: Vec<usize> = (1..40).filter(|&step| TerminateOnNan::is_due(true, step)).collect();
    assert_eq!(due, [16, 32]);
    assert!((1..40).all(|step| TerminateOnNan::is_due(false, step)));
}

#[test]
fn a_rate_at_its_floor_is_not_reduced() {
    let rule = json!({"monitor": "loss", "patience": 1, "minLr": 0.1});
    let rule: ReduceLrOnPlateau = serde_json::from_value(rule).unwrap();
    let reduced = |rate| {
        let mut rule = rule.clone();
        rule.after_epoch(&record(1, &[("loss", 1.0)]), rate);
        rule.after_epoch(&record(2, &[("loss", 1.0)]), rate)
    };
    assert_eq!([2.5, 0.5, 0.1, 0.05].map(reduced), [Some(0.25), Some(0.1), None, None]);
    assert!(rule.clone().after_epoch(&record(1, &[("val_loss", 1.0)]), 1.0).is_none());
}
