//! What is left of a network whose GPU was lost.

use serde_json::json;

use crate::training::fit::fit;
use crate::training::plan::FitPlan;
use crate::training::state::{Model, copy_to_host, move_to_cpu};
use crate::{Dataset, DeviceKind, ModelConfig, Seed};

async fn train(model: &mut Model, epochs: usize) -> f64 {
    let pixels = (0..8 * 8 * 8 * 3).map(|i| (i * 89 % 251) as u8).collect();
    let labels = (0..8).map(|picture| picture % 2).collect();
    let pictures = Dataset::from_arrays(pixels, labels, model.class_names().to_vec(), 8).unwrap();
    let config = serde_json::from_value(json!({"epochs": epochs, "batchSize": 4})).unwrap();
    let history = Box::pin(fit(model, FitPlan::new(config, pictures, None).unwrap(), &mut ())).await.unwrap().history;
    history.epochs.last().unwrap().get("loss").unwrap()
}

#[pollster::test]
async fn a_network_that_left_its_gpu_trains_on_from_the_copy_with_its_optimizer() {
    let layers = json!([{"type": "Rescaling", "scale": 0.01}, {"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
    let config = ModelConfig { image_size: 8, layers: serde_json::from_value(layers).unwrap() };
    let mut model = Model::new(config, vec!["a".into(), "b".into()], DeviceKind::Cpu, Seed(1)).await.unwrap();
    train(&mut model, 3).await;
    copy_to_host(&mut model).await.unwrap();
    let mut other = model.clone();
    let expected = train(&mut other, 1).await;
    train(&mut model, 5).await; // what is lost with the GPU
    move_to_cpu(&mut model);
    assert_eq!(model.optimizer.steps, 6);
    assert_eq!(train(&mut model, 1).await.to_bits(), expected.to_bits());

    // An optimizer that was compiled after the copy starts anew, also on the CPU.
    copy_to_host(&mut model).await.unwrap();
    let loss = model.loss;
    model.compile(crate::OptimizerConfig::adam(0.01), loss, &[]).unwrap();
    train(&mut model, 1).await;
    move_to_cpu(&mut model);
    assert_eq!(model.optimizer.steps, 0);
    assert!(model.optimizer.slots.iter().all(Vec::is_empty));
}
