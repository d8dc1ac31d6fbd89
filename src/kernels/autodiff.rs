//! How gradients flow through the kernels.

use burn::backend::{
    Autodiff, TensorMetadata,
    autodiff::{
        NodeId,
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads::Gradients,
        ops::{Backward, Ops, OpsKind},
    },
    ops::FloatTensorOps,
    tensor::FloatTensor,
};
use tabfit_kernels::{ConvParams, FusedActivation};

use crate::kernels::backend::{BackwardKernels, Kernels};

#[derive(Debug)]
struct Convolution;

impl<B: BackwardKernels> Backward<B, 3> for Convolution {
    /// The input, the kernel, the output and the geometry.
    type State = (NodeId, NodeId, ConvolutionOutput<B>, ConvParams);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [x_node, kernel_node, bias_node] = ops.parents;
        let (x, kernel, output, params) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let kernel: FloatTensor<B> = checkpointer.retrieve_node_output(kernel);
        let gradient = grads.consume::<B>(&ops.node);
        let gradient = match output {
            ConvolutionOutput::Sum => gradient,
            ConvolutionOutput::Activated { output, activation } => B::activation_gradient(output, gradient, activation),
            ConvolutionOutput::Pooled { output, pooled, pool } => {
                B::max_pool_gradient(output, pooled, gradient, pool, true)
            }
        };
        let weights = match x_node {
            Some(node) if kernel_node.is_none() && bias_node.is_none() => {
                let [_, rows, columns, channels] = x.shape().dims();
                let input = [rows, columns, channels];
                grads.register::<B>(node.id, B::convolution_input_gradient(gradient, kernel, params, input));
                return;
            }
            Some(node) => {
                let (of_input, weights) = B::convolution_gradients(x, gradient, kernel, params);
                grads.register::<B>(node.id, of_input);
                weights
            }
            None if kernel_node.is_none() && bias_node.is_none() => return,
            None => B::convolution_weight_gradients(x, gradient, kernel, params),
        };
        for (node, gradient) in [(kernel_node, weights.0), (bias_node, weights.1)] {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

/// What follows a convolution, and the values that its gradient needs.
#[derive(Debug, Clone)]
enum ConvolutionOutput<B: Kernels> {
    Sum,
    Activated { output: FloatTensor<B>, activation: FusedActivation },
    Pooled { output: FloatTensor<B>, pooled: FloatTensor<B>, pool: ConvParams },
}

/// A convolution whose gradient is recorded, with or without a fused pool.
fn recorded<B: BackwardKernels, C: CheckpointStrategy>(
    [x, kernel, bias]: [FloatTensor<Autodiff<B, C>>; 3],
    params: ConvParams,
    activation: FusedActivation,
    pool: Option<ConvParams>,
) -> FloatTensor<Autodiff<B, C>> {
    let compute = |x: FloatTensor<B>, kernel, bias| {
        if let Some(pool) = pool {
            let (output, pooled) = B::convolution_and_pool(x, kernel, bias, params, pool);
            return (pooled.clone(), ConvolutionOutput::Pooled { output, pooled, pool });
        }
        let output = B::convolution(x, kernel, bias, params, activation);
        match activation {
            FusedActivation::Linear => (output, ConvolutionOutput::Sum),
            _ => (output.clone(), ConvolutionOutput::Activated { output, activation }),
        }
    };
    match Convolution.prepare::<C>([x.node(), kernel.node(), bias.node()]).compute_bound().stateful() {
        OpsKind::Tracked(mut prep) => {
            let (x_state, kernel_state) = (prep.checkpoint(&x), prep.checkpoint(&kernel));
            let (y, output) = compute(x.into_primitive(), kernel.into_primitive(), bias.into_primitive());
            prep.finish((x_state, kernel_state, output, params), y)
        }
        OpsKind::UnTracked(prep) => {
            prep.finish(compute(x.into_primitive(), kernel.into_primitive(), bias.into_primitive()).0)
        }
    }
}

#[derive(Debug)]
struct MaxPool;

impl<B: BackwardKernels> Backward<B, 1> for MaxPool {
    type State = (NodeId, FloatTensor<B>, ConvParams);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let ([node], (x, pooled, params)) = (ops.parents, ops.state);
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let gradient = grads.consume::<B>(&ops.node);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::max_pool_gradient(x, pooled, gradient, params, false));
        }
    }
}

#[derive(Debug)]
struct CrossEntropy;

impl<B: BackwardKernels> Backward<B, 1> for CrossEntropy {
    /// The logits and the targets.
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([node], (logits, targets)) = (ops.parents, ops.state);
        let gradient = grads.consume::<B>(&ops.node);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::cross_entropy_gradient(logits, targets, gradient));
        }
    }
}

#[derive(Debug)]
struct TotalCrossEntropy;

impl<B: BackwardKernels> Backward<B, 1> for TotalCrossEntropy {
    /// The logits, the targets and the factor.
    type State = (FloatTensor<B>, FloatTensor<B>, f32);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([node], (logits, targets, factor)) = (ops.parents, ops.state);
        let gradient = grads.consume::<B>(&ops.node);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::total_cross_entropy_gradient(logits, targets, gradient, factor));
        }
    }
}

#[derive(Debug)]
struct Total;

impl<B: BackwardKernels> Backward<B, 1> for Total {
    /// The factor and the number of values.
    type State = (f32, usize);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([node], (factor, length)) = (ops.parents, ops.state);
        let gradient = grads.consume::<B>(&ops.node);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::total_gradient(gradient, factor, length));
        }
    }
}

#[derive(Debug)]
struct StartOfGradient;

impl<B: BackwardKernels> Backward<B, 1> for StartOfGradient {
    /// The gradient.
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let ([node], gradient) = (ops.parents, ops.state);
        if let Some(node) = node {
            grads.register::<B>(node.id, gradient);
        }
    }
}

impl<B: BackwardKernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolution(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
        activation: FusedActivation,
    ) -> FloatTensor<Self> {
        recorded::<B, C>([x, kernel, bias], params, activation, None)
    }

    fn convolution_pooled(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
        pool: ConvParams,
    ) -> FloatTensor<Self> {
        recorded::<B, C>([x, kernel, bias], params, FusedActivation::Relu, Some(pool))
    }

    /// At once where no gradient flows.
    fn convolution_onto(
        added: FloatTensor<Self>,
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        params: ConvParams,
    ) -> FloatTensor<Self> {
        if [&added, &x, &kernel, &bias].into_iter().any(<FloatTensor<Self>>::is_tracked) {
            return Self::float_add(Self::convolution(x, kernel, bias, params, FusedActivation::Linear), added);
        }
        let [added, x, kernel, bias] = [added, x, kernel, bias].map(<FloatTensor<Self>>::into_primitive);
        <FloatTensor<Self>>::new(B::convolution_onto(added, x, kernel, bias, params))
    }

    fn max_pool(x: FloatTensor<Self>, params: ConvParams) -> FloatTensor<Self> {
        match MaxPool.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let x_state = prep.checkpoint(&x);
                let pooled = B::max_pool(x.into_primitive(), params);
                prep.finish((x_state, pooled.clone(), params), pooled)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::max_pool(x.into_primitive(), params)),
        }
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self> {
        let targets = targets.into_primitive();
        match CrossEntropy.prepare::<C>([logits.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let logits = logits.into_primitive();
                prep.finish((logits.clone(), targets.clone()), B::cross_entropy(logits, targets))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::cross_entropy(logits.into_primitive(), targets)),
        }
    }

    fn total_cross_entropy(logits: FloatTensor<Self>, targets: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        let targets = targets.into_primitive();
        match TotalCrossEntropy.prepare::<C>([logits.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let logits = logits.into_primitive();
                let total = B::total_cross_entropy(logits.clone(), targets.clone(), factor);
                prep.finish((logits, targets, factor), total)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::total_cross_entropy(logits.into_primitive(), targets, factor)),
        }
    }

    fn total(x: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        match Total.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let x = x.into_primitive();
                prep.finish((factor, x.shape()[0]), B::total(x, factor))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::total(x.into_primitive(), factor)),
        }
    }

    fn start_of_gradient(x: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        let gradient = gradient.into_primitive();
        match StartOfGradient.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(gradient.clone(), B::start_of_gradient(x.into_primitive(), gradient)),
            OpsKind::UnTracked(prep) => prep.finish(B::start_of_gradient(x.into_primitive(), gradient)),
        }
    }
}
