//! A `.keras` or `.h5` file.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Format, Model, ModelFile};
use tabfit_fuzz::{archive, model, mutate, network, now, seed, small_model, use_it};

/// Whole files, and what is in an archive alone.
fn seeds() -> Vec<Vec<u8>> {
    let files = [false, true].map(|all| {
        let mut model = model(network(all)).expect("the network fits");
        now(model.export(Format::KerasFile)).expect("the CPU does not fail").swap_remove(0).bytes
    });
    let start =
        files[0].windows(8).position(|bytes| bytes == b"\x89HDF\r\n\x1a\n").expect("the weights are not packed");
    let weights = files[0][start..].to_vec();
    let of_keras = [&include_bytes!("../seeds/keras-2.h5")[..], include_bytes!("../seeds/keras-3.h5")];
    files.into_iter().chain([weights]).chain(of_keras.map(<[u8]>::to_vec)).collect()
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(archive, data, size, most, seed) });

fuzz_target!(init: seed("keras_file", &seeds()), |bytes: &[u8]| {
    let file = ModelFile { name: "model.keras".into(), bytes: bytes.to_vec() };
    if let Ok(model) = now(Model::import(&[file], DeviceKind::Cpu)) {
        use_it(model, None);
    }
    let _ = small_model().load_weights(bytes);
});
