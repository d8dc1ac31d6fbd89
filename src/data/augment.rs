//! Augmentation: random changes to training pictures, named as in Keras's `ImageDataGenerator`.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use tabfit_kernels::Change;

use crate::error::{Error, Result};

/// The ranges of the random changes; by default there are none.
///
/// As in Keras's `ImageDataGenerator`, one affine map about the centre (rotation, then shift, then zoom),
/// bilinear, edges repeated (`fill_mode="nearest"`), then flips, then brightness. The zoom differs from Keras.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Augment {
    /// Mirror left to right, half of the time.
    pub horizontal_flip: bool,
    /// Mirror top to bottom, half of the time.
    pub vertical_flip: bool,
    /// The angle is drawn from plus or minus this many degrees, 0 to 180.
    pub rotation_range: f64,
    /// The shift is drawn from plus or minus this fraction of the width, 0 to 1.
    pub width_shift_range: f64,
    /// The shift is drawn from plus or minus this fraction of the height, 0 to 1.
    pub height_shift_range: f64,
    /// The zoom is drawn from 1 plus or minus this, 0 to 0.9. One zoom holds for both axes, and 2 shows everything
    /// twice as large; Keras draws one for each axis, and its 2 shows everything half as large.
    pub zoom_range: f64,
    /// The brightness factor is drawn from 1 plus or minus this, 0 to 1.
    pub brightness_range: f64,
}

impl Augment {
    pub(crate) fn check(&self) -> Result<()> {
        for (field, value, most) in [
            ("rotationRange", self.rotation_range, 180.0),
            ("widthShiftRange", self.width_shift_range, 1.0),
            ("heightShiftRange", self.height_shift_range, 1.0),
            ("zoomRange", self.zoom_range, 0.9),
            ("brightnessRange", self.brightness_range, 1.0),
        ] {
            if !(0.0..=most).contains(&value) {
                return Err(Error::config(field, format!("must be from 0 to {most}, not {value}")));
            }
        }
        Ok(())
    }

    /// Whether no picture would be changed.
    pub(crate) fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// Draws the change of one picture of this size.
    pub(crate) fn draw(&self, size: usize, rng: &mut impl Rng) -> Change {
        let mut within = |range: f64| (rng.random::<f64>() * 2.0 - 1.0) * range;
        let angle = within(self.rotation_range).to_radians();
        let shift_x = within(self.width_shift_range) * size as f64;
        let shift_y = within(self.height_shift_range) * size as f64;
        let zoom = 1.0 + within(self.zoom_range);
        let brightness = (1.0 + within(self.brightness_range)) as f32;
        let mirror_x = self.horizontal_flip && rng.random::<bool>();
        let mirror_y = self.vertical_flip && rng.random::<bool>();
        Change { angle, shift_x, shift_y, zoom, brightness, mirror_x, mirror_y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, Seed};

    fn apply(augment: Augment, pixels: &[u8], size: usize, seed: u64) -> Vec<f32> {
        let mut out = Vec::new();
        augment.draw(size, &mut Seed(seed).rng(Purpose::Augment(1, 0))).apply(pixels, size, &mut out);
        out
    }

    fn ramp(size: usize) -> Vec<u8> {
        (0..size * size).flat_map(|i| [(i * 7 % 256) as u8; 3]).collect()
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let pixels = ramp(6);
        let same: Vec<f32> = pixels.iter().map(|&p| f32::from(p)).collect();
        assert_eq!(apply(Augment::default(), &pixels, 6, 1), same);
    }

    #[test]
    fn a_flip_mirrors_rows_for_about_half_of_the_seeds() {
        let augment = Augment { horizontal_flip: true, ..Augment::default() };
        let pixels = [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40];
        let mirrored = [20., 20., 20., 10., 10., 10., 40., 40., 40., 30., 30., 30.];
        let flips = (0..200).filter(|&seed| apply(augment, &pixels, 2, seed) == mirrored).count();
        assert!((70..130).contains(&flips), "{flips} of 200");
    }

    #[test]
    fn every_change_keeps_values_in_range_and_repeats_with_its_seed() {
        let augment = Augment {
            horizontal_flip: true,
            vertical_flip: true,
            rotation_range: 180.0,
            width_shift_range: 1.0,
            height_shift_range: 1.0,
            zoom_range: 0.9,
            brightness_range: 1.0,
        };
        for seed in 0..50 {
            let changed = apply(augment, &ramp(9), 9, seed);
            assert_eq!(changed.len(), 9 * 9 * 3);
            assert!(changed.iter().all(|value| (0.0..=255.0).contains(value)));
            assert_eq!(changed, apply(augment, &ramp(9), 9, seed));
        }
    }

    #[test]
    fn a_range_out_of_bounds_names_its_field() {
        let wild = Augment { zoom_range: f64::NAN, ..Augment::default() };
        assert!(wild.check().unwrap_err().to_string().starts_with("zoomRange must be"));
    }
}
