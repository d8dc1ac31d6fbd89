//! The index of the largest value of a row.

/// The index of the largest value, the first one of several; NaN is never larger than another value.
#[must_use]
pub fn first_largest(row: &[f32]) -> usize {
    (1..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best })
}
