//! Draws the change of one picture, from the distributions that Keras draws from.

use rand::{Rng, RngExt};
use tabfit_kernels::{Change, Erased};

use super::{Augment, Erasing, FillValue, Range};

/// The noise of an erased rectangle has one of this many seeds.
const NOISE_SEEDS: f64 = 16_777_216.0;

fn uniform([low, high]: [f64; 2], rng: &mut impl Rng) -> f64 {
    low + rng.random::<f64>() * (high - low)
}

fn around(zero: f64, rng: &mut impl Rng) -> f64 {
    uniform([-zero, zero], rng)
}

impl Augment {
    /// Draws the change of one picture of this size.
    pub fn draw(&self, size: usize, rng: &mut impl Rng) -> Change {
        let zoom = self.zoom_range.ends(|range| [1.0 - range, 1.0 + range]);
        let shifts = self.channel_shift_range > 0.0;
        Change {
            theta: around(self.rotation_range, rng),
            tx: self.width_shift_range.draw(size, rng),
            ty: self.height_shift_range.draw(size, rng),
            shear: around(self.shear_range, rng),
            zx: uniform(zoom, rng),
            zy: uniform(zoom, rng),
            flip_horizontal: rng.random::<bool>() && self.horizontal_flip,
            flip_vertical: rng.random::<bool>() && self.vertical_flip,
            channel_shift_intensity: shifts.then(|| around(self.channel_shift_range, rng) as f32),
            brightness: match self.brightness_range {
                Some(Range::Two(factors)) => Some(uniform(factors, rng) as f32),
                _ => None,
            },
            contrast: self.random_contrast.as_ref().map(|range| {
                let [lower, upper] = range.factor();
                uniform([1.0 - lower, 1.0 + upper], rng) as f32
            }),
            erased: self.random_erasing.as_ref().and_then(|erasing| erasing.draw(size, rng)),
            fill_mode: self.fill_mode,
            cval: self.cval as f32,
        }
    }
}

impl Erasing {
    /// Draws the rectangle of one picture; `None` if it loses none.
    fn draw(&self, size: usize, rng: &mut impl Rng) -> Option<Erased> {
        let [columns, rows] = [(); 2].map(|()| {
            let length = uniform(self.scale.factor(), rng).sqrt() * size as f64;
            let first = rng.random::<f64>() * (size as f64 - length);
            [first as f32, (first + length) as f32]
        });
        let probability = uniform(self.factor.factor(), rng);
        let erased = rng.random::<f64>() < probability;
        let seed = (rng.random::<f64>() * NOISE_SEEDS) as u32;
        let value = self.fill_value.map(|value| FillValue::channels(value).map(|value| value as f32));
        erased.then_some(Erased { columns, rows, value, seed })
    }
}
