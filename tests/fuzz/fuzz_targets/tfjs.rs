//! A TensorFlow.js layers-model: its `model.json`, and behind a zero byte its weights.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{json_value, kept_if_json, model, mutate, network, now, seed, use_it};

const WEIGHTS: &str = "group1-shard1of1.bin";

fn seeds() -> Vec<Vec<u8>> {
    let [small, all] = [false, true].map(|all| {
        let mut model = model(network(all)).expect("the network fits");
        let files = now(model.export(Format::Tfjs)).expect("there is a word for each layer");
        (files[0].bytes.clone(), files[1].bytes.clone())
    });
    let packed = [("uint8", 1), ("uint16", 2), ("float16", 2)].map(|(dtype, bytes)| {
        let mut json: serde_json::Value = serde_json::from_slice(&small.0).expect("our own JSON");
        for weight in json["weightsManifest"][0]["weights"].as_array_mut().expect("a list of weights") {
            weight["quantization"] = serde_json::json!({"dtype": dtype, "min": -0.5, "scale": 0.004});
        }
        (json.to_string().into_bytes(), vec![7; small.1.len() / 4 * bytes])
    });
    let files = [small.clone(), all].into_iter().chain(packed);
    files.map(|(json, weights)| [&json[..], b"\0", &weights].concat()).collect()
}

fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (json, weights) = bytes.split_at(end);
    let weights = weights.get(1..).unwrap_or_default();
    let files = [("model.json", json), (WEIGHTS, weights)]
        .map(|(name, bytes)| ModelFile { name: name.into(), bytes: bytes.to_vec() });
    if let Ok(model) = now(Model::import(&files, DeviceKind::Cpu)) {
        use_it(model, None);
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(json_value, data, size, most, seed) });

fuzz_target!(init: seed("tfjs", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
