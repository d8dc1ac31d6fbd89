//! What a person changed while a run went on, as a callback that makes the same changes.

use serde_json::Value;

use crate::formats::keras::python;
use crate::formats::shared::names;
use crate::network::Architecture;
use crate::training::history::Change;

const CALLBACK: &str = r#"

class Steering(keras.callbacks.Callback):
    """Changes that were made while the network trained."""

    # The epoch from 0, the batches that it had before, the layer (None for the learning rate), and the new value.
    CHANGES = [
ROWS    ]

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.change(0)

    def on_train_batch_end(self, batch, logs=None):
        self.change(batch + 1)

    def change(self, batches):
        for epoch, before, layer, value in self.CHANGES:
            if (epoch, before) != (self.epoch, batches):
                continue
            if layer is None:
                self.model.optimizer.learning_rate = value
                continue
            dropout = self.model.get_layer(layer)
            dropout.rate = value
            if not hasattr(dropout, "seed_generator"):
                # Keras makes none for a rate of 0, and refuses one in a layer that is built.
                object.__setattr__(dropout, "seed_generator", keras.random.SeedGenerator(SEED))
            # The compiled step holds the old rate.
            self.model.make_train_function(force=True)

"#;

/// The class of the callback; what is about layers that this network does not have is left out.
pub(crate) fn callback(changes: &[Change], architecture: &Architecture) -> Option<String> {
    let written = names::of_layers(architecture);
    let name_of = |name: &str| {
        let at = architecture.layers.iter().position(|layer| layer.name == name)?;
        Some(python::literal(&written[at].as_str().into()))
    };
    let rows: Vec<String> = changes
        .iter()
        .filter_map(|Change { epoch, step, layer, to, .. }| {
            let layer = layer.as_deref().map_or(Some("None".into()), name_of)?;
            let value = python::floats(&[Value::from(*to)]);
            Some(format!("({}, {step}, {layer}, {})", epoch.saturating_sub(1), value.trim_matches(['[', ']'])))
        })
        .collect();
    (!rows.is_empty()).then(|| CALLBACK.replace("ROWS", &python::lines("        ", &rows, ",")))
}
