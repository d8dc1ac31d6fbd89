//! Runs with frozen layers that are stopped or backed up, and go on to the same numbers.

use safetensors::SafeTensors;
use serde_json::json;
use tabfit::{DeviceKind, Fitted, Model, Stopped, fit, join_checkpoint, resume};

use crate::common::shapes;
use crate::features::{Watcher, fitted, head, model, numbers, plan};
use crate::portable_test;
use crate::workers::helpers;

#[portable_test]
async fn a_run_that_is_stopped_goes_on_to_the_same_numbers() {
    let without = plan(&shapes(20, 8), json!({})).keeping_features(0);
    let (mut expected, _) = fitted(DeviceKind::Cpu, head(), without, &mut helpers(0)).await;
    let expected = numbers(&mut expected).await;
    for (stop_after_pictures, stop_after_steps) in [(Some(32), None), (None, Some(10)), (None, Some(14))] {
        let (mut model, pictures) = (model(DeviceKind::Cpu, head()).await, shapes(20, 8));
        let mut watcher = Watcher { stop_after_pictures, stop_after_steps, ..Watcher::default() };
        let plan = plan(&pictures, json!({}));
        let Fitted { history, checkpoint } = Box::pin(fit(&mut model, plan, &mut watcher)).await.unwrap();
        assert_eq!(history.stopped, Stopped::Aborted);
        let checkpoint = checkpoint.expect("a stopped run can go on");
        let file = checkpoint.save().await.unwrap();
        let (mut opened, checkpoint) = Model::open(&file, DeviceKind::Cpu).await.unwrap();
        // In the same tab the features are still there; after a reload they are computed anew.
        for pictures in [pictures, shapes(20, 8)] {
            let (checkpoint, mut watcher) = (checkpoint.as_ref().unwrap(), Watcher::default());
            Box::pin(resume(&mut opened, checkpoint, pictures, None, &mut watcher)).await.unwrap();
            assert_eq!(numbers(&mut opened).await, expected);
            let said = opened.history().notes.iter().filter(|note| note.contains("layers are frozen")).count();
            assert_eq!(said, 1, "{:?}", opened.history().notes);
        }
    }
}

#[portable_test]
async fn backups_carry_what_moves_and_go_on_to_the_same_numbers() {
    let backups = json!([
        {"type": "EarlyStopping", "patience": 9, "restoreBestWeights": true},
        {"type": "BackupAndRestore", "saveFreq": 10, "frozenApart": true, "deleteCheckpoint": false},
    ]);
    let plan = || plan(&shapes(20, 8), json!({"callbacks": backups}));
    let (mut expected, watcher) = fitted(DeviceKind::Cpu, head(), plan(), &mut helpers(0)).await;
    let expected = numbers(&mut expected).await;
    let (backup, frozen) = (watcher.backup.unwrap(), &watcher.frozen[..]);
    let [frozen] = frozen else { panic!("the frozen weights are written once, not {} times", frozen.len()) };
    let names = SafeTensors::deserialize(&backup).unwrap().names().join(" ");
    assert!(names.contains("dense_1/bias") && names.contains("callbacks/0/dense/kernel"), "{names}");
    assert!(!names.contains("conv2d") && !names.contains("batch_normalization"), "{names}");
    assert_eq!(SafeTensors::deserialize(frozen).unwrap().len(), 10);

    let refusal = Model::open(&backup, DeviceKind::Cpu).await.unwrap_err().to_string();
    assert!(refusal.contains("lacks the weights of its frozen layers"), "{refusal}");
    let mut damaged = frozen.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for other in [&damaged[..], &frozen[..frozen.len() - 1], &[]] {
        let refusal = join_checkpoint(&backup, other).await.unwrap_err().to_string();
        assert!(refusal.contains("cut off, damaged or of another run"), "{refusal}");
    }
    let whole = join_checkpoint(&backup, frozen).await.unwrap();
    assert_eq!(join_checkpoint(&whole, &[]).await.unwrap(), whole);
    let (mut opened, checkpoint) = Model::open(&whole, DeviceKind::Cpu).await.unwrap();
    let (checkpoint, mut watcher) = (checkpoint.unwrap(), Watcher::default());
    Box::pin(resume(&mut opened, &checkpoint, shapes(20, 8), None, &mut watcher)).await.unwrap();
    assert_eq!(numbers(&mut opened).await, expected);
}
