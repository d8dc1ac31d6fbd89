//! What frozen layers make of pictures is read from a file as it was computed, and no other file is used.

use serde_json::json;
use tabfit::data::stored_features::{FeatureFile, FeatureReader, MissingFeatures};
use tabfit::training::stored_features::missing_features;
use tabfit::{Dataset, DeviceKind, Model, fit};

use crate::common::{assert_close, devices, shapes};
use crate::features::{Numbers, Watcher, fitted, head, model, numbers, plan};
use crate::portable_test;
use crate::workers::helpers;

/// The parts of the file of the features that are in memory.
async fn parts(pictures: &Dataset) -> (FeatureFile, Vec<Vec<u8>>) {
    let file = pictures.feature_file().unwrap();
    let mut parts = Vec::new();
    let mut end = 0;
    for part in 0..file.parts() {
        parts.push(pictures.feature_part(&file, part).await.unwrap());
        assert_eq!(file.part(part), end..end + parts[part].len() as u64);
        end += parts[part].len() as u64;
    }
    assert_eq!(end, file.bytes());
    assert!(pictures.feature_part(&file, parts.len()).await.is_err());
    (file, parts)
}

/// What becomes of a file that a run would read.
async fn read(model: &Model, pictures: &Dataset, bytes: &[u8]) -> Result<(), &'static str> {
    let missing = missing(model, pictures).await;
    let file = missing.file;
    let part = |part: usize| {
        let range = file.part(part);
        let end = bytes.len().min(range.end as usize);
        &bytes[end.min(range.start as usize)..end]
    };
    let mut reader = FeatureReader::begin(missing, part(0), bytes.len() as u64)?;
    for piece in 1..file.parts() {
        reader.push(part(piece))?;
    }
    reader.end()
}

async fn missing(model: &Model, pictures: &Dataset) -> MissingFeatures {
    let mut missing = missing_features(model.clone(), &plan(pictures, json!({}))).await.unwrap();
    assert_eq!(missing.len(), 1, "one folder has no features");
    missing.remove(0)
}

/// The numbers of a run, and the pictures of which it computed features.
async fn run(model: &mut Model, pictures: &Dataset) -> (Numbers, Vec<usize>) {
    let mut watcher = Watcher::default();
    Box::pin(fit(model, plan(pictures, json!({})), &mut watcher)).await.unwrap();
    (numbers(model).await, watcher.computed)
}

fn float32(numbers: &Numbers) -> Vec<f32> {
    numbers.logs.iter().map(|&number| number as f32).collect()
}

#[portable_test]
async fn a_run_with_features_from_a_file_is_the_run_that_computed_them() {
    for &kind in devices() {
        let pictures = shapes(20, 8);
        let (expected, computed) = run(&mut model(kind, head()).await, &pictures).await;
        assert_eq!(computed, [32, 60]);
        let (file, parts) = parts(&pictures).await;
        assert!(missing_features(model(kind, head()).await, &plan(&pictures, json!({}))).await.unwrap().is_empty());

        let again = shapes(20, 8);
        let mut model = self::model(kind, head()).await;
        assert_eq!(missing(&model, &again).await.file, file);
        read(&model, &again, &parts.concat()).await.unwrap();
        let (restored, computed) = run(&mut model, &again).await;
        assert_eq!(computed, [60], "nothing is computed");
        match kind {
            DeviceKind::Cpu => assert_eq!(restored, expected),
            DeviceKind::Webgpu => assert_close("the logs", &float32(&restored), &float32(&expected), 1e-5),
        }
    }
}

#[portable_test]
async fn a_file_of_other_pictures_another_size_or_other_layers_is_refused_and_has_another_name() {
    let pictures = shapes(20, 8);
    let trained = &mut model(DeviceKind::Cpu, head()).await;
    run(trained, &pictures).await;
    let (file, parts) = parts(&pictures).await;
    let bytes = parts.concat();
    let refusal = async |model: &Model, pictures: &Dataset| {
        assert_ne!(missing(model, pictures).await.file.name(), file.name());
        read(model, pictures, &bytes).await.unwrap_err()
    };
    let fresh = model(DeviceKind::Cpu, head()).await;
    assert_eq!(refusal(&fresh, &shapes(21, 8)).await, "is of other pictures");
    let mut other = pictures_with_a_change();
    assert_eq!(refusal(&fresh, &other).await, "is of other pictures");
    other = shapes(20, 8);
    let mut fewer = model(DeviceKind::Cpu, head()).await;
    fewer.set_trainable(&["conv2d_1".into()], true).unwrap();
    assert_eq!(refusal(&fewer, &other).await, "is of other layers");
    let mut seeded = model(DeviceKind::Cpu, head()).await;
    let weights = weights_of_another_seed().await;
    seeded.load_weights(&weights).unwrap();
    assert_eq!(refusal(&seeded, &other).await, "is of other layers");
    assert!(other.feature_file().is_none());
}

/// Browsers with relaxed SIMD and those without it get other last digits, and so do a processor and a GPU.
#[portable_test]
async fn a_file_of_a_browser_that_rounds_in_another_way_is_refused_and_has_another_name() {
    const COMPUTED: usize = 28;
    let pictures = shapes(20, 8);
    run(&mut model(DeviceKind::Cpu, head()).await, &pictures).await;
    let (file, parts) = parts(&pictures).await;
    let here = if tabfit_kernels::rounds_once() { 2 } else { 0 };
    assert_eq!(parts[0][COMPUTED], here);
    // The name has what the head has, but for its mark.
    assert!(file.name().starts_with("02000000") && file.name()[40..].starts_with(&format!("{here:02x}000000")));
    let again = (self::model(DeviceKind::Cpu, head()).await, shapes(20, 8));
    for other in [0, 1, 2].into_iter().filter(|&other| other != here) {
        let mut bytes = parts.concat();
        bytes[COMPUTED] = other;
        let refusal = read(&again.0, &again.1, &bytes).await.unwrap_err();
        assert_eq!(refusal, "is of another device or browser, which rounds in another way");
    }
}

/// One value of one picture is another.
fn pictures_with_a_change() -> Dataset {
    let from = shapes(20, 8);
    let mut pixels: Vec<u8> = (0..from.len()).flat_map(|position| from.pixels(position).to_vec()).collect();
    pixels[1000] ^= 1;
    let labels = from.labels().into_iter().map(|label| label as u32).collect();
    Dataset::from_arrays(pixels, labels, from.class_names().to_vec(), 8).unwrap()
}

async fn weights_of_another_seed() -> Vec<u8> {
    let config = model(DeviceKind::Cpu, head()).await.architecture().config().clone();
    let names = shapes(1, 8).class_names().to_vec();
    Model::new(config, names, DeviceKind::Cpu, tabfit::Seed(4)).await.unwrap().save_weights().await.unwrap()
}

#[portable_test]
async fn a_file_that_was_cut_or_changed_anywhere_is_refused_and_computed_anew() {
    let pictures = shapes(20, 8);
    let (expected, _) = run(&mut model(DeviceKind::Cpu, head()).await, &pictures).await;
    let bytes = parts(&pictures).await.1.concat();
    let (mut model, again) = (self::model(DeviceKind::Cpu, head()).await, shapes(20, 8));
    for length in (0..60).chain([bytes.len() / 2, bytes.len() - 4, bytes.len() - 1]) {
        assert_eq!(read(&model, &again, &bytes[..length]).await, Err("is cut"), "{length}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(read(&model, &again, &longer).await, Err("is damaged"));
    for place in (0..60).chain((60..bytes.len()).step_by(97)).chain([bytes.len() - 1]) {
        let mut changed = bytes.clone();
        changed[place] ^= 0x40;
        let why = match place {
            8..12 => "is of another version of this page",
            12..28 => "is of other pictures",
            28..32 => "is of another device or browser, which rounds in another way",
            32..44 => "is of other layers",
            _ => "is damaged",
        };
        assert_eq!(read(&model, &again, &changed).await, Err(why), "{place}");
    }
    assert!(again.feature_file().is_none());
    let (numbers, computed) = run(&mut model, &again).await;
    assert_eq!((numbers, computed), (expected, vec![32, 60]));
}

#[portable_test]
async fn features_of_several_pieces_and_of_standardized_pictures_come_back() {
    // What a convolution makes of a picture has 2 MB, so that two pictures are a piece.
    let layers = json!([
        {"type": "Conv2D", "filters": 128, "kernelSize": 3, "padding": "same", "trainable": false},
        {"type": "Conv2D", "filters": 2, "kernelSize": 1}, {"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 3, "activation": "softmax"},
    ]);
    let network = tabfit::ModelConfig { image_size: 64, layers: serde_json::from_value(layers).unwrap() };
    let names = shapes(1, 8).class_names().to_vec();
    let augment = json!({"epochs": 1, "validationSplit": 0.0, "callbacks": [], "augment": {"featurewiseCenter": true}});
    let run = async |from: Option<&Dataset>| {
        let mut model = Model::new(network.clone(), names.clone(), DeviceKind::Cpu, tabfit::Seed(3)).await.unwrap();
        let pictures = shapes(1, 64);
        let plan = || plan(&pictures, augment.clone());
        if let Some(from) = from {
            let missing = missing_features(model.clone(), &plan()).await.unwrap().remove(0);
            let (file, parts) = parts(from).await;
            assert_eq!((missing.file, parts.len()), (file, 3));
            let mut reader = FeatureReader::begin(missing, &parts[0], file.bytes()).unwrap();
            parts[1..].iter().for_each(|part| reader.push(part).unwrap());
            assert_eq!(reader.push(&[0; 4]), Err("is damaged"), "there is nothing more to come");
            reader.end().unwrap();
        }
        Box::pin(fit(&mut model, plan(), &mut ())).await.unwrap();
        (numbers(&mut model).await, pictures)
    };
    let (expected, pictures) = run(None).await;
    assert_eq!(run(Some(&pictures)).await.0, expected);
}

#[portable_test]
async fn a_run_whose_frozen_layers_run_in_each_step_asks_for_no_file() {
    let (pictures, model) = (shapes(20, 8), self::model(DeviceKind::Cpu, head()).await);
    for more in [json!({"augment": {"horizontalFlip": true}}), json!({"epochs": 2, "stepsPerEpoch": 1})] {
        assert!(missing_features(model.clone(), &plan(&pictures, more)).await.unwrap().is_empty());
    }
    fitted(DeviceKind::Cpu, head(), plan(&pictures, json!({"augment": {"horizontalFlip": true}})), &mut helpers(0))
        .await;
    assert!(pictures.feature_file().is_none());
}
