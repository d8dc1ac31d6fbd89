//! Losses, gradients and weights against those of Keras, which `tests/keras/golden.py` recorded.

use std::collections::BTreeMap;

use safetensors::{SafeTensors, tensor::TensorView};
use serde::Deserialize;
use serde_json::Value;
use tabfit::{
    Callback, ClassWeight, Dataset, FitConfig, FitPlan, Loss, Model, OptimizerConfig, Progress, Result, Run, Seed,
    Stopped, fit,
};

use crate::{common::DEVICE, portable_test};

const GOLDEN: &[u8] = include_bytes!("../keras/golden.safetensors");
/// Relative to the largest value of a tensor; larger in a browser, because a GPU sums in another order.
const TOLERANCE: f32 = if cfg!(target_family = "wasm") { 1e-3 } else { 1e-4 };
const STEPS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    model: Value,
    class_names: Vec<String>,
    compile: Compile,
    fit: Fit,
}

#[derive(Deserialize)]
struct Compile {
    optimizer: OptimizerConfig,
    loss: Loss,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fit {
    class_weight: Option<ClassWeight>,
}

/// Collects the loss of every step and ends the run after a number of steps.
struct Losses(Vec<f32>, usize);

impl Callback for Losses {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        // Only the mean over the epoch so far can be read, so the loss of the step follows from two of them.
        let before: f32 = self.0[self.0.len() + 1 - progress.step..].iter().sum();
        self.0.push(progress.read().await?.loss as f32 * progress.step as f32 - before);
        if self.0.len() == self.1 {
            run.stop = Some(Stopped::Callback);
        }
        Ok(())
    }
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    view.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

fn below<'a>(golden: &SafeTensors<'a>, prefix: &str) -> BTreeMap<String, TensorView<'a>> {
    let named = golden.tensors().into_iter();
    named.filter_map(|(name, view)| Some((name.strip_prefix(prefix)?.to_string(), view))).collect()
}

async fn model_of(case: &Case, initial: &BTreeMap<String, TensorView<'_>>) -> Model {
    let mut model =
        Model::new(serde_json::from_value(case.model.clone()).unwrap(), case.class_names.clone(), DEVICE, Seed(0))
            .await
            .unwrap();
    model.load_weights(&safetensors::serialize(initial, None).unwrap()).unwrap();
    model
}

async fn weights(model: &mut Model) -> BTreeMap<String, Vec<f32>> {
    let bytes = model.save().await.unwrap();
    let saved = SafeTensors::deserialize(&bytes).unwrap();
    saved.tensors().iter().map(|(name, view)| (name.clone(), floats(view))).collect()
}

fn assert_close(what: &str, actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let scale = expected.iter().fold(0.02f32, |most, value| most.max(value.abs()));
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= TOLERANCE * scale, "{what}[{index}]: {a} is not {e}");
    }
}

async fn check(name: &str, case: &Case, golden: &SafeTensors<'_>) {
    let tensor = |key: &str| golden.tensor(&format!("{name}/{key}")).unwrap();
    let initial = below(golden, &format!("{name}/initial/"));
    let labels: Vec<u32> =
        tensor("labels").data().chunks_exact(4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap())).collect();
    let images = tensor("images");
    let (size, pixels) = (images.shape()[1], images.data());
    let pictures = Dataset::from_arrays(pixels.to_vec(), labels, case.class_names.clone(), size).unwrap();
    let plan = || {
        let config = FitConfig {
            epochs: 2.0,
            batch_size: 8.0,
            shuffle: false,
            class_weight: case.fit.class_weight.clone(),
            ..FitConfig::default()
        };
        FitPlan::new(config, pictures.clone(), None).unwrap()
    };

    // One step of SGD at learning rate 1 changes each weight by its gradient.
    let mut model = model_of(case, &initial).await;
    model.compile(OptimizerConfig::sgd(1.0, 0.0, false), case.compile.loss, &[]).unwrap();
    fit(&mut model, plan(), &mut Losses(Vec::new(), 1)).await.unwrap();
    let moved = weights(&mut model).await;
    for (weight, gradient) in below(golden, &format!("{name}/gradients/")) {
        let before = floats(&initial[&weight]);
        let actual: Vec<f32> = before.iter().zip(&moved[&weight]).map(|(before, after)| before - after).collect();
        assert_close(&format!("{name}: gradient of {weight}"), &actual, &floats(&gradient));
    }

    let mut model = model_of(case, &initial).await;
    model.compile(case.compile.optimizer.clone(), case.compile.loss, &[]).unwrap();
    let mut losses = Losses(Vec::new(), STEPS);
    fit(&mut model, plan(), &mut losses).await.unwrap();
    assert_close(&format!("{name}: losses"), &losses.0, &floats(&tensor("losses")));
    let after = weights(&mut model).await;
    for (weight, expected) in below(golden, &format!("{name}/final/")) {
        assert_close(&format!("{name}: {weight}"), &after[&weight], &floats(&expected));
    }
    for (index, expected) in floats(&tensor("predictions")).chunks(case.class_names.len()).enumerate() {
        let length = size * size * 3;
        let answer = model.predict(&pixels[index * length..][..length]).await.unwrap();
        let of = |class: &String| answer.iter().find(|one| one.class_name == *class).unwrap().probability as f32;
        let actual: Vec<f32> = case.class_names.iter().map(of).collect();
        assert_close(&format!("{name}: prediction {index}"), &actual, expected);
    }
}

/// Ten cases of ten kinds: what a browser with another shader compiler is asked first.
const ONE_OF_EACH_KIND: [&str; 10] = [
    "activation_gelu",
    "adamw_weight_decay",
    "batch_norm",
    "conv_dilated",
    "l1_l2",
    "loss_focal_options",
    "max_pool_overlap",
    "residual_projection",
    "schedule_cosine",
    "separable_strides_odd",
];

/// Whether a case tests a formula of the optimizer or the loss, which is computed alike on every device.
fn is_formula(name: &str) -> bool {
    ["adam_", "adamw", "sgd", "rmsprop", "schedule", "loss", "class", "l1", "l2"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Checks the cases whose names are wanted, and says how many they were.
async fn check_all(wanted: impl Fn(&str) -> bool) -> usize {
    let (_, metadata) = SafeTensors::read_metadata(GOLDEN).unwrap();
    let cases: BTreeMap<String, Case> = serde_json::from_str(&metadata.metadata().as_ref().unwrap()["cases"]).unwrap();
    let golden = SafeTensors::deserialize(GOLDEN).unwrap();
    let mut checked = 0;
    for (name, case) in cases.iter().filter(|(name, _)| wanted(name)) {
        Box::pin(check(name, case, &golden)).await;
        checked += 1;
    }
    checked
}

#[portable_test]
async fn five_steps_of_one_case_of_each_kind_give_keras_numbers() {
    assert_eq!(check_all(|name| ONE_OF_EACH_KIND.contains(&name)).await, ONE_OF_EACH_KIND.len());
}

#[portable_test]
async fn five_steps_of_all_other_layers_give_keras_numbers() {
    assert!(check_all(|name| !is_formula(name) && !ONE_OF_EACH_KIND.contains(&name)).await > 55);
}

#[portable_test]
#[cfg_attr(target_family = "wasm", ignore = "takes a minute, and the formulas are tested natively")]
async fn five_steps_of_all_other_formulas_give_keras_numbers() {
    assert!(check_all(|name| is_formula(name) && !ONE_OF_EACH_KIND.contains(&name)).await > 20);
}
