//! The tests for every target: natively on the CPU, in a browser's worker on WebGPU.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod augment;
mod callbacks;
#[cfg(target_family = "wasm")]
#[path = "../../care/tests/golden.rs"]
mod care_golden;
mod common;
mod devices;
mod divided_features;
mod exports;
mod features;
mod folders;
#[cfg(not(target_family = "wasm"))]
mod foreign;
mod fusion;
mod grad_cam;
mod gradients;
mod head;
mod imports;
mod kept_features;
mod keras;
mod keras_code;
mod keras_configs;
mod keras_files;
mod keras_logits;
mod keras_weights;
mod kernels;
mod looks;
mod measured;
mod metrics;
mod networks;
mod pretrained;
mod quantized_imports;
mod refused_imports;
mod resume;
mod resumed_features;
mod revisions;
mod run_ends;
mod safetensors_imports;
mod sample_weights;
mod shorthand;
mod steering;
mod stored_features;
mod tensorboard;
mod train_on;
mod training;
#[cfg(target_family = "wasm")]
mod web;
mod weights;
mod workers;

// Natively wasm-bindgen is not compiled, so `cargo test` and `cargo doc` share their dependencies.
#[cfg(not(target_family = "wasm"))]
use pollster::test as portable_test;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as portable_test;

#[cfg(target_family = "wasm")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
