//! Weights as a list: in Keras's order, and back.

use std::collections::BTreeMap;

use safetensors::SafeTensors;
use serde_json::Value;
use tabfit::{DeviceKind, Model, NamedWeight, Preset, Seed};

use crate::portable_test;

const GOLDEN: &[u8] = include_bytes!("../keras/golden.safetensors");
/// What `tests/keras/weights.py` recorded: the names and shapes of each case's network.
const RECORDED: &str = include_str!("../keras/weights.json");

async fn small(seed: u64) -> Model {
    let config = Preset::named("small").unwrap().config(8, 2);
    Model::new(config, vec!["a".into(), "b".into()], DeviceKind::Cpu, Seed(seed)).await.unwrap()
}

#[portable_test]
async fn the_weights_of_every_case_have_keras_names_and_shapes_in_keras_order() {
    let (_, metadata) = SafeTensors::read_metadata(GOLDEN).unwrap();
    let cases: BTreeMap<String, Value> = serde_json::from_str(&metadata.metadata().as_ref().unwrap()["cases"]).unwrap();
    let recorded: BTreeMap<String, Vec<(String, Vec<usize>)>> = serde_json::from_str(RECORDED).unwrap();
    assert_eq!(recorded.len(), cases.len());
    for (name, case) in cases {
        let network = serde_json::from_value(case["model"].clone()).unwrap();
        let classes = serde_json::from_value(case["classNames"].clone()).unwrap();
        let mut model = Model::new(network, classes, DeviceKind::Cpu, Seed(1)).await.unwrap();
        let weights = model.weights().await.unwrap();
        let listed: Vec<_> = weights.iter().map(|weight| (weight.name.clone(), weight.shape.clone())).collect();
        assert_eq!(listed, recorded[&name], "{name}");
        assert!(weights.iter().all(|weight| weight.values.len() == weight.shape.iter().product::<usize>()), "{name}");
    }
}

#[portable_test]
async fn a_network_that_is_given_the_weights_of_another_one_answers_as_that_one() {
    let (mut one, mut other) = (small(1).await, small(2).await);
    let picture = [90; 8 * 8 * 3];
    let answer = one.predict(&picture).await.unwrap();
    assert_ne!(other.predict(&picture).await.unwrap(), answer);
    other.set_weights(one.weights().await.unwrap()).unwrap();
    assert_eq!(other.predict(&picture).await.unwrap(), answer);
    assert_eq!(other.weights().await.unwrap(), one.weights().await.unwrap());
}

#[portable_test]
async fn a_list_that_does_not_fit_is_refused_by_name_and_changes_nothing() {
    let mut model = small(1).await;
    let before = model.weights().await.unwrap();
    let name = &before[0].name;
    let other = small(2).await.weights().await.unwrap();
    let mut refused = |change: &dyn Fn(&mut Vec<NamedWeight>)| {
        let mut given = other.clone();
        change(&mut given);
        model.set_weights(given).unwrap_err().to_string()
    };
    let short = refused(&|given| given.truncate(2));
    assert!(short.starts_with(&format!("weights must have {} items", before.len())), "{short}");
    let shape = refused(&|given| given[0].shape.reverse());
    assert!(shape.contains(name) && shape.contains("must have the shape [3, 3, 3, "), "{shape}");
    let values = refused(&|given| given[1].values.truncate(1));
    assert!(values.ends_with(" and 1."), "{values}");
    assert_eq!(model.weights().await.unwrap(), before);
}
