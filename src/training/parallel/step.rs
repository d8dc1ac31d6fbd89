//! Computes a step for some rows of a batch: their part of the loss and of the gradients, and their logits.

use super::part::{Part, Stop, part_of_loss};
use super::partial::Partial;
use super::task::StepKind;
use crate::data::{Batch, Rows};
use crate::network::Sequential;
use crate::optimizers::Loss;

/// Runs the network forward and, in training, backward, up to where it needs numbers of the rest of the batch. Nothing is
/// read from the device.
pub(super) fn begin_step(
    kind: StepKind,
    network: &mut Sequential,
    loss: Loss,
    batch: Batch,
    rows: Rows,
) -> (Option<Box<Part>>, Stop) {
    if let StepKind::Train { dropout } = kind {
        let (part, stop) = Part::begin(network, dropout, loss, batch, rows);
        return (Some(part), stop);
    }
    let Batch { input, targets } = batch;
    let logits = network.logits(input);
    let loss = part_of_loss(network, loss, logits.clone(), targets, rows, &network.weights);
    (None, Stop::Done(Box::new(Partial { loss, logits, gradients: Vec::new() })))
}

/// The whole step of these rows. Those that train a network with a batch normalization that learns are all of their batch.
pub(crate) fn run_step(kind: StepKind, network: &mut Sequential, loss: Loss, batch: Batch, rows: Rows) -> Partial {
    let (mut part, mut stop) = begin_step(kind, network, loss, batch, rows);
    loop {
        let whole = match stop {
            Stop::Moments(own, _) | Stop::Sums(own) => own,
            Stop::Done(partial) => return *partial,
        };
        stop = part.as_mut().expect("only a part that trains waits").go_on(network, whole);
    }
}
