//! The header of a safetensors file that was exported here: the layers, then the class names on a line
//! of their own.
#![no_main]

use std::{collections::HashMap, sync::LazyLock};

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{json_value, kept_if_json, metadata, model, mutate, network, now, seed, use_it, with_metadata};

static FILES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    [false, true].map(|all| {
        let mut model = model(network(all)).expect("the network fits");
        now(model.export(Format::Safetensors)).expect("the CPU does not fail").swap_remove(0).bytes
    })
});

fn seeds() -> [Vec<u8>; 2] {
    FILES.each_ref().map(|file| {
        let metadata = metadata(file);
        format!("{}\n{}", metadata["model"], metadata["class_names"]).into_bytes()
    })
}

fn run(bytes: &[u8]) {
    let Some((layers, classes)) = std::str::from_utf8(bytes).ok().and_then(|text| text.split_once('\n')) else {
        return;
    };
    for file in FILES.iter() {
        let entries = [("model", layers), ("class_names", classes)];
        let metadata: HashMap<_, _> = entries.map(|(name, json)| (name.to_string(), json.to_string())).into();
        let file = ModelFile { name: "model.safetensors".into(), bytes: with_metadata(file, metadata) };
        if let Ok(model) = now(Model::import(&[file], DeviceKind::Cpu)) {
            use_it(model, None);
        }
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(json_value, data, size, most, seed) });

fuzz_target!(init: seed("safetensors", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
