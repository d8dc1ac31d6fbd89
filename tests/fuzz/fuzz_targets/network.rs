//! Layers as JSON: what is accepted as a network runs, and its exports can be read again.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, FitConfig, FitPlan, Format, Model, ModelConfig, fit};
use tabfit_fuzz::{is_small, json_value, kept_if_json, model, mutate, network, now, pictures, seed};

fn seeds() -> [Vec<u8>; 2] {
    [false, true].map(|all| serde_json::to_vec(&network(all)).expect("plain data"))
}

fn run(bytes: &[u8]) {
    let Ok(config) = serde_json::from_slice::<ModelConfig>(bytes) else { return };
    let Ok(architecture) = tabfit::Architecture::new(config.clone(), 2) else { return };
    let _ = architecture.summary();
    if architecture.largest_tensor(1) > 1 << 20 {
        return;
    }
    let mut network = model(config).expect("it was checked");
    for format in [Format::Onnx, Format::Keras, Format::Safetensors, Format::Tfjs] {
        let Ok(files) = now(network.export(format)) else { continue };
        if matches!(format, Format::Safetensors | Format::Tfjs) {
            let again = now(Model::import(&files, DeviceKind::Cpu)).expect("an export can be read again");
            assert_eq!(again.class_names(), network.class_names());
        }
    }
    if is_small(&network) && network.image_size() == pictures().image_size() {
        let plan = FitPlan::new(FitConfig { batch_size: 2.0, ..FitConfig::default() }, pictures(), None);
        let _ = now(fit(&mut network, plan.expect("in range"), &mut ()));
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(json_value, data, size, most, seed) });

fuzz_target!(init: seed("network", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
