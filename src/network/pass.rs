//! A forward pass through the graph, layer by layer.

use burn::tensor::Tensor;

use crate::data::Input;
use crate::network::{Architecture, Flow, LayerConfig, Masks, Mode};

/// What a forward pass has computed so far.
pub(super) struct Pass {
    /// The picture and each layer's output, kept only until the last layer that reads it.
    values: Vec<Option<Flow>>,
    /// How many layers have still to read each of them.
    readers: Vec<usize>,
}

impl Pass {
    pub(super) fn new(architecture: &Architecture, input: Input) -> Self {
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
    pub(super) fn layers(&self) -> usize {
        self.values.len() - 1
    }

    /// Computes the next layer; false if there is none.
    pub(super) fn next_layer(
        &mut self,
        architecture: &Architecture,
        weights: &[Tensor<1>],
        updates: &mut [Tensor<1>],
        masks: &mut Option<Masks>,
        mode: Mode,
    ) -> bool {
        let Self { values, readers } = self;
        let index = values.len() - 1;
        let Some(layer) = architecture.layers.get(index) else { return false };
        let read = layer.inputs.iter().filter_map(|&input| {
            readers[place(input)] -= 1;
            let value = &mut values[place(input)];
            if readers[place(input)] == 0 { value.take() } else { value.clone() }
        });
        // Only where branches meet there are several values, and what they are joined to is the output.
        let x = match layer.config {
            LayerConfig::Concatenate(_) => Flow::side_by_side(read.collect()),
            _ => read.reduce(Flow::plus).expect("every layer reads a value that was made before it"),
        };
        let last = index + 1 == architecture.layers.len();
        values.push(Some(layer.forward(x, mode, weights, updates, masks, last)));
        true
    }

    /// The output of the layer that was computed last.
    pub(super) fn output(mut self) -> Flow {
        self.values.pop().flatten().expect("a checked network has layers, and no later one has read this output")
    }
}

fn place(input: Option<usize>) -> usize {
    input.map_or(0, |index| index + 1)
}
