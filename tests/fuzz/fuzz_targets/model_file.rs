//! A `.tabfit` file, or a file of weights, pretrained or not, with any bytes in it.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::{DeviceKind, Model, ModelFile};
use tabfit_fuzz::{files, model, mutate, network, now, pretrained, resealed, seed, small_model, tensors, use_it};

fn seeds() -> Vec<Vec<u8>> {
    let [network, run] = files();
    let weights = now(small_model().save_weights()).expect("the CPU does not fail");
    vec![network, run, weights, pretrained()]
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(tensors, data, size, most, seed) });

fuzz_target!(init: seed("model_file", &seeds()), |bytes: &[u8]| {
    // Hardly any change leaves the checksum right, so the same bytes are tried with one that is.
    for bytes in [Some(bytes.to_vec()), resealed(bytes)].into_iter().flatten() {
        if let Ok((model, checkpoint)) = now(Model::open(&bytes, DeviceKind::Cpu)) {
            use_it(model, checkpoint.as_ref());
        }
        let _ = small_model().load_weights(&bytes);
        let _ = now(model(network(true)).expect("the network fits").load_pretrained(&bytes));
        let _ = now(Model::import(&[ModelFile { name: "a.safetensors".into(), bytes }], DeviceKind::Cpu));
    }
});
