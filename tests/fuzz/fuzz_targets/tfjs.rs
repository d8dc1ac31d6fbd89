//! A TensorFlow.js layers-model: its `model.json`, and behind a zero byte its weights.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{kept_if_json, model, mutate, network, now, seed, use_it};

const WEIGHTS: &str = "group1-shard1of1.bin";

fn seeds() -> [Vec<u8>; 2] {
    [false, true].map(|all| {
        let mut model = model(network(all)).expect("the network fits");
        let files = now(model.export(Format::Tfjs)).expect("there is a word for each layer");
        [&files[0].bytes[..], b"\0", &files[1].bytes].concat()
    })
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

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(data, size, most, seed) });

fuzz_target!(init: seed("tfjs", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
