//! What the curves of a history say, just before and just after each rule holds.

use tabfit_decisions::history::{Change, Changed, EpochRecord, History, LosslessHistory, Stopped};

fn history(loss: &[f64], val_loss: &[f64]) -> History {
    let record = |(index, &loss): (usize, &f64)| {
        let of_validation = val_loss.get(index).map(|&value| ("val_loss".to_string(), value));
        let logs = [("loss".to_string(), loss)].into_iter().chain(of_validation).collect();
        EpochRecord { epoch: index + 1, logs }
    };
    History { epochs: loss.iter().enumerate().map(record).collect(), ..History::default() }
}

#[track_caller]
fn assert_reads(loss: &[f64], val_loss: &[f64], start: &str) {
    let reading = history(loss, val_loss).reading();
    assert!(reading.starts_with(start), "{reading}, not {start}");
}

#[test]
fn a_reading_needs_three_epochs_and_a_loss_that_is_a_number() {
    assert_reads(&[1.0, 0.5], &[], "Too early");
    assert_reads(&[1.0, 0.5, 0.25], &[], "Still learning");
    assert_reads(&[1.0, f64::NAN, 0.25], &[], "Still learning");
    assert_reads(&[f64::INFINITY], &[], "Diverged");
}

#[test]
fn a_loss_that_fell_by_a_twentieth_has_moved() {
    assert_reads(&[2.0, 2.0, 1.9], &[], "Still learning");
    assert_reads(&[2.0, 2.0, 1.91], &[], "Not learning");
}

#[test]
fn overfitting_needs_a_rise_by_a_tenth_two_epochs_and_a_training_loss_that_falls() {
    assert_reads(
        &[1.0, 0.9, 0.8, 0.7],
        &[1.0, 0.5, 0.55, 0.7],
        "Overfitting since epoch 2: the training loss still falls, but the validation loss has risen from 0.500 to 0.700.",
    );
    assert_reads(&[8.0, 7.0, 6.0, 5.0], &[8.0, 5.0, 5.25, 5.5], "Still learning");
    assert_reads(&[8.0, 7.0, 6.0, 5.0], &[8.0, 5.0, 5.25, 5.51], "Overfitting since epoch 2");
    assert_reads(&[8.0, 7.0, 6.0, 5.0], &[8.0, 6.0, 5.0, 7.0], "Still learning");
    assert_reads(&[8.0, 5.0, 5.0, 5.0], &[8.0, 5.0, 6.0, 7.0], "Still learning");
    assert_reads(&[8.0, 7.0, 6.0, 5.0], &[5.0, 6.0, 7.0, 8.0], "Overfitting since epoch 1");
    // The training loss of epoch 2 is what the last one is compared with, not the lower one of epoch 3.
    assert_reads(&[8.0, 7.0, 4.0, 5.0], &[8.0, 5.0, 6.0, 7.0], "Overfitting since epoch 2");
    // Without a validation after every epoch, the training loss is what is watched.
    assert_reads(&[8.0, 7.0, 6.0, 5.0], &[5.0, 6.0, 7.0], "Still learning: the training loss");
}

#[test]
fn a_loss_has_converged_when_it_fell_by_at_most_a_hundredth_in_a_fifth_of_the_epochs() {
    let converged = "Converged: the training loss has not fallen further for 3 epochs; its best was ";
    assert_reads(&[200.0, 100.0, 100.0, 100.0, 99.0], &[], &format!("{converged}99.000 in epoch 5."));
    assert_reads(&[200.0, 100.0, 100.0, 100.0, 98.9], &[], "Still learning: the training loss is still falling");
    assert_reads(&[200.0, 100.0, 100.0, 100.0, 100.0], &[], &format!("{converged}100.000 in epoch 2."));
    assert_reads(&[200.0, 150.0, 100.0, 110.0, 110.0, 110.0], &[], &format!("{converged}100.000 in epoch 3."));
    // Of three epochs the first is what the other two are compared with.
    let reading = history(&[4.0, 2.0, 1.0], &[1.0, 1.0, 1.0]).reading();
    assert_eq!(
        reading,
        "Converged: the validation loss has not fallen further for 2 epochs; its best was 1.000 in epoch 1."
    );
    // Of twenty epochs the last four count; the fall of the fourth last is one of them, that of the fifth last is not.
    let falling = |at: usize| {
        (0..20).map(|index| if index == 0 { 9.0 } else { f64::from(u8::from(index < at)) + 1.0 }).collect::<Vec<_>>()
    };
    assert_reads(&falling(16), &[], "Still learning");
    assert_reads(&falling(15), &[], "Converged: the training loss has not fallen further for 4 epochs");
}

#[test]
fn a_loss_that_was_lowest_before_the_last_epoch_is_not_said_to_fall() {
    let learning = |last: f64| history(&[1.0, 0.9, 0.8], &[1.0, 0.825, last]).reading();
    for higher in [0.877, f64::NAN] {
        assert_eq!(
            learning(higher),
            "Still learning: the validation loss was lowest in epoch 2 with 0.825; more epochs will show whether it falls further."
        );
    }
    for falling in [0.825, 0.824] {
        assert_eq!(learning(falling), "Still learning: the validation loss is still falling; more epochs may help.");
    }
}

#[test]
fn columns_are_keras_history() {
    let columns = history(&[3.0, 2.0], &[1.0]).columns();
    assert_eq!(columns, [("loss".to_string(), vec![3.0, 2.0]), ("val_loss".to_string(), vec![1.0])].into());
}

#[test]
fn a_file_keeps_every_number_of_a_history() {
    let change = Change { epoch: 2, step: 3, what: Changed::LearningRate, layer: None, from: 0.1, to: 0.2 };
    let whole = History {
        stopped: Stopped::Aborted,
        notes: vec!["A note.".into()],
        changes: vec![change],
        reading: "A reading.".into(),
        ..history(&[f64::INFINITY, 0.1 + 0.2], &[f64::NEG_INFINITY])
    };
    for history in [whole, history(&[1.0], &[])] {
        let json = serde_json::to_string(&LosslessHistory::from(&history)).unwrap();
        assert_eq!(json.contains("changes"), !history.changes.is_empty(), "{json}");
        let back: LosslessHistory = serde_json::from_str(&json).unwrap();
        assert_eq!(History::from(back), history);
    }
    let nan = LosslessHistory::from(&history(&[f64::NAN], &[]));
    assert!(History::from(nan).epochs[0].get("loss").unwrap().is_nan());
}
