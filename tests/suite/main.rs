//! One body of tests for every target: on the CPU natively, on WebGPU inside a browser's worker.

mod common;
mod devices;
mod gradients;
mod training;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(target_family = "wasm")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
