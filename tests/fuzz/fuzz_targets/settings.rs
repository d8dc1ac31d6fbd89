//! What `compile` and `fit` are called with, as the JSON that `kerasCode` takes: it becomes a script,
//! and a run of two epochs that stops, is kept, and goes on.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use serde_json::Value;
use tabfit::{FitConfig, FitPlan, Fitted, Loss, MetricConfig, fit, keras_code, optimizers, resume};
use tabfit_fuzz::{StopAfter, json_value, kept_if_json, mutate, now, pictures, seed, settings, small_model};

fn seeds() -> [Vec<u8>; 1] {
    [settings().to_string().into_bytes()]
}

/// The setting of that name, or its default where it cannot be read.
fn read<T: serde::de::DeserializeOwned + Default>(settings: &Value) -> T {
    T::deserialize(settings).unwrap_or_default()
}

fn run(bytes: &[u8]) {
    if let Ok(settings) = serde_json::from_slice(bytes) {
        let _ = keras_code(&settings);
    }
    let Ok(settings) = serde_json::from_slice::<Value>(bytes) else { return };
    let compile = &settings["compile"];
    let (loss, metrics): (Loss, Vec<MetricConfig>) = (read(&compile["loss"]), read(&compile["metrics"]));
    let Ok(optimizer) = optimizers::config::by_name_or_config(&compile["optimizer"]) else { return };
    let mut model = small_model();
    if model.compile(optimizer, loss, &metrics).is_err() {
        return;
    }
    let mut config: FitConfig = read(&settings["fit"]);
    config.epochs = config.epochs.min(2.0);
    let Ok(plan) = FitPlan::new(config, pictures(), None) else { return };
    if let Ok(Fitted { checkpoint: Some(checkpoint), .. }) = now(fit(&mut model, plan, &mut StopAfter(1))) {
        let _ = now(resume(&mut model, &checkpoint, pictures(), None, &mut ()));
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(json_value, data, size, most, seed) });

fuzz_target!(init: seed("settings", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
