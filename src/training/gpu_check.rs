//! Compares a GPU with the processor before a run relies on it: a GPU that computes wrongly reports no fault.

use burn::tensor::Device;

use crate::data::{DataLoader, Rows};
use crate::device::{DeviceKind, read_all};
use crate::error::{Error, Result};
use crate::network::{Architecture, Node, Sequential};
use crate::training::parallel::step::run_step;
use crate::training::parallel::{Partial, StepKind, StepResult};
use crate::training::plan::FitPlan;
use crate::training::state::Model;

/// The gradient of a layer may differ by this share of its norm, because a GPU sums in another order,
const OF_LAYER: f64 = 1e-3;
/// or by this share of the norm of the whole gradient, where the layer's own is nearly 0.
const OF_ALL: f64 = 1e-6;

/// The pictures that are compared,
const PICTURES: usize = 4;
/// or fewer, so that the processor multiplies about so often: a second or two.
const MOST_PRODUCTS: u64 = 15_000_000_000;

/// Computes the loss and the gradient of each layer on some training pictures, on both, without dropout; once for each
/// network, before its first run. A GPU in software is the processor itself.
///
/// # Errors
///
/// They differ; the sentence names the layer.
pub(super) async fn check_gpu(model: &mut Model, plan: &FitPlan) -> Result<()> {
    let info = &model.device_info;
    if info.kind != DeviceKind::Webgpu || info.fallback || model.gpu_is_right {
        return Ok(());
    }
    let mut networks = [model.network.clone(), model.network.clone()];
    for network in &mut networks {
        turn_dropout_off(&mut network.architecture);
    }
    let [on_gpu, copy] = &mut networks;
    let on_cpu = Sequential::from_values(copy.architecture.clone(), read_all(&copy.weights).await?, &Device::flex());
    let mut found = String::new();
    // Rounding alone may decide which pixel of a pool is the largest; so a difference counts only if other pictures show
    // one too.
    for draw in 1..=2 {
        let expected = loss_and_gradients(&mut on_cpu.clone(), model, plan, draw).await?;
        let actual = loss_and_gradients(&mut on_gpu.clone(), model, plan, draw).await?;
        let Some(difference) = difference(&on_cpu.architecture.layers, &actual, &expected) else {
            model.gpu_is_right = true;
            return Ok(());
        };
        found = difference;
    }
    Err(Error::WrongNumbers(format!("This GPU computes the network wrongly ({found}); train on the CPU.")))
}

fn turn_dropout_off(architecture: &mut Architecture) {
    for layer in &mut architecture.layers {
        layer.config.kind_mut().set_dropout(0.0);
    }
}

/// The loss, and the gradient of each weight that moves, where each picture is said to be of the next class by three quarters
/// and of its own by one: a network that is sure of what it is told has a loss and gradients of nearly 0, of which only
/// rounding would be compared.
async fn loss_and_gradients(
    network: &mut Sequential,
    model: &Model,
    plan: &FitPlan,
    draw: usize,
) -> Result<Vec<Vec<f32>>> {
    let device = network.device.clone();
    let products = 3 * network.architecture.products().max(1);
    let pictures = ((MOST_PRODUCTS / products) as usize).clamp(1, PICTURES);
    let mut batches = DataLoader::new(&plan.training, pictures, &device).shuffled(plan.seed, draw);
    let mut batch = batches.next().expect("a plan has pictures");
    let own = batch.targets.one_hot.clone();
    batch.targets.one_hot = own.clone() * 0.25 + own.roll_dim(1, 1) * 0.75;
    let rows = Rows::all(batch.targets.len());
    let partial = run_step(StepKind::Train { dropout: 0 }, network, model.loss, batch, rows);
    let StepResult { loss, gradients, .. } = Partial::sum(vec![partial]);
    let numbers: Vec<_> = [loss].into_iter().chain(gradients.into_iter().flatten()).collect();
    read_all(&numbers).await
}

/// The first difference that is more than rounding, as a clause.
fn difference(layers: &[Node], actual: &[Vec<f32>], expected: &[Vec<f32>]) -> Option<String> {
    let all = norm(&expected[1..]);
    let (loss, right) = (actual[0][0], expected[0][0]);
    if !(all.is_finite() && right.is_finite()) {
        return None; // the run will tell of it
    }
    if loss.is_nan() || f64::from(loss - right).abs() > OF_LAYER * f64::from(right.abs()) {
        return Some(format!("the loss is {loss} there and {right} on the processor"));
    }
    let mut rest = (&actual[1..], &expected[1..]);
    layers.iter().find_map(|layer| {
        let count = layer.weights.iter().filter(|weight| weight.trainable).count();
        let ((actual, more), (expected, others)) = (rest.0.split_at(count), rest.1.split_at(count));
        rest = (more, others);
        let apart: Vec<Vec<f32>> = (actual.iter().zip(expected))
            .map(|(actual, expected)| actual.iter().zip(expected).map(|(a, e)| a - e).collect())
            .collect();
        let (apart, own) = (norm(&apart), norm(expected));
        let right = apart <= (OF_LAYER * own).max(OF_ALL * all);
        (!right).then(|| {
            format!(
                "the gradient of layer \"{}\" differs from the processor's by {:.2} %",
                layer.name,
                100.0 * apart / own
            )
        })
    })
}

/// The root of the sum of the squares.
fn norm(vectors: &[Vec<f32>]) -> f64 {
    vectors.iter().flatten().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Dataset, FitConfig, ModelConfig, Seed};

    #[test]
    fn a_layer_is_judged_by_its_own_gradient_and_a_tiny_one_by_all_of_them() {
        let dense = |units: usize| json!({"type": "Dense", "units": units, "activation": "softmax"});
        let config = json!({"imageSize": 8, "layers": [{"type": "GlobalAveragePooling2D"}, dense(1), dense(2)]});
        let architecture = Architecture::new(serde_json::from_value(config).unwrap(), 2).unwrap();
        // The loss; kernel and bias of the first layer; those of the second.
        let numbers =
            |first: f32, second: f32| vec![vec![2.0], vec![first; 3], vec![0.0], vec![second; 2], vec![0.0; 2]];
        let compare =
            |a: (f32, f32), e: (f32, f32)| difference(&architecture.layers, &numbers(a.0, a.1), &numbers(e.0, e.1));
        assert_eq!(compare((1.0, 1.0005), (1.0, 1.0)), None);
        let sentence = compare((1.0, 1.002), (1.0, 1.0)).unwrap();
        assert!(sentence.contains("\"dense_1\"") && sentence.contains("0.20 %"), "{sentence}");
        assert_eq!(compare((1.0, 1e-7), (1.0, 0.0)), None, "rounding of nothing");
        assert!(compare((1.0, 1e-5), (1.0, 0.0)).is_some());
        assert!(compare((f32::NAN, 1.0), (1.0, 1.0)).unwrap().contains("\"dense\""));
        assert_eq!(compare((1.0, 1.0), (f32::NAN, 1.0)), None, "there is nothing to compare with");
        let mut loss = numbers(1.0, 1.0);
        loss[0][0] = 2.1;
        assert!(difference(&architecture.layers, &loss, &numbers(1.0, 1.0)).unwrap().contains("loss is 2.1"));
    }

    #[pollster::test]
    async fn a_network_that_is_sure_of_its_answers_is_not_compared_by_rounding_alone() {
        let names = vec!["black".to_string(), "white".to_string()];
        let pixels = [vec![0; 8 * 8 * 3 * 4], vec![255; 8 * 8 * 3 * 4]].concat();
        let pictures = Dataset::from_arrays(pixels, vec![0, 0, 0, 0, 1, 1, 1, 1], names.clone(), 8).unwrap();
        let layers = json!([
            {"type": "Rescaling", "scale": 0.01}, {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"},
        ]);
        let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
        let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap();
        let plan = FitPlan::new(FitConfig::default(), pictures.clone(), None).unwrap();
        // White is told from black by a hundred and more; by the second network, under the other's name.
        for sign in [1.0, -1.0] {
            let values = vec![[-sign, sign].repeat(8 * 8 * 3), vec![50.0 * sign, -50.0 * sign]];
            model.network = Sequential::from_values(model.architecture().clone(), values, &Device::flex());
            let loss = model.evaluate(&pictures, 8).await.unwrap().loss;
            assert!(if sign > 0.0 { loss < 1e-6 } else { loss > 10.0 }, "{loss}");
            let numbers = loss_and_gradients(&mut model.network.clone(), &model, &plan, 1).await.unwrap();
            assert!(numbers[0][0] > 1.0 && norm(&numbers[1..]) > 1.0, "{numbers:?}");
        }
    }
}
