//! The GPU and the CPU give the same numbers.

use safetensors::SafeTensors;
use serde_json::{Value, json};
use tabfit::{
    Augment, Dataset, DeviceKind, FitConfig, FitPlan, LayerConfig, Loss, Model, OptimizerConfig, PRESETS, Preset, Seed,
    data::{
        augment::{Range, Shift},
        batch::{Batch, Input, Targets},
        loader::DataLoader,
    },
    fit,
};
#[cfg(target_family = "wasm")]
use tabfit::{data::gpu_pixels::GpuPixels, kernels::PictureDraw};
#[cfg(target_family = "wasm")]
use tabfit_kernels::{Change, ChangeKinds};

use crate::common::{DEVICE, assert_close, shapes};
use crate::portable_test;

/// Pictures, classes, labels and weights of all batches of an epoch.
async fn batches(dataset: &Dataset, augment: &Augment, kind: DeviceKind) -> Vec<Vec<f32>> {
    let (device, _) = tabfit::device::open(kind).await.expect("a missing adapter fails the test");
    assert_eq!(dataset.upload(&device).await.unwrap(), kind == DeviceKind::Webgpu);
    let mut numbers = Vec::new();
    for batch in DataLoader::new(dataset, 3, &device).shuffled(Seed(5), 2).augmented(augment, Seed(5), 2) {
        let Batch { input: Input::Pictures(images), targets: Targets { labels, one_hot, .. } } = batch else {
            panic!("there are no features")
        };
        numbers.push(images.into_data_async().await.unwrap().iter::<f32>().collect());
        numbers.push(one_hot.into_data_async().await.unwrap().iter::<f32>().collect());
        numbers.push(labels.into_data_async().await.unwrap().iter::<f32>().collect());
    }
    numbers
}

fn pictures(count: usize, size: usize) -> (Dataset, Vec<u8>) {
    let pixels: Vec<u8> = (0..count * size * size * 3).map(|i| (i * 89 % 251) as u8).collect();
    let labels = (0..count).map(|i| (i % 3) as u32).collect();
    let names = ["a", "b", "c"].map(String::from).to_vec();
    (Dataset::from_arrays(pixels.clone(), labels, names, size).unwrap(), pixels)
}

/// A GPU makes batches from its copy of the bytes. The tolerance of 0.02 of 255 is the error of interpolation in
/// single precision.
#[portable_test]
#[cfg_attr(not(target_family = "wasm"), ignore = "needs a GPU: run it in a browser, or by --include-ignored")]
async fn a_gpu_makes_the_same_pictures_as_the_cpu() {
    let every = Augment {
        horizontal_flip: true,
        vertical_flip: true,
        rotation_range: 40.0,
        width_shift_range: Shift::One(0.2),
        height_shift_range: Shift::One(0.3),
        zoom_range: Range::One(0.4),
        ..Augment::default()
    };
    let (dataset, _) = pictures(7, 5);
    for (augment, tolerance) in [(Augment::default(), 0.0), (every, 0.02)] {
        let (actual, expected) =
            (batches(&dataset, &augment, DeviceKind::Webgpu).await, batches(&dataset, &augment, DeviceKind::Cpu).await);
        assert_eq!(expected.iter().map(Vec::len).collect::<Vec<_>>(), [225, 9, 3, 225, 9, 3, 75, 3, 1]);
        for (part, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
            assert_close(&format!("part {part}"), actual, expected, tolerance);
        }
    }
}

/// Only in a browser: natively there is no copy of the pictures on a GPU.
#[cfg(target_family = "wasm")]
#[portable_test]
async fn pictures_in_several_pieces_are_found() {
    let (device, _) = tabfit::device::open(DEVICE).await.expect("a missing adapter fails the test");
    let (_, pixels) = pictures(11, 5);
    let resident = GpuPixels::in_pieces(&pixels, 5, 3, 4 * 75, &device).await.unwrap();
    let still = Change::default();
    let drawn = [10, 0, 4, 7].map(|picture| PictureDraw::new(picture, picture % 3, &still, 5));
    for changes in [None, Some(ChangeKinds::of(&still))] {
        let (images, ..) = resident.batch(&drawn, changes);
        let images: Vec<f32> = images.into_data_async().await.unwrap().iter().collect();
        let expected = drawn.iter().flat_map(|drawn| &pixels[drawn.picture() * 75..][..75]);
        assert_eq!(images, expected.map(|&value| f32::from(value)).collect::<Vec<_>>());
    }
}

/// Every weight after one step of SGD at rate 0.05, and the loss and accuracy of the step.
async fn one_step(preset: Preset, kind: DeviceKind) -> Vec<(String, Vec<f32>)> {
    let pictures = shapes(2, 16);
    let mut config = preset.config(16, 3);
    // Devices make different dropout masks, so the networks are compared without dropout.
    config.layers.retain(|layer| !matches!(layer, LayerConfig::Dropout(_)));
    let names = pictures.class_names().to_vec();
    let mut model = Model::new(config, names, kind, Seed(2)).await.expect("a missing adapter fails the test");
    // Without rescaling the gradients are large; a smaller rate keeps the losses of these networks finite.
    let learning_rate = if preset.name.starts_with("tutorial") { 1e-4 } else { 0.05 };
    model.compile(OptimizerConfig::sgd(learning_rate, 0.9, true), Loss::default(), &[]).unwrap();
    let plan = FitPlan::new(FitConfig { batch_size: 6.0, ..FitConfig::default() }, pictures, None).unwrap();
    let history = fit(&mut model, plan, &mut ()).await.unwrap().history;
    let bytes = model.save().await.unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let mut numbers: Vec<(String, Vec<f32>)> = tensors
        .iter()
        .map(|(name, tensor)| {
            let values = tensor.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
            (name.to_string(), values.collect())
        })
        .collect();
    let logs = &history.epochs[0].logs;
    numbers.push(("loss and accuracy".into(), vec![logs["loss"] as f32, logs["accuracy"] as f32]));
    numbers.sort_by(|a, b| a.0.cmp(&b.0));
    numbers
}

/// Tolerance 1e-3 relative to `1 + |value|`: sums run in another order on a GPU.
#[portable_test]
#[cfg_attr(not(target_family = "wasm"), ignore = "needs a GPU: run it in a browser, or by --include-ignored")]
async fn one_step_of_each_preset_agrees_with_the_cpu() {
    for preset in PRESETS {
        let (actual, expected) = (one_step(preset, DeviceKind::Webgpu).await, one_step(preset, DeviceKind::Cpu).await);
        assert!(expected.len() > 8);
        for ((name, actual), (_, expected)) in actual.iter().zip(&expected) {
            assert_close(&format!("{} {name}", preset.name), actual, expected, 1e-3);
        }
    }
}

#[portable_test]
async fn a_device_that_multiplies_rightly_is_trusted() {
    let (device, _) = tabfit::device::open(DEVICE).await.expect("a missing adapter fails the test");
    assert!(tabfit::device::computes(&device).await);
}

#[portable_test]
async fn a_network_that_does_not_fit_is_refused_by_name() {
    let layers: Value = json!([{"type": "Flatten"}, {"type": "Dense", "units": 5, "activation": "softmax"}]);
    let config = tabfit::ModelConfig { image_size: 16, layers: serde_json::from_value(layers).unwrap() };
    let names = vec!["a".into(), "b".into()];
    let error = Model::new(config, names, DEVICE, Seed(1)).await.unwrap_err().to_string();
    assert!(error.contains("\"dense\"") && error.contains("(None, 5)") && error.contains("(None, 2)"), "{error}");
}
