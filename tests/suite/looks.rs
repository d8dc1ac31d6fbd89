//! Steps that a person looks at, and looks inside a network.

use serde_json::json;
use tabfit::{
    Callback, DeviceKind, FitPlan, History, Inside, LayerLook, Look, Loss, Model, ModelConfig, Result, Run, Seed,
    StepLook, Tiles, fit, fit_with,
};

use crate::common::{DEVICE, config, shapes};
use crate::portable_test;
use crate::workers;

/// Looks at some steps of a run, counted in total, and collects what they did.
#[derive(Default)]
struct Looks {
    steps: usize,
    at: Vec<usize>,
    lasts: usize,
    seen: Vec<StepLook>,
}

impl Callback for Looks {
    fn look(&mut self, last: bool) -> Option<Look> {
        self.steps += 1;
        self.lasts += usize::from(last);
        match self.at.contains(&self.steps) {
            true => Some(if last { Look::Numbers } else { Look::Pictures }),
            false => None,
        }
    }

    async fn on_look(&mut self, _run: &mut Run<'_>, look: &StepLook) -> Result<()> {
        self.seen.push(look.clone());
        Ok(())
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-4 * (1e-6 + b.abs())
}

async fn run(looks: &mut Looks, optimizer: serde_json::Value) -> (History, Vec<u8>, Vec<Vec<f32>>) {
    let mut model = crate::common::model(DEVICE).await;
    model.compile(serde_json::from_value(optimizer).unwrap(), Loss::default(), &[]).unwrap();
    let config =
        config(json!({"epochs": 2, "batchSize": 10, "validationSplit": 0.2, "augment": {"horizontalFlip": true}}));
    let plan = FitPlan::new(config, shapes(15, 16), None).unwrap();
    let history = fit(&mut model, plan, looks).await.unwrap().history;
    let weights = model.save_weights().await.unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&weights).unwrap();
    let numbers = tensors.iter().map(|(_, tensor)| bytemuck::pod_collect_to_vec(tensor.data())).collect();
    (history, weights.clone(), numbers)
}

/// An epoch has four steps, the last one of six pictures. Without momentum an update is the gradient times the rate.
#[portable_test]
async fn looking_at_steps_changes_no_bit_and_tells_what_they_did() {
    let sgd = json!({"type": "sgd", "learningRate": 0.05});
    let mut looks = Looks { at: vec![1, 3, 8], ..Looks::default() };
    let plain = run(&mut Looks::default(), sgd.clone()).await;
    let looked = run(&mut looks, sgd).await;
    assert!((&plain.0, &plain.1) == (&looked.0, &looked.1));
    assert_eq!((looks.steps, looks.lasts), (8, 2));
    let [first, third, last] = &looks.seen[..] else { panic!("three steps were looked at") };
    assert_eq!([first, third, last].map(|look| (look.epoch, look.step)), [(1, 1), (1, 3), (2, 4)]);
    assert_eq!([first, third, last].map(|look| look.pictures.len()), [10, 10, 6]);
    assert_eq!([first, third, last].map(|look| look.pixels.len()), [10 * 16 * 16 * 4, 10 * 16 * 16 * 4, 0]);
    assert!(first.pictures.iter().all(|picture| picture.index / 15 == picture.label), "15 pictures of each class");
    assert!(first.pictures.iter().all(|picture| !third.pictures.contains(picture)));
    for look in &looks.seen {
        let names: Vec<&str> = look.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, ["conv2d", "conv2d_1", "dense", "dense_1"]);
        assert!(look.loss > 0.0 && look.loss < 3.0 && close(look.learning_rate, 0.05));
        for LayerLook { name, weights, gradient, update } in &look.layers {
            let (gradient, update) = (gradient.as_ref().unwrap(), update.unwrap());
            assert!(close(update, 0.05 * gradient.norm), "{name}: {update} of {}", gradient.norm);
            assert!(gradient.norm > 0.0 && weights.low < weights.high);
            assert_eq!(weights.counts.iter().sum::<u32>(), gradient.counts.iter().sum::<u32>());
        }
    }
    // Nothing follows the last step.
    let all = looked.2.iter().flatten().map(|&value| f64::from(value).powi(2)).sum::<f64>();
    let looked_at = last.layers.iter().map(|layer| layer.weights.norm.powi(2)).sum::<f64>();
    assert!(close(looked_at, all), "{looked_at} is not {all}");
}

#[portable_test]
async fn helpers_have_part_in_what_is_seen() {
    let pictures = shapes(20, 8);
    let mut seen = Vec::new();
    for count in [0, 2] {
        let (mut model, mut looks) = (workers::model(json!([])).await, Looks { at: vec![2], ..Looks::default() });
        fit_with(&mut workers::helpers(count), &mut model, workers::plan(&pictures), &mut looks).await.unwrap();
        seen.push(looks.seen.remove(0));
    }
    let [alone, helped] = &seen[..] else { panic!("two runs") };
    assert_eq!(alone.pictures, helped.pictures);
    assert!(close(alone.loss, helped.loss));
    for (a, h) in alone.layers.iter().zip(&helped.layers) {
        let norms = |layer: &LayerLook| (layer.weights.norm, layer.gradient.as_ref().unwrap().norm);
        assert!(close(norms(a).0, norms(h).0) && (norms(a).1 - norms(h).1).abs() < 1e-3 * norms(a).1);
    }
}

async fn network(layers: serde_json::Value) -> Model {
    let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    Model::new(config, vec!["a".into(), "b".into()], DeviceKind::Cpu, Seed(3)).await.unwrap()
}

fn sizes(tiles: &Tiles) -> (&str, [usize; 5]) {
    assert_eq!(tiles.pixels.len(), tiles.rows * tiles.columns * tiles.values * tiles.count);
    (tiles.layer.as_str(), [tiles.rows, tiles.columns, tiles.values, tiles.count, tiles.of])
}

#[portable_test]
async fn each_layer_shows_what_it_makes_itself_also_where_another_computes_it() {
    let mut model = network(json!([
        {"type": "Rescaling", "scale": 0.5},
        {"type": "Conv2D", "filters": 20, "kernelSize": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling2D"},
        {"type": "Conv2D", "filters": 4, "kernelSize": 1},
        {"type": "BatchNormalization"},
        {"type": "ReLU"},
        {"type": "Dropout", "rate": 0.5},
        {"type": "Flatten"},
        {"type": "Dense", "units": 300},
        {"type": "Dense", "units": 2, "activation": "softmax"},
    ]))
    .await;
    let rgb: Vec<u8> = (0..8 * 8 * 3).map(|value| value as u8).collect();
    let Inside { filters, layers } = model.inside(Some(&rgb)).await.unwrap();
    assert_eq!(sizes(&filters.unwrap()), ("conv2d", [3, 3, 3, 20, 20]));
    assert_eq!(
        layers.iter().map(sizes).collect::<Vec<_>>(),
        [
            ("rescaling", [8, 8, 1, 3, 3]),
            ("conv2d", [8, 8, 1, 16, 20]),
            ("max_pooling2d", [4, 4, 1, 16, 20]),
            ("conv2d_1", [4, 4, 1, 4, 4]),
            ("batch_normalization", [4, 4, 1, 4, 4]),
            ("re_lu", [4, 4, 1, 4, 4]),
            ("flatten", [1, 64, 1, 1, 1]),
            ("dense", [1, 256, 1, 1, 1]),
            ("dense_1", [1, 2, 1, 1, 1]),
        ]
    );
    // The picture itself, channel by channel, from its least value, 0, to half of its largest.
    assert_eq!((layers[0].low, layers[0].high), (0.0, 191.0 / 2.0));
    let red: Vec<u8> = (0..64).map(|place| (3.0 * f64::from(place) / 191.0 * 255.0).round() as u8).collect();
    assert_eq!(layers[0].pixels[..64], red);
    assert_eq!((layers[5].low, layers[4].low < 0.0), (0.0, true), "only ReLU takes what is below 0 away");
    let answers = model.predict(&rgb).await.unwrap();
    assert!((layers[8].high - answers[0].probability).abs() < 1e-5);
    assert!(model.inside(None).await.unwrap().layers.is_empty());
    assert!(model.inside(Some(&rgb[1..])).await.unwrap_err().to_string().contains("8 x 8"));
}

#[portable_test]
async fn large_maps_are_averaged_and_filters_of_single_channels_are_grey() {
    let layers = json!([
        {"type": "DepthwiseConv2D", "kernelSize": 5, "depthMultiplier": 2, "padding": "same"},
        {"type": "GlobalAveragePooling2D"},
        {"type": "Dense", "units": 2, "activation": "softmax"},
    ]);
    let config = ModelConfig { image_size: 100, layers: serde_json::from_value(layers).unwrap() };
    let mut model = Model::new(config, vec!["a".into(), "b".into()], DeviceKind::Cpu, Seed(3)).await.unwrap();
    let Inside { filters, layers } = model.inside(Some(&vec![7; 100 * 100 * 3])).await.unwrap();
    assert_eq!(sizes(&filters.unwrap()), ("depthwise_conv2d", [5, 5, 1, 6, 6]));
    assert_eq!(sizes(&layers[0]), ("depthwise_conv2d", [34, 34, 1, 6, 6]));
    let without = network(json!([{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]));
    assert_eq!(without.await.inside(None).await.unwrap().filters, None);
}
