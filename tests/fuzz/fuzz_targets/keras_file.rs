//! A `.keras` or `.h5` file.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{archive, model, mutate, network, now, seed, small_model, use_it, words};

/// Whole files, and what is in an archive alone.
fn seeds() -> Vec<Vec<u8>> {
    let files = [false, true].map(|all| {
        let mut model = model(network(all)).expect("the network fits");
        now(model.export(Format::KerasFile)).expect("the CPU does not fail").swap_remove(0).bytes
    });
    let start =
        files[0].windows(8).position(|bytes| bytes == b"\x89HDF\r\n\x1a\n").expect("the weights are not packed");
    let weights = files[0][start..].to_vec();
    files.into_iter().chain([weights]).collect()
}

/// A file of an archive, or a number of HDF5.
fn part(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    archive(file, seed).or_else(|| words(file, seed))
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(part, data, size, most, seed) });

fuzz_target!(init: seed("keras_file", &seeds()), |bytes: &[u8]| {
    let file = ModelFile { name: "model.keras".into(), bytes: bytes.to_vec() };
    if let Ok(model) = now(Model::import(&[file], DeviceKind::Cpu)) {
        use_it(model, None);
    }
    let _ = small_model().load_weights(bytes);
});
