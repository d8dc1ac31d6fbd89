//! A network that was saved with its optimizer is trained on as if it had not been saved.

use serde_json::json;
use tabfit::{FitPlan, Model, fit};

use crate::common::DEVICE;
use crate::portable_test;
use crate::resume::{OPTIMIZERS, config, model, pictures};

/// Saved with its optimizer after two of three epochs, loaded and trained on, a network becomes that of three epochs: the
/// memory of the optimizer, the number of its steps and the learning rate that a callback has lowered are in the file.
#[portable_test]
async fn training_on_from_a_file_with_the_optimizer_is_the_run_that_was_not_saved() {
    let epochs = |from: usize, to: usize| {
        let callbacks = json!([{"type": "ReduceLROnPlateau", "patience": 0, "factor": 0.1, "minDelta": 9.0}]);
        let more = json!({"initialEpoch": from, "epochs": to, "callbacks": callbacks});
        FitPlan::new(config(more), pictures(), None).unwrap()
    };
    let browser = cfg!(target_family = "wasm");
    for optimizer in OPTIMIZERS.iter().take(if browser { 1 } else { 5 }) {
        let optimizer = serde_json::from_str(optimizer).unwrap();
        let mut whole = model(&optimizer).await;
        let expected = fit(&mut whole, epochs(0, 3), &mut ()).await.unwrap().history;
        let mut half = model(&optimizer).await;
        fit(&mut half, epochs(0, 2), &mut ()).await.unwrap();
        let [with, without] = [half.save_with_optimizer().await.unwrap(), half.save().await.unwrap()];

        let mut on = Model::load(&with, DEVICE).await.unwrap();
        let history = fit(&mut on, epochs(2, 3), &mut ()).await.unwrap().history;
        assert_eq!(history.epochs[..], expected.epochs[2..], "{optimizer}");
        assert!(history.epochs[0].logs["learning_rate"] < 0.2 * expected.epochs[0].logs["learning_rate"]);
        assert_eq!(on.save_weights().await.unwrap(), whole.save_weights().await.unwrap(), "{optimizer}");
        let mut anew = Model::load(&without, DEVICE).await.unwrap();
        let history = fit(&mut anew, epochs(2, 3), &mut ()).await.unwrap().history;
        assert_ne!(history.epochs[..], expected.epochs[2..], "without its state the optimizer starts anew");
    }
}
