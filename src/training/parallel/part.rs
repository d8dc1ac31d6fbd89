//! A training step for some rows of a batch. It stops wherever it needs numbers of the other rows.
//!
//! Each batch normalization that learns cuts the network in two: forward it needs the moments of the whole batch, and backward
//! two sums over it. So gradients are recorded from one cut to the next, and flow back through one piece after the other. A
//! GPU computes whole batches, and nothing is cut there.

use burn::tensor::Tensor;

use super::partial::{Partial, Scores};
use crate::data::{Batch, Input, Rows, Targets};
use crate::device;
use crate::kernels::start_of_gradient;
use crate::network::layers::BatchNormalization;
use crate::network::{Flow, Folds, LayerConfig, Masks, Mode, Node, NormPart, Pass, Sequential, halves, newly_recorded};
use crate::optimizers::Loss;

/// What a part of a step has computed so far.
#[derive(Debug)]
pub(crate) struct Part {
    /// The seed of the masks of dropout.
    dropout: u64,
    rows: Rows,
    /// How many layers it computes; the head of the network begins there.
    end: usize,
    loss: Loss,
    targets: Targets,
    /// The masks of its next layers that were drawn before.
    masks: Masks,
    /// What the head reads, if gradients flow on from there.
    input: Option<Tensor<2>>,
    /// Copies of the network's weights; those of the trainable ones record gradients.
    weights: Vec<Tensor<1>>,
    gradients: Vec<Option<Tensor<1>>>,
    /// In the order of the layers; backward, those that are still to come.
    cuts: Vec<Cut>,
    at: At,
}

/// Where a part waits.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of them for each thread")]
enum At {
    /// At the end of its layers, which made this, `[rows, values]`.
    Front(Tensor<2>),
    /// In front of a batch normalization that reads this.
    Forward(Pass, Flow),
    /// Behind the one of the last cut, whose output has this gradient; and the loss and the logits, if it computes them.
    Backward(Tensor<2>, Option<Scores>),
    End,
}

/// Where the recording of gradients is cut: at a batch normalization that learns.
#[derive(Debug)]
struct Cut {
    norm: NormPart,
    /// The index of the layer's first weight.
    first: usize,
    /// What the layer reads, as the piece in front of it made it; and what it makes, as the piece behind it reads it.
    ends: [Tensor<2>; 2],
    /// The same of what layers behind the cut read besides.
    passed: Vec<[Tensor<2>; 2]>,
}

/// Why a part stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It needs the moments of the whole batch; these are those of its own rows, `[2 · channels]`; and how many they are.
    Moments(Tensor<1>, usize),
    /// It needs sums over the whole batch; these are those over its own rows, `[2 · channels]`.
    Sums(Tensor<1>),
    /// It has computed its layers. The head needs this of all rows, `[rows, values]`, and from the part with the first row the
    /// masks of its first layers. If anything in front of the head learns, the part waits for the gradient.
    Features(Tensor<2>, Masks),
    Done(Box<Partial>),
}

impl Part {
    /// Computes the first `end` layers of the step of these rows, up to their first stop.
    pub(crate) fn begin(
        network: &mut Sequential,
        dropout: u64,
        loss: Loss,
        batch: Batch,
        rows: Rows,
        end: usize,
        masks: Masks,
    ) -> (Box<Self>, Stop) {
        // Only copies of the trainable weights record gradients, and only for this step.
        let weights: Vec<Tensor<1>> = (network.architecture.weights().zip(&network.weights))
            .map(
                |(spec, weight)| if spec.trainable { weight.clone().autodiff().require_grad() } else { weight.clone() },
            )
            .collect();
        let Batch { input, targets } = batch;
        let leaf = match &input {
            Input::Features { values, .. } if values.is_tracked() => Some(values.clone()),
            _ => None,
        };
        let pass = Pass::new(&network.architecture, input);
        let (gradients, cuts, at) = (vec![None; weights.len()], Vec::new(), At::End);
        let mut part =
            Box::new(Self { dropout, rows, end, loss, targets, masks, input: leaf, weights, gradients, cuts, at });
        let stop = part.forward(network, pass);
        (part, stop)
    }

    /// Whether gradients flow on from the layers that it has computed to weights in front of them.
    pub(crate) fn waits(&self) -> bool {
        !matches!(self.at, At::End)
    }

    /// Goes on to the next stop, with the numbers that the part waited for: those of the whole batch, or the gradient of its
    /// features.
    pub(crate) fn go_on(&mut self, network: &mut Sequential, whole: Tensor<1>) -> Stop {
        match std::mem::replace(&mut self.at, At::End) {
            At::Forward(pass, input) => self.normalize(network, pass, input, whole),
            At::Backward(gradient, scores) => {
                let start = self.cuts.pop().and_then(|cut| gradients_in_front(cut, gradient, whole));
                self.backward(start, scores)
            }
            At::Front(features) => {
                let gradient = whole.reshape(features.dims());
                self.backward(Some(start_of_gradient(features, gradient)), None)
            }
            At::End => unreachable!("a part that is done waits for nothing"),
        }
    }

    /// Computes layers up to the next cut, or to the end and then back to the last cut.
    fn forward(&mut self, network: &mut Sequential, mut pass: Pass) -> Stop {
        let Sequential { architecture, weights, device, .. } = network;
        let whole_batches = device::largest_tensor(device).is_some();
        let is_cut = |layer: &&Node| norm_of(layer).is_some() && !whole_batches;
        // Each piece has a seed of its own, so that it does not matter what this thread draws while the part waits.
        let pieces = architecture.layers[..pass.layers()].iter().filter(is_cut).count();
        device.seed(self.dropout.wrapping_add(pieces as u64));
        while let Some(layer) = architecture.layers[..self.end].get(pass.layers()) {
            let mode = Mode::Training(self.rows);
            if is_cut(&layer) {
                let input = pass.read(layer, mode);
                let x = input.clone().by_channel().inner();
                let rows = x.dims()[0];
                self.at = At::Forward(pass, input);
                return Stop::Moments(NormPart::moments(x), rows);
            }
            let folds = &mut Folds::default(); // a weight that learns is another one in the next step
            pass.next_layer(architecture, &self.weights, folds, weights, &mut self.masks, mode);
        }
        if self.end < architecture.layers.len() {
            let next = architecture.layers[self.end..].iter().take_while(|layer| !is_cut(layer));
            let draw = || Masks::draw(next.filter_map(Node::mask), self.rows.of, device);
            let masks = if self.rows.first == 0 { draw() } else { Masks::default() };
            let features = pass.output().flat();
            let values = features.clone().inner();
            if features.is_tracked() {
                self.at = At::Front(features);
            }
            return Stop::Features(values, masks);
        }
        let logits = pass.output().vector();
        let loss = part_of_loss(network, self.loss, logits.clone(), self.targets.clone(), self.rows, &self.weights);
        let scores = Scores { loss: loss.clone().inner(), logits: logits.inner() };
        self.backward(Some(loss), Some(scores))
    }

    /// Normalizes what the next layer reads, by the moments of the whole batch, and goes on from there.
    fn normalize(&mut self, network: &mut Sequential, mut pass: Pass, input: Flow, moments: Tensor<1>) -> Stop {
        let layer = &network.architecture.layers[pass.layers()];
        let norm = norm_of(layer).expect("a part waits at a batch normalization");
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|offset| network.weights[layer.first + offset].clone());
        let read = input.clone().by_channel();
        let x = read.clone().inner();
        let all = x.dims()[0] / self.rows.count * self.rows.of;
        let part = NormPart::new(norm, x, all, moments, gamma);
        if self.rows.first == 0 {
            network.weights[layer.first + 2] = norm.blend(mean, part.mean.clone());
            network.weights[layer.first + 3] = norm.blend(variance, part.variance.clone());
        }
        let made = newly_recorded(part.output(beta));
        let mut passed = Vec::new();
        for value in pass.values() {
            let before = value.clone().by_channel();
            if before.is_tracked() {
                let behind = newly_recorded(before.clone());
                *value = value.shaped(behind.clone());
                passed.push([before, behind]);
            }
        }
        pass.push(input.shaped(made.clone()));
        self.cuts.push(Cut { norm: part, first: layer.first, ends: [read, made], passed });
        self.forward(network, pass)
    }

    /// Has gradients flow from `start` back to the last cut, or to the pictures.
    fn backward(&mut self, start: Option<Tensor<1>>, scores: Option<Scores>) -> Stop {
        let Some(start) = start else { return self.done(scores, None) };
        let mut gradients = start.backward();
        for (sum, weight) in self.gradients.iter_mut().zip(&self.weights) {
            // A penalty on a weight lies behind the last cut, the layer of the weight perhaps in front of it.
            *sum = match (sum.take(), weight.grad_remove(&mut gradients)) {
                (Some(sum), Some(more)) => Some(sum + more),
                (sum, more) => sum.or(more),
            };
        }
        let Some(Cut { norm, first, ends: [_, made], passed }) = self.cuts.last_mut() else {
            let input = self.input.take().and_then(|input| input.grad_remove(&mut gradients));
            return self.done(scores, input);
        };
        // From here on, the gradient of each value takes the place of the value behind the cut.
        let behind = std::mem::take(passed).into_iter();
        *passed = behind.filter_map(|[value, leaf]| Some([value, leaf.grad_remove(&mut gradients)?])).collect();
        let gradient = made.grad_remove(&mut gradients).expect("every layer leads to the loss");
        let sums = norm.sums(gradient.clone());
        let [beta, gamma] = halves(sums.clone());
        self.gradients[*first] = Some(gamma);
        self.gradients[*first + 1] = Some(beta);
        self.at = At::Backward(gradient, scores);
        Stop::Sums(sums)
    }

    fn done(&mut self, scores: Option<Scores>, input: Option<Tensor<2>>) -> Stop {
        Stop::Done(Box::new(Partial { scores, gradients: std::mem::take(&mut self.gradients), input }))
    }
}

/// What these rows add to the loss of the batch, `[1]`.
pub(super) fn part_of_loss(
    network: &Sequential,
    loss: Loss,
    logits: Tensor<2>,
    targets: Targets,
    rows: Rows,
    weights: &[Tensor<1>],
) -> Tensor<1> {
    let part = loss.part_of_mean(logits, targets.one_hot, targets.weights, rows.of);
    match network.architecture.penalty(weights).filter(|_| rows.first == 0) {
        Some(penalty) => part + penalty,
        None => part,
    }
}

/// The batch normalization of a layer, if it learns from the whole batch.
fn norm_of(layer: &Node) -> Option<&BatchNormalization> {
    match &layer.config {
        LayerConfig::BatchNormalization(norm) if norm.trainable => Some(norm),
        _ => None,
    }
}

/// A number from which gradients flow into the piece in front of a cut; `None` if nothing there learns.
fn gradients_in_front(cut: Cut, gradient: Tensor<2>, sums: Tensor<1>) -> Option<Tensor<1>> {
    let Cut { norm, ends: [read, _], passed, .. } = cut;
    let into_input = read.is_tracked().then(|| [read, norm.input_gradient(gradient, sums)]);
    let starts = into_input.into_iter().chain(passed).map(|[values, gradient]| start_of_gradient(values, gradient));
    starts.reduce(|a, b| a + b)
}
