//! One layer with its place in the network's graph.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::kernels::ConvParams;
use crate::network::fusion::{FusedNorm, FusedSum, Fusion};
use crate::network::{Flow, Folded, ForwardContext, LayerConfig, Masks, Mode, Shape, WeightSpec};

/// One layer with its place in the graph, its shapes and its weights.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Unique in its network.
    pub(crate) name: String,
    pub(crate) config: LayerConfig,
    /// The indices of the layers it reads, all before it; `None` is the picture. Only `Add` and `Concatenate` read several.
    pub(crate) inputs: Vec<Option<usize>>,
    /// The shape of what it reads: of each summand, or of all that is concatenated.
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// The geometry of its window, padding included; pointwise if it has no window.
    pub(crate) params: ConvParams,
    /// The max pool that this convolution computes too.
    pub(crate) fused_pool: Option<ConvParams>,
    /// The batch normalization that this convolution computes too.
    pub(crate) fused_norm: Option<FusedNorm>,
    /// The sum that this convolution computes too.
    pub(crate) fused_sum: Option<FusedSum>,
    /// When the convolution before this layer computes it, so that it passes on its input.
    pub(crate) fused_into_previous: Fusion,
    /// The index of its first weight among those of the network.
    pub(crate) first: usize,
    pub(crate) weights: Vec<WeightSpec>,
    /// Whether it ends the network.
    pub(crate) is_last: bool,
}

impl Node {
    /// The indices of its weights among those of the network.
    pub(crate) fn weight_range(&self) -> Range<usize> {
        self.first..self.first + self.weights.len()
    }

    /// What it reads itself in this mode: of a sum, the convolution before it may read one half.
    pub(crate) fn reads(&self, mode: Mode) -> impl Iterator<Item = Option<usize>> {
        let (fused, made) = (self.fused_into_previous.holds(mode), self.inputs.iter().copied().max());
        self.inputs.iter().copied().filter(move |&input| !fused || Some(input) == made)
    }

    /// The sum that this convolution computes too in this mode.
    pub(super) fn sum(&self, mode: Mode) -> Option<FusedSum> {
        self.fused_sum.filter(|sum| sum.when.holds(mode))
    }

    /// How many values of a picture it leaves out or keeps while training, each by itself, and which share it leaves out; `None`
    /// if it draws no mask.
    pub(crate) fn mask(&self) -> Option<(usize, f64)> {
        let kind = self.config.kind();
        let rate = kind.dropout().filter(|&rate| rate > 0.0)?;
        Some((kind.mask_values(self.input), rate))
    }

    /// What is folded into this convolution in this mode, from the network's weights.
    pub(super) fn folded(&self, mode: Mode, weights: &[Tensor<1>]) -> Option<Folded> {
        let (norm, own) = (self.fused_norm.as_ref()?, &weights[self.weight_range()]);
        let kernel = usize::from(matches!(self.config, LayerConfig::SeparableConv2D(_)));
        norm.folded(mode, weights, own[kernel].clone(), own.get(kernel + 1).cloned())
    }

    /// Runs the layer, on what it reads and what it adds to its output, with the network's weights, or with copies that record
    /// gradients; new moving statistics replace the old ones in `own`, the network's weights.
    pub(crate) fn forward(
        &self,
        (x, added): (Flow, Option<Flow>),
        mode: Mode,
        weights: &[Tensor<1>],
        folded: Option<Folded>,
        own: &mut [Tensor<1>],
        masks: &mut Masks,
    ) -> Flow {
        if self.fused_into_previous.holds(mode) {
            return x;
        }
        let mut context = ForwardContext {
            mode,
            input: self.input,
            params: self.params,
            fused_pool: self.fused_pool,
            added: added.map(Flow::image),
            folded,
            specs: &self.weights,
            weights: &weights[self.weight_range()],
            updates: &mut own[self.weight_range()],
            masks,
            last: self.is_last,
        };
        self.config.running().forward(x, &mut context)
    }
}
