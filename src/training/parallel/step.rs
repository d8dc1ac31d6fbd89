//! Computes a step for some rows of a batch: their part of the loss and of the gradients, and their logits.

use super::part::{Part, Stop, part_of_loss};
use super::partial::{Partial, Scores};
use super::task::StepKind;
use crate::data::{Batch, Input, Rows};
use crate::network::{Masks, Sequential, newly_recorded};
use crate::optimizers::Loss;

/// Runs the first `layers` layers forward and, if they are all and learn, backward, up to where it needs numbers of the rest
/// of the batch. Nothing is read from the device.
pub(super) fn begin_step(
    kind: StepKind,
    network: &mut Sequential,
    loss: Loss,
    batch: Batch,
    rows: Rows,
    layers: usize,
) -> (Option<Box<Part>>, Stop) {
    if let StepKind::Train { dropout } = kind {
        let (part, stop) = Part::begin(network, dropout, loss, batch, rows, layers, Masks::default());
        return (Some(part), stop);
    }
    let Batch { input, targets } = batch;
    if layers < network.architecture.layers.len() {
        return (None, Stop::Features(network.made(layers, input), Masks::default()));
    }
    let logits = network.logits(input);
    let loss = part_of_loss(network, loss, logits.clone(), targets, rows, &network.weights);
    let scores = Some(Scores { loss, logits });
    (None, Stop::Done(Box::new(Partial { scores, gradients: Vec::new(), input: None })))
}

/// The whole step of these rows. Those that train a network with a batch normalization that learns are all of their batch.
pub(crate) fn run_step(kind: StepKind, network: &mut Sequential, loss: Loss, batch: Batch, rows: Rows) -> Partial {
    let layers = network.architecture.layers.len();
    let begun = begin_step(kind, network, loss, batch, rows, layers);
    run_to_end(network, begun)
}

/// The step of the head of the network for the whole batch, whose features are given.
///
/// - `masks`: those of its first layers
/// - `onward`: whether the gradient of the features is wanted
pub(super) fn run_head(
    kind: StepKind,
    network: &mut Sequential,
    loss: Loss,
    mut batch: Batch,
    masks: Masks,
    onward: bool,
) -> Partial {
    let (rows, layers) = (Rows::all(batch.targets.len()), network.architecture.layers.len());
    let StepKind::Train { dropout } = kind else { return run_step(kind, network, loss, batch, rows) };
    if let Input::Features { values, .. } = &mut batch.input
        && onward
    {
        *values = newly_recorded(values.clone());
    }
    let (part, stop) = Part::begin(network, dropout, loss, batch, rows, layers, masks);
    run_to_end(network, (Some(part), stop))
}

/// Goes on without the numbers of other threads: these rows are the whole batch.
fn run_to_end(network: &mut Sequential, (mut part, mut stop): (Option<Box<Part>>, Stop)) -> Partial {
    loop {
        let whole = match stop {
            Stop::Moments(own, _) | Stop::Sums(own) => own,
            Stop::Features(..) => unreachable!("it computes all layers"),
            Stop::Done(partial) => return *partial,
        };
        stop = part.as_mut().expect("only a part that trains waits").go_on(network, whole);
    }
}
