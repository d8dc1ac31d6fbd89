//! Augmentation: random changes to training pictures, with Keras's words, defaults and distributions.

mod draw;
mod ranges;

use serde::{Deserialize, Serialize};
use tabfit_kernels::{ChangeKinds, FillMode};

use self::ranges::within;
pub use self::ranges::{Erasing, FillValue, Range, Shift};
use crate::error::{Error, Result};

/// The arguments of Keras's `ImageDataGenerator`, and of its layers `RandomContrast` and `RandomErasing`, which act after
/// it; by default nothing is changed.
///
/// As there, one affine map about the centre, bilinear, comes first; then channel shift, flips and brightness. What is
/// named `samplewise` or `featurewise` is not random: `fit` puts layers that do it into the network, where they stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is an argument of Keras's `ImageDataGenerator`")]
pub struct Augment {
    /// Subtract from each channel its mean over all training pictures.
    pub featurewise_center: bool,
    /// Subtract from each picture the mean of its own values.
    pub samplewise_center: bool,
    /// Divide each channel by its standard deviation over all training pictures, after `featurewise_center`.
    pub featurewise_std_normalization: bool,
    /// Divide each picture by the standard deviation of its own values, after `samplewise_center`.
    pub samplewise_std_normalization: bool,
    /// Keras's ZCA whitening; refused if true.
    pub zca_whitening: bool,
    /// The angle is drawn from plus or minus this many degrees, 0 to 180.
    pub rotation_range: f64,
    /// How far pictures move sideways.
    pub width_shift_range: Shift,
    /// How far pictures move up or down.
    pub height_shift_range: Shift,
    /// The factors of all values are drawn between these two, 0 to 10.
    pub brightness_range: Option<Range>,
    /// The angle of shear is drawn from plus or minus this many degrees, 0 to 90.
    pub shear_range: f64,
    /// One factor for each axis is drawn from 1 plus or minus this (0 to 1), or between these two (0 to 10); 2 shows
    /// everything half as large.
    pub zoom_range: Range,
    /// What is added to all values is drawn from plus or minus this, 0 to 255.
    pub channel_shift_range: f64,
    /// What pictures show that are moved away from their edge.
    pub fill_mode: FillMode,
    /// The value of `FillMode::Constant`, 0 to 255.
    pub cval: f64,
    /// Mirror left to right, half of the time.
    pub horizontal_flip: bool,
    /// Mirror top to bottom, half of the time.
    pub vertical_flip: bool,
    /// Keras's factor of all values; refused, because it is the layer Rescaling.
    pub rescale: Option<f64>,
    /// The factor of `RandomContrast`, 0 to 1: each value's distance from the mean of its channel is multiplied by a
    /// number from 1 to 1 + this, or from 1 - the smaller to 1 + the larger of two.
    pub random_contrast: Option<Range>,
    /// The arguments of `RandomErasing`.
    pub random_erasing: Option<Erasing>,
}

impl Augment {
    pub(crate) fn check(&self) -> Result<()> {
        within("rotationRange", &[self.rotation_range], 0.0, 180.0)?;
        self.width_shift_range.check("widthShiftRange")?;
        self.height_shift_range.check("heightShiftRange")?;
        within("shearRange", &[self.shear_range], 0.0, 90.0)?;
        let most = if matches!(self.zoom_range, Range::One(_)) { 1.0 } else { 10.0 };
        within("zoomRange", self.zoom_range.numbers(), 0.0, most)?;
        within("channelShiftRange", &[self.channel_shift_range], 0.0, 255.0)?;
        within("cval", &[self.cval], 0.0, 255.0)?;
        match &self.brightness_range {
            // Runs that were saved before there were two factors have a 0 where none was asked for.
            Some(Range::One(one)) if *one != 0.0 => {
                let (low, high) = (1.0 - one, 1.0 + one);
                let sentence = format!("must be two factors, as in Keras, such as [{low}, {high}], not {one}");
                return Err(Error::config("brightnessRange", sentence));
            }
            Some(both) => within("brightnessRange", both.numbers(), 0.0, 10.0)?,
            None => {}
        }
        within("randomContrast", self.random_contrast.as_ref().map_or(&[], Range::numbers), 0.0, 1.0)?;
        if let Some(erasing) = &self.random_erasing {
            within("factor of randomErasing", erasing.factor.numbers(), 0.0, 1.0)?;
            within("scale of randomErasing", erasing.scale.numbers(), 0.0, 1.0)?;
            let value = erasing.fill_value.map(FillValue::channels);
            within("fillValue of randomErasing", &value.unwrap_or_default(), 0.0, 255.0)?;
        }
        if self.zca_whitening {
            let sentence = "is not offered, because its matrix has the square of all pixels' number; \
                            featurewiseStdNormalization comes nearest";
            return Err(Error::config("zcaWhitening", sentence));
        }
        match self.rescale {
            Some(_) => Err(Error::config("rescale", "is a layer here: begin the network with Rescaling")),
            None => Ok(()),
        }
    }

    /// What a GPU has to be able to change.
    #[must_use]
    pub fn changes(&self) -> ChangeKinds {
        let (contrast, erased) = (self.random_contrast.is_some(), self.random_erasing.is_some());
        ChangeKinds { fill_mode: self.fill_mode, channel_shift: self.channel_shift_range > 0.0, contrast, erased }
    }

    /// Whether no picture would be changed at random.
    pub(crate) fn is_off(&self) -> bool {
        let still = Self {
            featurewise_center: self.featurewise_center,
            samplewise_center: self.samplewise_center,
            featurewise_std_normalization: self.featurewise_std_normalization,
            samplewise_std_normalization: self.samplewise_std_normalization,
            fill_mode: self.fill_mode,
            cval: self.cval,
            ..Self::default()
        };
        *self == still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn augment(json: &str) -> Augment {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_out_of_range_or_not_offered_names_its_field() {
        for (json, sentence) in [
            (r#"{"rotationRange": 400}"#, "rotationRange must be from 0 to 180, not 400"),
            (r#"{"widthShiftRange": 1}"#, "widthShiftRange "),
            (r#"{"heightShiftRange": []}"#, "heightShiftRange "),
            (r#"{"shearRange": 91}"#, "shearRange "),
            (r#"{"zoomRange": 1.5}"#, "zoomRange must be from 0 to 1"),
            (r#"{"zoomRange": [0.5, 11]}"#, "zoomRange must be from 0 to 10"),
            (r#"{"channelShiftRange": -1}"#, "channelShiftRange "),
            (r#"{"cval": 256}"#, "cval "),
            (r#"{"brightnessRange": 0.25}"#, "brightnessRange must be two factors, as in Keras, such as [0.75, 1.25]"),
            (r#"{"randomContrast": 2}"#, "randomContrast "),
            (r#"{"randomErasing": {"factor": 1.1}}"#, "factor of randomErasing "),
            (r#"{"randomErasing": {"scale": [-0.1, 0.5]}}"#, "scale of randomErasing "),
            (r#"{"randomErasing": {"fillValue": 300}}"#, "fillValue of randomErasing "),
            (r#"{"zcaWhitening": true}"#, "zcaWhitening is not offered"),
            (r#"{"rescale": 0.5}"#, "rescale is a layer here"),
        ] {
            let error = augment(json).check().unwrap_err().to_string();
            assert!(error.starts_with(sentence), "{json}: {error}");
        }
        assert!(Augment { zoom_range: Range::One(f64::NAN), ..Augment::default() }.check().is_err());
    }

    #[test]
    fn only_what_is_drawn_counts_as_a_random_change() {
        assert!(augment(r#"{"fillMode": "wrap", "cval": 3, "featurewiseCenter": true}"#).is_off());
        for json in [r#"{"zoomRange": [1, 1.2]}"#, r#"{"randomErasing": {}}"#, r#"{"heightShiftRange": [2]}"#] {
            assert!(!augment(json).is_off(), "{json}");
        }
    }

    #[test]
    fn a_misspelt_fill_mode_lists_the_right_ones() {
        let error = serde_json::from_str::<Augment>(r#"{"fillMode": "mirror"}"#).unwrap_err().to_string();
        assert!(error.contains("`nearest`, `constant`, `reflect`, `wrap`"), "{error}");
    }
}
