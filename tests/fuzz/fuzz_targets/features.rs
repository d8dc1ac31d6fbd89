//! A file of what frozen layers made of pictures: its head, and its pieces with the checksums as they are and set right.
#![no_main]

use std::ops::Range;
use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::data::stored_features::{FeatureReader, MissingFeatures};
use tabfit::training::stored_features::missing_features;
use tabfit::{Dataset, FitPlan, Model, fit};
use tabfit_fuzz::{frozen_network, model, mutate, now, pictures, seed, words};

const CHECKSUM: usize = 4;

fn network() -> Model {
    model(frozen_network()).expect("the network fits")
}

fn plan(pictures: &Dataset) -> FitPlan {
    let config =
        serde_json::from_value(serde_json::json!({"epochs": 2, "batchSize": 2, "validationSplit": 0, "callbacks": []}));
    FitPlan::new(config.expect("spelt right"), pictures.clone(), None).expect("in range")
}

fn missing(pictures: &Dataset) -> MissingFeatures {
    now(missing_features(network(), &plan(pictures))).expect("the CPU does not fail").remove(0)
}

static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let pictures = pictures();
    now(async {
        fit(&mut network(), plan(&pictures), &mut ()).await?;
        let file = pictures.feature_file().expect("the run kept them");
        let mut bytes = Vec::new();
        for part in 0..file.parts() {
            bytes.extend(pictures.feature_part(&file, part).await?);
        }
        Ok::<_, tabfit::Error>(bytes)
    })
    .expect("the CPU does not fail")
});

/// The file with the checksum that its only piece should have.
fn resealed(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = usize::try_from(missing(&pictures()).file.part(0).end).ok()?;
    let values = bytes.get(head..bytes.len().checked_sub(CHECKSUM)?)?;
    let mut hasher = crc32fast::Hasher::new();
    [&bytes[..head], &0u32.to_le_bytes(), values].into_iter().for_each(|bytes| hasher.update(bytes));
    Some([&bytes[..head], values, &hasher.finalize().to_le_bytes()].concat())
}

fn read(pictures: &Dataset, bytes: &[u8]) -> Result<(), &'static str> {
    let missing = missing(pictures);
    let file = missing.file;
    let part = |Range { start, end }: Range<u64>| {
        let [start, end] = [start, end].map(|place| (place as usize).min(bytes.len()));
        &bytes[start..end]
    };
    let mut reader = FeatureReader::begin(missing, part(file.part(0)), bytes.len() as u64)?;
    for piece in 1..file.parts() {
        reader.push(part(file.part(piece)))?;
    }
    reader.end()
}

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(words, data, size, most, seed) });

fuzz_target!(init: seed("features", &[FILE.clone()]), |bytes: &[u8]| {
    for bytes in [Some(bytes.to_vec()), resealed(bytes)].into_iter().flatten() {
        let pictures = pictures();
        if read(&pictures, &bytes).is_ok() {
            let _ = now(fit(&mut network(), plan(&pictures), &mut ()));
        }
    }
});
