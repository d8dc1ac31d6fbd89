//! A forward pass through the graph, layer by layer.

use burn::tensor::Tensor;

use crate::data::Input;
use crate::network::{Architecture, Flow, Folds, LayerConfig, Masks, Mode, Node};

/// What a forward pass has computed so far.
#[derive(Debug)]
pub(crate) struct Pass {
    /// The picture and each layer's output, kept only until the last layer that reads it.
    values: Vec<Option<Flow>>,
    /// How many layers have still to read each of them.
    readers: Vec<usize>,
}

impl Pass {
    pub(crate) fn new(architecture: &Architecture, input: Input) -> Self {
        let layers = &architecture.layers;
        let mut readers = vec![0; layers.len() + 1];
        layers.iter().flat_map(|layer| &layer.inputs).for_each(|&input| readers[place(input)] += 1);
        let values = match input {
            Input::Pictures(images) => vec![Some(Flow::Image(images))],
            Input::Features { values, layers } => {
                let made = Flow::from_flat(values, architecture.shape_after(layers));
                std::iter::repeat_n(None, layers).chain([Some(made)]).collect()
            }
        };
        Self { values, readers }
    }

    /// How many layers have been computed.
    pub(crate) fn layers(&self) -> usize {
        self.values.len() - 1
    }

    /// Computes the next layer; false if there is none.
    pub(crate) fn next_layer(
        &mut self,
        architecture: &Architecture,
        weights: &[Tensor<1>],
        folds: &mut Folds,
        updates: &mut [Tensor<1>],
        masks: &mut Masks,
        mode: Mode,
    ) -> bool {
        let index = self.layers();
        let Some(layer) = architecture.layers.get(index) else { return false };
        let read = (self.read(layer, mode), layer.sum(mode).and_then(|sum| self.take(sum.other)));
        let folded = folds.of(index, layer, mode, weights);
        self.push(layer.forward(read, mode, weights, folded, updates, masks));
        true
    }

    /// What this layer, the next one, reads.
    pub(crate) fn read(&mut self, layer: &Node, mode: Mode) -> Flow {
        let read = layer.reads(mode).filter_map(|input| self.take(input));
        // Only where branches meet there are several values, and what they are joined to is the output.
        match layer.config {
            LayerConfig::Concatenate(_) => Flow::side_by_side(read.collect()),
            _ => read.reduce(Flow::plus).expect("every layer reads a value that was made before it"),
        }
    }

    /// A value for one of its readers.
    fn take(&mut self, input: Option<usize>) -> Option<Flow> {
        let (value, readers) = (&mut self.values[place(input)], &mut self.readers[place(input)]);
        *readers -= 1;
        if *readers == 0 { value.take() } else { value.clone() }
    }

    /// The output of the next layer.
    pub(crate) fn push(&mut self, output: Flow) {
        self.values.push(Some(output));
    }

    /// What layers to come will read.
    pub(crate) fn values(&mut self) -> impl Iterator<Item = &mut Flow> {
        self.values.iter_mut().flatten()
    }

    /// What was made last.
    pub(crate) fn newest(&self) -> Option<&Flow> {
        self.values.last()?.as_ref()
    }

    /// The output of the layer that was computed last.
    pub(crate) fn output(mut self) -> Flow {
        self.values.pop().flatten().expect("a checked network has layers, and no later one has read this output")
    }
}

fn place(input: Option<usize>) -> usize {
    input.map_or(0, |index| index + 1)
}
