//! TensorBoard's event files of a run.
//!
//! With `ROUNDTRIP_DIR` in its environment the test also writes them there, for TensorBoard itself to
//! open: `tests/roundtrip/event_files.py`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tabfit::{
    Callback, EpochRecord, FileContent, FitPlan, History, Loss, Model, ModelConfig, OptimizerConfig, Progress, Result,
    Run, Seed, fit,
};

use crate::{
    common::{DEVICE, shapes},
    portable_test,
};

const EPOCHS: usize = 3;
const STEPS: usize = 5;

/// Collects the files, and the logs of the epoch so far after every second step.
#[derive(Default)]
struct Watcher {
    files: BTreeMap<String, Vec<u8>>,
    batches: Vec<(usize, Vec<(String, f64)>)>,
}

impl Watcher {
    fn gather(&mut self, run: &mut Run<'_>) {
        for file in run.files.drain(..) {
            let FileContent::Appended(bytes) = file.content else { panic!("{} is only appended to", file.path) };
            self.files.entry(file.path).or_default().extend(bytes);
        }
    }
}

impl Callback for Watcher {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.gather(run);
        let steps = (progress.epoch - 1) * STEPS + progress.step;
        if steps.is_multiple_of(2) {
            self.batches.push((steps, progress.results().await?));
        }
        Ok(())
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
        self.gather(run);
        Ok(())
    }
}

async fn run(callbacks: Value) -> (History, Watcher) {
    let layers = json!([
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.2},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = ModelConfig { image_size: 16, layers: serde_json::from_value(layers).unwrap() };
    let pictures = shapes(10, 16);
    let mut model = Model::new(network, pictures.class_names().to_vec(), DEVICE, Seed(2)).await.unwrap();
    let metrics: Vec<_> = serde_json::from_value(json!(["f1_score"])).unwrap();
    model.compile(OptimizerConfig::default(), Loss::default(), &metrics).unwrap();
    let config = json!({"epochs": EPOCHS, "batchSize": 5, "validationSplit": 0.2, "callbacks": callbacks});
    let plan = FitPlan::new(serde_json::from_value(config).unwrap(), pictures, None).unwrap();
    assert_eq!(plan.steps(), STEPS);
    let mut watcher = Watcher::default();
    let history = fit(&mut model, plan, &mut watcher).await.unwrap().history;
    (history, watcher)
}

/// `[step, value]` of every point by file and tag, as Keras lays them out.
fn curves(history: &History, batches: &[(usize, Vec<(String, f64)>)]) -> Value {
    let (mut train, mut validation): (BTreeMap<String, Vec<Value>>, BTreeMap<String, Vec<Value>>) = Default::default();
    let number = |value: f64| json!(value.is_finite().then_some(value));
    for (steps, logs) in batches {
        for (name, value) in logs {
            train.entry(format!("batch_{name}")).or_default().push(json!([steps, number(*value)]));
        }
    }
    for (record, index) in history.epochs.iter().zip(0..) {
        for (name, &value) in &record.logs {
            let Some(name) = name.strip_prefix("val_") else {
                train.entry(format!("epoch_{name}")).or_default().push(json!([index, number(value)]));
                continue;
            };
            let tag = format!("evaluation_{name}_vs_iterations");
            validation.entry(tag).or_default().push(json!([(index + 1) * STEPS, number(value)]));
            validation.entry(format!("epoch_{name}")).or_default().push(json!([index, number(value)]));
        }
    }
    json!({"train": train, "validation": validation})
}

#[portable_test]
async fn a_run_leaves_event_files_with_curves_and_pictures_and_learns_the_same() {
    let (history, watcher) =
        run(json!([{"type": "TensorBoard", "logDir": "runs/1", "updateFreq": 2, "imageFreq": 1}])).await;
    assert_eq!(history.epochs.len(), EPOCHS);
    assert_eq!(watcher.batches.len(), EPOCHS * STEPS / 2);
    let folders: Vec<&str> = watcher
        .files
        .keys()
        .filter_map(|path| path.split_once("/events.out.tfevents."))
        .map(|(folder, _)| folder)
        .collect();
    assert_eq!(folders, ["runs/1/train", "runs/1/validation"]);

    // A browser has no such variable.
    if let Some(root) = std::env::var_os("ROUNDTRIP_DIR") {
        let pictures: Vec<usize> = (0..EPOCHS).collect();
        let expected = json!({
            "scalars": curves(&history, &watcher.batches),
            "images": {"validation": {"confusion_matrix": pictures, "predictions": pictures}},
        });
        let expected = ("expected.json".to_string(), expected.to_string().into_bytes());
        for (path, bytes) in watcher.files.into_iter().chain([expected]) {
            let path = std::path::Path::new(&root).join("tensorboard").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    let (same, silent) = run(json!([])).await;
    assert_eq!(history.epochs, same.epochs);
    assert!(silent.files.is_empty());
}

#[portable_test]
async fn only_what_is_asked_for_is_written() {
    let (_, all) = run(json!([{"type": "TensorBoard", "imageFreq": 1}])).await;
    let (_, without_pictures) = run(json!([{"type": "TensorBoard"}])).await;
    let size = |watcher: &Watcher, part: &str| {
        watcher
            .files
            .iter()
            .filter(|(path, _)| path.starts_with(&format!("logs/{part}/")))
            .map(|(_, bytes)| bytes.len())
            .sum::<usize>()
    };
    assert_eq!(size(&all, "train"), size(&without_pictures, "train"));
    assert!(size(&all, "validation") > size(&without_pictures, "validation") + 3000);
}
