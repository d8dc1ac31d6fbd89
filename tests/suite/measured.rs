//! What is known of a trained network beside its weights: its temperature, and the pictures that it remembers.

use safetensors::SafeTensors;
use serde_json::json;
use tabfit::{Answer, Dataset, DeviceKind, Model, fit};

use crate::common::{DEVICE, assert_close, config, model, shapes};
use crate::portable_test;
use crate::workers::helpers;

/// A network that has learnt a little, the pictures that it learnt from and those that were held out.
async fn trained(device: DeviceKind) -> (Model, Dataset, Dataset) {
    let mut model = model(device).await;
    let (training, validation) = shapes(30, 16).split_stratified(0.3, tabfit::Seed(2)).unwrap();
    let plan =
        tabfit::FitPlan::new(config(json!({"epochs": 4, "batchSize": 8})), training.clone(), Some(validation.clone()));
    Box::pin(fit(&mut model, plan.unwrap(), &mut ())).await.unwrap();
    (model, training, validation)
}

/// Noise, which is no drawn shape.
fn noise(count: usize) -> Vec<u8> {
    (0..count * 16 * 16 * 3).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn on_a_gpu() -> bool {
    !matches!(DEVICE, DeviceKind::Cpu)
}

fn pixels(of: &Dataset) -> Vec<u8> {
    (0..of.len()).flat_map(|position| of.pixels(position).to_vec()).collect()
}

#[portable_test]
async fn details_are_the_answers_of_every_picture_in_the_order_of_the_part() {
    let (mut model, training, validation) = trained(DEVICE).await;
    let (scores, details) = model.evaluate_in_detail(&mut (), &validation, 4, &mut ()).await.unwrap().unwrap();
    // On a GPU the loss of batches of another size differs by rounding.
    let alone = model.evaluate(&validation, 32).await.unwrap();
    assert!(on_a_gpu() || scores == alone, "{scores:?} {alone:?}");
    assert_eq!(scores.confusion_matrix, alone.confusion_matrix);
    assert!((scores.loss - alone.loss).abs() < 1e-5, "{} {}", scores.loss, alone.loss);
    assert_eq!(details.unlike, None);
    let whole = model.evaluate_in_detail(&mut (), &training, 64, &mut ()).await.unwrap().unwrap().1;
    let mut ids = [details.pictures.clone(), whole.pictures].concat();
    ids.sort_unstable();
    assert_eq!(ids, (0..90).collect::<Vec<u32>>(), "both parts have each picture of the folder once");
    for (position, &id) in details.pictures.iter().enumerate() {
        // The pictures of a class follow one another in the folder.
        assert_eq!(details.labels[position], id / 30);
        let said = model.predict(validation.pixels(position)).await.unwrap();
        for prediction in said {
            let class = model.class_names().iter().position(|name| *name == prediction.class_name).unwrap();
            let probability = f64::from(details.probabilities[position * 3 + class]);
            assert!((probability - prediction.probability).abs() < 1e-4, "{prediction:?} {probability}");
        }
    }
}

#[portable_test]
async fn a_temperature_scales_the_loss_and_every_probability_and_no_answer_changes_its_place() {
    let (mut model, _, validation) = trained(DEVICE).await;
    let plain = model.evaluate_in_detail(&mut (), &validation, 8, &mut ()).await.unwrap().unwrap();
    model.set_temperature(Some(2.5)).unwrap();
    let scaled = model.evaluate_in_detail(&mut (), &validation, 8, &mut ()).await.unwrap().unwrap();
    assert_eq!(plain.0.confusion_matrix, scaled.0.confusion_matrix);
    let expected: Vec<f32> = plain
        .1
        .probabilities
        .chunks(3)
        .flat_map(|row| {
            let powers: Vec<f32> = row.iter().map(|probability| probability.powf(1.0 / 2.5)).collect();
            let sum: f32 = powers.iter().sum();
            powers.into_iter().map(move |power| power / sum)
        })
        .collect();
    assert_close("probabilities", &scaled.1.probabilities, &expected, 1e-4);
    let losses =
        scaled.1.labels.iter().zip(scaled.1.probabilities.chunks(3)).map(|(&label, row)| -row[label as usize].ln());
    let mean = losses.sum::<f32>() / scaled.1.labels.len() as f32;
    assert!((f64::from(mean) - scaled.0.loss).abs() < 1e-4, "{mean} {}", scaled.0.loss);
    assert!((scaled.0.loss - plain.0.loss).abs() > 0.01);
    let said = model.predict(validation.pixels(0)).await.unwrap();
    let most = scaled.1.probabilities[..3].iter().copied().fold(0.0, f32::max);
    assert!((said[0].probability - f64::from(most)).abs() < 1e-4);

    let file = model.save().await.unwrap();
    let mut back = Model::load(&file, DEVICE).await.unwrap();
    assert_eq!(back.temperature(), Some(2.5));
    assert_eq!(back.predict(validation.pixels(0)).await.unwrap(), said);
    assert!(model.set_temperature(Some(0.0)).unwrap_err().to_string().contains("from 0.01 to 100"));
    assert_eq!(model.temperature(), Some(2.5));
    let plan = tabfit::FitPlan::new(config(json!({"epochs": 1})), validation, None).unwrap();
    Box::pin(fit(&mut back, plan, &mut ())).await.unwrap();
    assert_eq!(back.temperature(), None, "training on starts without it");
}

#[portable_test]
async fn helpers_answer_with_the_temperature_too() {
    let (mut model, training, validation) = trained(DeviceKind::Cpu).await;
    model.set_temperature(Some(0.4)).unwrap();
    model.remember(&training, &validation).await.unwrap();
    let alone = model.evaluate_in_detail(&mut (), &validation, 8, &mut ()).await.unwrap().unwrap();
    let mut local = helpers(2);
    let mut divided = model.clone();
    Box::pin(divided.remember_with(&mut local, &training, &validation, &mut ())).await.unwrap();
    let together = Box::pin(divided.evaluate_in_detail(&mut local, &validation, 8, &mut ())).await.unwrap().unwrap();
    assert!(local.tasks_done > 0 && divided.history().notes == model.history().notes, "no helper failed");
    assert_close("probabilities", &together.1.probabilities, &alone.1.probabilities, 1e-5);
    assert_close("unlike", &together.1.unlike.unwrap(), &alone.1.unwrap_unlike(), 1e-3);
}

trait UnwrapUnlike {
    fn unwrap_unlike(&self) -> Vec<f32>;
}

impl UnwrapUnlike for tabfit::Details {
    fn unwrap_unlike(&self) -> Vec<f32> {
        self.unlike.clone().expect("the network remembers pictures")
    }
}

#[portable_test]
async fn noise_is_unlike_drawn_shapes_and_most_validation_pictures_are_not() {
    let (mut model, training, validation) = trained(DEVICE).await;
    assert!(!model.remembers());
    assert!(model.predict_many(&mut (), noise(1)).await.unwrap()[0].unlike.is_none());
    model.remember(&training, &validation).await.unwrap();
    let details = model.evaluate_in_detail(&mut (), &validation, 8, &mut ()).await.unwrap().unwrap().1;
    let beyond = details.unwrap_unlike().iter().filter(|&&unlike| unlike > 1.0).count();
    assert_eq!(beyond, 1, "5 % of {} pictures", validation.len());
    let strange = model.predict_many(&mut (), noise(5)).await.unwrap();
    assert!(on_a_gpu() || strange.iter().all(|answer| answer.unlike.unwrap() > 1.0), "{strange:?}");
    // A GPU rounds in its own way: after so little training one or the other can lie near the threshold, but not most.
    let mean = |unlike: &[f32]| unlike.iter().sum::<f32>() / unlike.len() as f32;
    let noisy: Vec<f32> = strange.iter().filter_map(|answer| answer.unlike).collect();
    assert!(mean(&noisy) > 1.0 && mean(&noisy) > 1.5 * mean(&details.unwrap_unlike()), "{noisy:?}");

    let file = model.save_with_optimizer().await.unwrap();
    let mut back = Model::load(&file, DEVICE).await.unwrap();
    assert!(back.remembers());
    let again = back.predict_many(&mut (), noise(5)).await.unwrap();
    let unlike = |answers: &[Answer]| answers.iter().filter_map(|answer| answer.unlike).collect::<Vec<_>>();
    assert_close("after loading", &unlike(&again), &unlike(&strange), 1e-4);
    let weights = model.save_weights().await.unwrap();
    back.load_weights(&weights).unwrap();
    assert!(!back.remembers(), "other weights make other vectors");
}

#[portable_test]
async fn many_pictures_have_the_answers_that_each_has_alone() {
    let (mut model, _, validation) = trained(DEVICE).await;
    let many = model.predict_many(&mut (), pixels(&validation)).await.unwrap();
    assert_eq!(many.len(), validation.len());
    for (position, answer) in many.iter().enumerate() {
        let alone = model.predict(validation.pixels(position)).await.unwrap();
        for (one, other) in answer.predictions.iter().zip(&alone) {
            assert!((one.probability - other.probability).abs() < 1e-4, "{one:?} {other:?}");
        }
    }
    assert_eq!(model.predict_many(&mut (), Vec::new()).await.unwrap(), []);
    let sentence = model.predict_many(&mut (), noise(1)[1..].to_vec()).await.unwrap_err().to_string();
    assert!(sentence.contains("16 x 16 RGB pixels"), "{sentence}");
}

/// A file whose memory was tampered with has a checksum that does not fit; one that was written so is refused in words.
#[portable_test]
async fn the_file_has_the_vectors_as_an_entry_of_their_own_and_a_version_that_says_so() {
    let (mut model, training, validation) = trained(DEVICE).await;
    let header = |file: &[u8]| -> serde_json::Value {
        let (_, metadata) = SafeTensors::read_metadata(file).unwrap();
        serde_json::from_str(&metadata.metadata().clone().unwrap()["tabfit"]).unwrap()
    };
    let before = model.save().await.unwrap();
    assert_eq!((header(&before)["version"].as_u64(), header(&before).get("memory")), (Some(1), None));
    model.remember(&training, &validation).await.unwrap();
    let file = model.save().await.unwrap();
    assert_eq!(header(&file)["version"], 2, "an older page says that it is newer");
    let tensors = SafeTensors::deserialize(&file).unwrap();
    assert_eq!(tensors.tensor("memory/vectors").unwrap().shape(), [63, 32]);
}
