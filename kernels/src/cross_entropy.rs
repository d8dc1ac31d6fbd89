//! Cross-entropy from logits, and its gradient.

/// `-Σ target · log softmax(logits)` of each example; `[example, classes]` to `[example]`.
#[must_use]
pub fn cross_entropy(logits: &[f32], targets: &[f32], classes: usize) -> Vec<f32> {
    let examples = logits.chunks_exact(classes).zip(targets.chunks_exact(classes));
    let loss = |(logits, targets): (&[f32], &[f32])| {
        let (largest, sum) = partition(logits);
        logits.iter().zip(targets).map(|(logit, target)| target * (sum.ln() + largest - logit)).sum()
    };
    examples.map(loss).collect()
}

/// The gradient of the logits, `(softmax(logits) · Σ target - target) · gradient`; `[example, classes]`.
#[must_use]
pub fn cross_entropy_gradient(logits: &[f32], targets: &[f32], gradient: &[f32], classes: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(logits.len());
    let examples = logits.chunks_exact(classes).zip(targets.chunks_exact(classes));
    for ((logits, targets), gradient) in examples.zip(gradient) {
        let ((largest, sum), total) = (partition(logits), targets.iter().sum::<f32>());
        let each = logits.iter().zip(targets);
        out.extend(each.map(|(logit, target)| ((logit - largest).exp() / sum * total - target) * gradient));
    }
    out
}

/// The largest logit, and the sum of `exp(logit - largest)`, which cannot overflow. `f32::max` drops NaN, but the
/// sum keeps it, so that the loss of an example with a NaN logit is NaN.
fn partition(logits: &[f32]) -> (f32, f32) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    (largest, logits.iter().map(|logit| (logit - largest).exp()).sum())
}
