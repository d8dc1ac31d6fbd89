//! The head of a network: its last layers, which the thread of the fit loop computes for the whole batch, so that their weights
//! never travel. Fully connected layers have most of the weights of a network and little of its work (Krizhevsky 2014).

use super::task::StepKind;
use crate::data::Rows;
use crate::network::{Architecture, Node};

/// A batch takes less time than to hand its parts to helpers and their answers back, if it has fewer products than this: a
/// processor computes them in a few milliseconds.
const LIGHT: u64 = 20_000_000;

/// About as many products are computed in the time in which a number is laid out, sent to another thread and read there.
const NUMBER: u64 = 128;

/// A training step computes the products forward, and about twice as many backward.
const PASSES: u64 = 3;

/// How many of the first layers each thread computes for its own rows of a batch. The others are the head; all layers where
/// there is none.
///
/// It depends on the network, the kind of step and the rows, but not on what is known of the pictures. So neither do the
/// results, to the last bit.
pub(crate) fn layers_in_front(architecture: &Architecture, kind: StepKind, rows: &[Rows]) -> usize {
    let all = architecture.layers.len();
    let &[Rows { of, count, .. }, _, ..] = rows else { return all };
    let frozen = architecture.bodies().next().map_or(0, |body| body.layers);
    if frozen > 0 && PASSES * architecture.products_of(frozen..all) * (of as u64) < LIGHT {
        return frozen;
    }
    if kind == StepKind::Evaluate {
        return all; // the weights travel once for many batches
    }
    let (others, helpers) = ((of - count) as u64, rows.len() as u64 - 1);
    // What a step costs beyond the work of each thread's rows, in products.
    let mut exchanged = 2 * NUMBER * helpers * weights_that_move(&architecture.layers);
    let (mut products, mut cheapest, mut front) = (0, exchanged, all);
    for layers in (frozen.max(1)..all).rev() {
        exchanged -= 2 * NUMBER * helpers * weights_that_move(&architecture.layers[layers..=layers]);
        products += PASSES * others * architecture.products_of(layers..layers + 1);
        if products >= cheapest {
            break; // there are even more in front of it
        }
        let values = architecture.shape_after(layers).len() as u64;
        let cost = exchanged + products + 2 * NUMBER * others * values + LIGHT;
        if cost <= cheapest && architecture.divides_after(layers) {
            (cheapest, front) = (cost, layers);
        }
    }
    front
}

/// The numbers of the weights of these layers that a run can change.
fn weights_that_move(layers: &[Node]) -> u64 {
    let moving = layers.iter().filter(|layer| layer.config.kind().trainable());
    moving.flat_map(|layer| &layer.weights).map(|weight| weight.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::network::Preset;

    const TRAINING: StepKind = StepKind::Train { dropout: 0 };

    /// The name of the first layer of the head.
    fn head(architecture: &Architecture, kind: StepKind, of: usize, threads: usize) -> Option<String> {
        let front = layers_in_front(architecture, kind, &Rows::divided(of, threads));
        architecture.layers.get(front).map(|layer| layer.name.clone())
    }

    fn preset(name: &str, size: usize) -> Architecture {
        Architecture::new(Preset::named(name).unwrap().config(size, 4), 4).unwrap()
    }

    #[test]
    fn many_weights_stay_where_they_are() {
        let some = |name: &str| Some(name.to_string());
        for threads in [2, 4, 16] {
            assert_eq!(head(&preset("bench", 64), TRAINING, 32, threads), some("flatten"));
            assert_eq!(head(&preset("tutorial3", 150), TRAINING, 32, threads), some("dropout_1"));
            assert_eq!(head(&preset("tutorial4", 150), TRAINING, 32, threads), some("dropout_1"));
            assert_eq!(head(&preset("resnet", 64), TRAINING, 32, threads), None, "there are few weights");
        }
        assert_eq!(head(&preset("bench", 64), TRAINING, 1, 4), None, "one row is computed on one thread");
        assert_eq!(head(&preset("bench", 64), StepKind::Evaluate, 32, 2), None, "one pass sends them once");
    }

    #[test]
    fn they_travel_where_it_takes_longer_to_compute_with_them() {
        assert!(head(&preset("bench", 64), TRAINING, 32, 2).is_some());
        assert_eq!(head(&preset("bench", 64), TRAINING, 1024, 2), None);
    }

    #[test]
    fn a_light_end_behind_frozen_layers_is_not_divided() {
        let network = |units: usize| {
            let layers: Value = json!([
                {"type": "Conv2D", "filters": 8, "kernelSize": 3, "trainable": false},
                {"type": "GlobalAveragePooling2D"},
                {"type": "Dense", "units": units}, {"type": "Dense", "units": 2, "activation": "softmax"},
            ]);
            let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
            Architecture::new(config, 2).unwrap()
        };
        for kind in [TRAINING, StepKind::Evaluate] {
            assert_eq!(head(&network(4), kind, 32, 2), Some("dense".into()));
        }
        assert_eq!(head(&network(65_536), StepKind::Evaluate, 32, 2), None);
    }
}
