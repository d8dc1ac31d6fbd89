//! A run's event files.
//!
//! With `ROUNDTRIP_DIR` in its environment the test also writes them there, for TensorBoard itself to
//! open: `tests/roundtrip/event_files.py`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tabfit::{
    EpochRecord,
    tensorboard::{Sample, TensorBoardLog, confusion_matrix, predictions},
};

use crate::{common::shapes, portable_test};

/// `[step, ...]` of every point, by file, then by tag.
type Points = BTreeMap<&'static str, BTreeMap<String, Vec<Value>>>;

fn expect(points: &mut Points, run: &'static str, tag: impl Into<String>, point: Value) {
    points.entry(run).or_default().entry(tag.into()).or_default().push(point);
}

#[portable_test]
async fn a_log_has_curves_and_pictures_of_every_epoch() {
    let pictures = shapes(6, 16);
    let names = pictures.class_names();
    let mut log = TensorBoardLog::new("logs", 1_700_000_000.0);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let (mut scalars, mut images) = (Points::new(), Points::new());
    for epoch in 1..=3 {
        let value = epoch as f64;
        let time = 1_700_000_000.0 + 10.0 * value;
        for step in 4 * epoch - 3..=4 * epoch {
            log.batch(step, [("loss", value / step as f64), ("accuracy", 0.125 * value)], time);
            expect(&mut scalars, "train", "batch_loss", json!([step, value / step as f64]));
            expect(&mut scalars, "train", "batch_accuracy", json!([step, 0.125 * value]));
        }
        let logs = [
            ("loss", 1.0 / value),
            ("learning_rate", 1e-3 / value),
            ("val_loss", 2.0 / value),
            ("val_accuracy", if epoch == 2 { f64::NAN } else { 0.125 * value }),
        ];
        for (name, value) in logs {
            match name.strip_prefix("val_") {
                None => expect(&mut scalars, "train", format!("epoch_{name}"), json!([epoch - 1, value])),
                Some(name) => {
                    let tag = format!("evaluation_{name}_vs_iterations");
                    expect(&mut scalars, "validation", tag, json!([4 * epoch, value]));
                    expect(&mut scalars, "validation", format!("epoch_{name}"), json!([epoch - 1, value]));
                }
            }
        }
        let record = EpochRecord { epoch, logs: logs.map(|(name, value)| (name.to_string(), value)).into() };
        log.epoch(&record, 4 * epoch, time);
        let matrix: Vec<Vec<usize>> = (0..3).map(|row| (0..3).map(|column| epoch * (row + column)).collect()).collect();
        let sample = |index: usize| Sample {
            pixels: pictures.pixels(index),
            truth: index / 6,
            predicted: (index + epoch) % 3,
            probability: 1.0 / value,
        };
        let samples: Vec<Sample<'_>> = (0..pictures.len()).map(sample).collect();
        let drawn = [
            ("confusion_matrix", confusion_matrix(&matrix, names).unwrap()),
            ("predictions", predictions(&samples, 16, names).unwrap()),
        ];
        for (tag, picture) in drawn {
            log.picture(tag, epoch, &picture, time);
            expect(&mut images, "validation", tag, json!([epoch - 1, picture.width, picture.height]));
        }
        for (path, bytes) in log.take() {
            files.entry(path).or_default().extend(bytes);
        }
    }
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    let name = "events.out.tfevents.1700000000.tabfit.v2";
    assert_eq!(paths, [format!("logs/train/{name}"), format!("logs/validation/{name}")]);
    let expected = json!({"scalars": scalars, "images": images}).to_string().into_bytes();
    files.insert("expected.json".into(), expected);
    #[cfg(not(target_family = "wasm"))]
    if let Some(root) = std::env::var_os("ROUNDTRIP_DIR") {
        let root = std::path::Path::new(&root).join("tensorboard");
        for (path, bytes) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}
