//! An ONNX file, with the layers that tabfit writes beside the operators and without them.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{model, mutate, network, now, protobuf, seed, use_it};

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for all in [false, true] {
        let mut model = model(network(all)).expect("the network fits");
        let file = now(model.export(Format::Onnx)).expect("there is an operator for each layer").remove(0).bytes;
        // The entry of the layers under another name, so that the operators are read.
        let key = b"\x0a\x05model";
        let at = file.windows(key.len()).rposition(|bytes| bytes == key).expect("the file describes its layers");
        let mut nameless = file.clone();
        nameless[at + 2] = b'M';
        seeds.extend([file, nameless]);
    }
    seeds
}

fn run(bytes: &[u8]) {
    let files = [ModelFile { name: "model.onnx".into(), bytes: bytes.to_vec() }];
    if let Ok(model) = now(Model::import(&files, DeviceKind::Cpu)) {
        use_it(model, None);
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(protobuf, data, size, most, seed) });

fuzz_target!(init: seed("onnx", &seeds()), |bytes: &[u8]| run(bytes));
