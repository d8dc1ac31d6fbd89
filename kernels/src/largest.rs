//! The class that a row of scores answers.

/// The index of the largest number; of several equal ones the first. NaN is never larger.
#[must_use]
pub fn first_largest(row: &[f32]) -> usize {
    let larger = |best: usize, index: usize| if row[index] > row[best] { index } else { best };
    (0..row.len()).fold(0, larger)
}
