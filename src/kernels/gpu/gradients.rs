//! A buffer for the gradients of all weights, laid out like the buffer of the weights, so that the optimizer takes them in
//! one launch.

use std::cell::RefCell;
use std::ops::Range;

use burn_cubecl::tensor::CubeTensor;

use super::flat::{Layout, location, padded, view};
use super::launch::empty;

thread_local! {
    /// Those of the weights that an optimizer moved last on this thread.
    static BUFFERS: RefCell<Vec<GradientBuffer>> = const { RefCell::new(Vec::new()) };
}

/// A place of it is given away once, until no tensor uses any of it.
#[derive(Debug)]
pub(super) struct GradientBuffer {
    /// The number of the weights' buffer.
    weights: usize,
    values: CubeTensor,
    given: Vec<Range<usize>>,
}

impl GradientBuffer {
    fn new(weights: &CubeTensor) -> Self {
        let length = weights.meta.shape().num_elements();
        Self { weights: location(weights).0, values: empty(weights, [length]), given: Vec::new() }
    }

    /// Takes all of this thread, those of other weights too.
    pub(super) fn take_all() -> Vec<Self> {
        BUFFERS.take()
    }

    /// Keeps one for the next gradients of these weights: one of `buffers`, if it was made for the buffer with this number, the
    /// one that they had before, and no gradient in it is used any more.
    pub(super) fn keep(buffers: &mut Vec<Self>, before: usize, weights: &CubeTensor) {
        let own = buffers.iter().position(|buffer| buffer.weights == before && buffer.values.can_mut());
        let kept = match own.map(|index| buffers.swap_remove(index)) {
            Some(buffer) => Self { weights: location(weights).0, given: Vec::new(), ..buffer },
            None => Self::new(weights),
        };
        BUFFERS.with_borrow_mut(|all| all.push(kept));
    }

    /// The place for the gradient of a weight, and the one for that of the weight behind it, which has so many values; the second only
    /// where it is free, as it is not if something else lies behind.
    fn give(&mut self, weight: Range<usize>, behind: usize) -> Option<(CubeTensor, Option<CubeTensor>)> {
        if self.values.can_mut() {
            self.given.clear(); // no view is left
        }
        let second = padded(weight.end)..padded(weight.end) + behind;
        let own = self.take(weight)?;
        Some((own, self.take(second)))
    }

    /// A place that nobody has yet.
    fn take(&mut self, place: Range<usize>) -> Option<CubeTensor> {
        let with_padding = place.start..padded(place.end);
        let fits = with_padding.end <= self.values.meta.shape().num_elements();
        let free = self.given.iter().all(|given| given.end <= with_padding.start || with_padding.end <= given.start);
        (fits && free).then(|| {
            self.given.push(with_padding);
            view(&self.values, place)
        })
    }
}

/// Tensors for the gradients of a kernel, which is a weight, and of its bias: flat, and where the optimizer takes them together
/// with others, if it has moved this kernel before. The bias is taken to be the next weight; if it is not, its gradient is as
/// right as elsewhere, and the optimizer takes it by itself.
pub(super) fn places(kernel: &CubeTensor, channels: usize) -> [CubeTensor; 2] {
    let (buffer, place) = location(kernel);
    let given = BUFFERS.with_borrow_mut(|buffers| {
        buffers.iter_mut().find(|one| one.weights == buffer).and_then(|one| one.give(place.clone(), channels))
    });
    let (own, behind) = given.unwrap_or_else(|| (empty(kernel, [place.len()]), None));
    [own, behind.unwrap_or_else(|| empty(kernel, [channels]))]
}

/// Gradients that lie side by side like their weights, as one tensor, and the place of these weights.
pub(super) fn runs(
    gradients: Vec<CubeTensor>,
    layout: &Layout,
    buffers: &[GradientBuffer],
) -> Vec<(Range<usize>, CubeTensor)> {
    let mut runs: Vec<(Range<usize>, CubeTensor, Option<usize>)> = Vec::new();
    for (index, gradient) in gradients.into_iter().enumerate() {
        let (id, place) = location(&gradient);
        let buffer = buffers.iter().position(|buffer| location(&buffer.values).0 == id);
        let buffer = buffer.filter(|_| place == layout.place(index));
        match runs.last_mut() {
            Some((weights, _, before)) if buffer.is_some() && *before == buffer => weights.end += 1,
            _ => runs.push((index..index + 1, gradient, buffer)),
        }
    }
    let whole = |(weights, gradient, buffer): (Range<usize>, CubeTensor, Option<usize>)| match buffer {
        Some(buffer) => {
            let place = layout.places(weights);
            (place.clone(), view(&buffers[buffer].values, place))
        }
        None => (layout.place(weights.start), gradient),
    };
    runs.into_iter().map(whole).collect()
}
