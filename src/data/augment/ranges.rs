//! The ranges that random numbers are drawn from, in each of Keras's ways to write them.

use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub(super) fn within(field: &str, values: &[f64], least: f64, most: f64) -> Result<()> {
    match values.iter().find(|value| !(least..=most).contains(*value)) {
        None => Ok(()),
        Some(value) => Err(Error::config(field, format!("must be from {least} to {most}, not {value}"))),
    }
}

/// A number, or two; what one number means depends on the argument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "zoomRange, brightnessRange, randomContrast, and factor and scale of randomErasing must each be a number or a list of two numbers"
)]
pub enum Range {
    /// One number.
    One(f64),
    /// Both ends.
    Two([f64; 2]),
}

impl Default for Range {
    fn default() -> Self {
        Self::One(0.0)
    }
}

impl Range {
    pub(super) fn numbers(&self) -> &[f64] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Two(both) => both,
        }
    }

    /// Both ends; those of one number as `one` has it.
    pub(super) fn ends(&self, one: fn(f64) -> [f64; 2]) -> [f64; 2] {
        match *self {
            Self::One(number) => one(number),
            Self::Two(both) => both,
        }
    }

    /// Both ends in the way of Keras's layers: from 0 if there is one number, sorted if there are two.
    pub(super) fn factor(&self) -> [f64; 2] {
        let [a, b] = self.ends(|most| [0.0, most]);
        [a.min(b), a.max(b)]
    }
}

/// How far pictures move along one axis: a number, or a list to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "widthShiftRange and heightShiftRange must each be a fraction below 1, a number of pixels, or a list of them"
)]
pub enum Shift {
    /// Below 1: up to plus or minus this share of the picture. A whole number of pixels: by less than this many whole
    /// pixels. Another number of pixels: by up to plus or minus this many.
    One(f64),
    /// One of these, to either side: shares of the picture if all are below 1, else pixels.
    List(Vec<f64>),
}

impl Default for Shift {
    fn default() -> Self {
        Self::One(0.0)
    }
}

/// More pixels than a picture has.
const MOST_PIXELS: f64 = 1000.0;

impl Shift {
    pub(super) fn check(&self, field: &str) -> Result<()> {
        let refuse = |sentence: String| Err(Error::config(field, sentence));
        match self {
            Self::One(1.0) => {
                refuse("of 1 moves nothing in Keras; give a fraction below 1, or 2 pixels and more".into())
            }
            Self::One(number) if !(0.0..=MOST_PIXELS).contains(number) => {
                refuse(format!("must be from 0 to {MOST_PIXELS}, not {number}"))
            }
            Self::List(list) if list.is_empty() => refuse("is an empty list; name what to choose from".into()),
            Self::List(list) => within(field, list, -MOST_PIXELS, MOST_PIXELS),
            Self::One(_) => Ok(()),
        }
    }

    /// Draws the pixels by which a picture of this size moves.
    pub(super) fn draw(&self, size: usize, rng: &mut impl Rng) -> f64 {
        let mut random = || rng.random::<f64>();
        let either_side = |random: f64| if random < 0.5 { -1.0 } else { 1.0 };
        let (largest, drawn) = match self {
            Self::One(0.0) => return 0.0,
            Self::One(pixels) if *pixels >= 1.0 && pixels.fract() == 0.0 => {
                (*pixels, (random() * pixels).floor() * either_side(random()))
            }
            Self::One(most) => (*most, (random() * 2.0 - 1.0) * most),
            Self::List(list) => {
                let chosen = list[(random() * list.len() as f64) as usize];
                (list.iter().copied().fold(f64::MIN, f64::max), chosen * either_side(random()))
            }
        };
        if largest < 1.0 { drawn * size as f64 } else { drawn }
    }
}

/// The arguments of Keras's `RandomErasing`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Erasing {
    /// The probability that a picture loses a rectangle is itself drawn, from 0 to this, or between these two.
    pub factor: Range,
    /// The squares of the rectangle's width and height, as shares of the picture's, are drawn from 0 to this, or between
    /// these two.
    pub scale: Range,
    /// What covers the rectangle; noise if there is nothing.
    pub fill_value: Option<FillValue>,
}

impl Default for Erasing {
    fn default() -> Self {
        Self { factor: Range::One(1.0), scale: Range::Two([0.02, 0.33]), fill_value: None }
    }
}

/// A value for all channels, or one for each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "fillValue of randomErasing must be a number, or a list of red, green and blue")]
pub enum FillValue {
    /// All channels.
    Same(f64),
    /// Red, green and blue.
    Each([f64; 3]),
}

impl FillValue {
    pub(super) fn channels(self) -> [f64; 3] {
        match self {
            Self::Same(value) => [value; 3],
            Self::Each(values) => values,
        }
    }
}
