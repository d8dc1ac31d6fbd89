//! Generated pictures, a small network for them, and assertions that say where they failed.

use rand::RngExt;
use serde_json::{Value, json};
use tabfit::{Dataset, DeviceKind, FitConfig, Model, ModelConfig, Seed, seed::Purpose};

/// WebGPU in a browser, the CPU natively. A browser without an adapter fails the test that asks.
pub(crate) const DEVICE: DeviceKind = if cfg!(target_family = "wasm") { DeviceKind::Webgpu } else { DeviceKind::Cpu };

/// In a browser both devices, because the CPU kernels use other registers there than natively. Natively the GPU is
/// tested where `TABFIT_TEST_GPU` says that there is one, be it a driver in software.
pub(crate) fn devices() -> &'static [DeviceKind] {
    let gpu = cfg!(target_family = "wasm") || std::env::var_os("TABFIT_TEST_GPU").is_some();
    if gpu { &[DeviceKind::Cpu, DeviceKind::Webgpu] } else { &[DeviceKind::Cpu] }
}

/// Bright discs, squares and crosses on a dark background, at random positions and sizes, class by class.
pub(crate) fn shapes(per_class: usize, size: usize) -> Dataset {
    let mut rng = Seed(11).rng(Purpose::Split);
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for class in 0..3 {
        for _ in 0..per_class {
            let radius = size as f64 * (0.18 + 0.14 * rng.random::<f64>());
            let mut place = || radius + (size as f64 - 2.0 * radius) * rng.random::<f64>();
            let (x, y) = (place(), place());
            let bright = 150 + (rng.random::<f64>() * 100.0) as u8;
            for row in 0..size {
                for column in 0..size {
                    let (dx, dy) = ((column as f64 + 0.5 - x).abs(), (row as f64 + 0.5 - y).abs());
                    let inside = match class {
                        0 => dx * dx + dy * dy < radius * radius,
                        1 => dx.max(dy) < radius * 0.85,
                        _ => dx.max(dy) < radius && dx.min(dy) < radius * 0.3,
                    };
                    pixels.extend([if inside { bright } else { 20 }; 3]);
                }
            }
            labels.push(class);
        }
    }
    let names = ["disc", "square", "cross"].map(String::from).to_vec();
    Dataset::from_arrays(pixels, labels, names, size).unwrap()
}

/// A network for [`shapes`] of 16 x 16, small enough for a software GPU.
pub(crate) async fn model(kind: DeviceKind) -> Model {
    let layers = json!([
        {"type": "Rescaling", "scale": 1.0 / 255.0},
        {"type": "Conv2D", "filters": 8, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling2D"},
        {"type": "Conv2D", "filters": 16, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling2D"},
        {"type": "Flatten"},
        {"type": "Dropout", "rate": 0.1},
        {"type": "Dense", "units": 32, "activation": "relu"},
        {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = ModelConfig { image_size: 16, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 16).class_names().to_vec();
    Model::new(network, names, kind, Seed(4)).await.expect("a missing adapter fails the test")
}

/// The arguments of `fit`, as JavaScript gives them.
pub(crate) fn config(json: Value) -> FitConfig {
    serde_json::from_value(json).unwrap()
}

/// `|actual - expected| <= tolerance * (1 + |expected|)` everywhere.
pub(crate) fn assert_close(what: &str, actual: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= tolerance * (1.0 + e.abs()), "{what}[{index}]: {a} is not {e}");
    }
}
