//! How much each picture counts in the loss.

use serde_json::json;
use tabfit::{Dataset, FitPlan, Loss, OptimizerConfig, fit};

use crate::common::{DEVICE, config, model, shapes};
use crate::portable_test;

/// A picture with weight 0 adds nothing to the loss, but the mean is still over all pictures.
#[portable_test]
async fn sample_weights_count_pictures_in_training_and_in_what_is_held_out() {
    let mut losses = Vec::new();
    for weights in [vec![1.0; 12], vec![2.0; 12], vec![0.0; 12]] {
        let mut model = model(DEVICE).await;
        model.compile(OptimizerConfig::sgd(1e-9, 0.0, false), Loss::default(), &[]).unwrap();
        let config =
            config(json!({"batchSize": 8, "shuffle": false, "validationSplit": 0.25, "sampleWeight": weights}));
        let mut tame = model.clone();
        let history =
            fit(&mut tame, FitPlan::new(config, shapes(4, 16), None).unwrap(), &mut ()).await.unwrap().history;
        losses.push(["loss", "val_loss"].map(|name| history.epochs[0].get(name).unwrap()));
    }
    for (once, twice) in losses[0].iter().zip(losses[1]) {
        assert!((twice - 2.0 * once).abs() < 0.05 * twice, "{losses:?}"); // dropout draws the same masks
    }
    assert!(losses[2].iter().all(|loss| *loss == 0.0), "{losses:?}");
}

/// Pictures of another folder, in an order that no list of weights for [`shapes`] was made for.
fn others(count: usize) -> Dataset {
    let pixels = (0..count * 16 * 16 * 3).map(|i| (i * 89 % 251) as u8).collect();
    let labels = (0..count).map(|picture| (picture % 3) as u32).collect();
    Dataset::from_arrays(pixels, labels, shapes(1, 16).class_names().to_vec(), 16).unwrap()
}

/// As in Keras, `sample_weight` is for the training pictures. There may be more given validation pictures than weights.
#[portable_test]
async fn given_validation_pictures_all_count_the_same() {
    let weights = [5.0, 5.0, 5.0, 5.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    for validation in [others(9), others(30)] {
        let mut losses = Vec::new();
        for weights in [json!(null), json!(weights)] {
            let mut model = model(DEVICE).await;
            model.compile(OptimizerConfig::sgd(1e-12, 0.0, false), Loss::default(), &[]).unwrap();
            let config = config(json!({"batchSize": 4, "sampleWeight": weights}));
            let plan = FitPlan::new(config, shapes(3, 16), Some(validation.clone())).unwrap();
            let history = fit(&mut model, plan, &mut ()).await.unwrap().history;
            losses.push(["loss", "val_loss"].map(|name| history.epochs[0].get(name).unwrap()));
        }
        let [[plain, val_plain], [weighted, val_weighted]] = losses[..] else { unreachable!("there are two runs") };
        assert!((plain - weighted).abs() > 0.1, "the weights do count in training: {losses:?}");
        assert!((val_plain - val_weighted).abs() < 1e-5, "{losses:?}");
    }
}
