//! From measured values to the greys of a screen, 0 to 255.

/// How values inside a window become greys, as DICOM PS3.3 C.11.2.1 defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The window covers whole numbers, both ends included.
    Linear,
    /// The window covers real numbers.
    LinearExact,
    /// A smooth curve without ends.
    Sigmoid,
}

/// The values that are worth seeing: those within `width` around `center`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) center: f64,
    pub(crate) width: f64,
    pub(crate) shape: Shape,
}

impl Window {
    /// A window that DICOM allows; `None` for any other.
    pub(crate) fn new(center: f64, width: f64, shape: Shape) -> Option<Self> {
        let least = if shape == Shape::Linear { 1.0 } else { f64::MIN_POSITIVE };
        (center.is_finite() && width.is_finite() && width >= least).then_some(Self { center, width, shape })
    }

    /// The grey of a value: 0 below the window, 255 above it.
    pub(crate) fn grey(&self, value: f64) -> u8 {
        let Self { center, width, shape } = *self;
        let share = match shape {
            Shape::Linear if value <= center - 0.5 - (width - 1.0) / 2.0 => 0.0,
            Shape::Linear if value > center - 0.5 + (width - 1.0) / 2.0 => 1.0,
            Shape::Linear => (value - (center - 0.5)) / (width - 1.0) + 0.5,
            Shape::LinearExact => (value - center) / width + 0.5,
            Shape::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
        };
        rounded(share * 255.0)
    }
}

/// The smallest value and the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    low: f64,
    high: f64,
}

impl Range {
    /// The range of these values, without those that are no numbers.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let finite = values.filter(|value| value.is_finite());
        let whole = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };
        finite.fold(whole, |Self { low, high }, value| Self { low: low.min(value), high: high.max(value) })
    }

    /// The grey of a value: 0 for the smallest, 255 for the largest. Where all are the same, it is 0.
    pub(crate) fn grey(&self, value: f64) -> u8 {
        let width = self.high - self.low;
        if width > 0.0 { rounded((value - self.low) * 255.0 / width) } else { 0 }
    }
}

/// Halves go up. What is no number becomes 0.
pub(crate) fn rounded(value: f64) -> u8 {
    (value + 0.5).floor() as u8 // `as` keeps to the range of u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pseudo-code of C.11.2.1.2.1 with its own example: a window of 2048 around 1024 covers 0 to 2047.
    #[test]
    fn a_linear_window_covers_whole_numbers() {
        let window = Window::new(1024.0, 2048.0, Shape::Linear).unwrap();
        assert_eq!([-1.0, 0.0, 2047.0, 2048.0].map(|value| window.grey(value)), [0, 0, 255, 255]);
        let single = Window::new(10.0, 1.0, Shape::Linear).unwrap();
        assert_eq!([9.0, 9.5, 9.6, 10.0].map(|value| single.grey(value)), [0, 0, 255, 255]);
        assert_eq!(Window::new(10.0, 0.5, Shape::Linear), None);
        assert_eq!(Window::new(f64::NAN, 1.0, Shape::Sigmoid), None);
    }

    #[test]
    fn the_other_shapes_are_half_way_at_the_centre() {
        let exact = Window::new(40.0, 400.0, Shape::LinearExact).unwrap();
        assert_eq!([-160.0, 40.0, 240.0].map(|value| exact.grey(value)), [0, 128, 255]);
        let smooth = Window::new(40.0, 400.0, Shape::Sigmoid).unwrap();
        assert_eq!([-1e9, 40.0, 1e9].map(|value| smooth.grey(value)), [0, 128, 255]);
    }

    #[test]
    fn values_are_spread_and_equal_ones_are_black() {
        let range = Range::of([f64::NAN, -3.0, 7.0, f64::INFINITY].into_iter());
        assert_eq!([-3.0, 2.0, 7.0, f64::NAN].map(|value| range.grey(value)), [0, 128, 255, 0]);
        assert_eq!(Range::of([5.0, 5.0].into_iter()).grey(5.0), 0);
        assert_eq!(Range::of(std::iter::empty()).grey(5.0), 0);
    }
}
