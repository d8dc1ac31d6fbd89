//! The description inside a `.tabfit` file, behind its checksum: layers, settings, history, the place
//! of an interrupted run. The tensors beside it are those of the description that the fuzzer starts from.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Model, resume};
use tabfit_fuzz::{
    StopAfter, described, files, json_value, kept_if_json, metadata, mutate, now, pictures, seed, use_it,
};

static FILES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(files);

fn seeds() -> [Vec<u8>; 2] {
    FILES.each_ref().map(|file| {
        let description = metadata(file)["tabfit"].clone();
        now(Model::load(&described(file, &description), DeviceKind::Cpu)).expect("the checksum is the page's own");
        description.into_bytes()
    })
}

fn run(bytes: &[u8]) {
    let Ok(description) = std::str::from_utf8(bytes) else { return };
    for file in FILES.iter() {
        if let Ok((mut model, checkpoint)) = now(Model::open(&described(file, description), DeviceKind::Cpu)) {
            use_it(model.clone(), checkpoint.as_ref());
            if let Some(checkpoint) = checkpoint {
                let _ = now(resume(&mut model, &checkpoint, pictures(), None, &mut StopAfter(2)));
            }
        }
    }
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(json_value, data, size, most, seed) });

fuzz_target!(init: seed("model_header", &seeds()), |bytes: &[u8]| -> Corpus {
    run(bytes);
    kept_if_json(bytes)
});
