//! Numbers that come back from JSON equal to the last bit, also NaN and the infinities.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number that JSON holds without loss: as a number if it is finite, else as the string `"NaN"`, `"inf"`
/// or `"-inf"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LosslessF64(pub f64);

impl Serialize for LosslessF64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.is_finite() {
            true => serializer.serialize_f64(self.0),
            false => serializer.serialize_str(&self.0.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for LosslessF64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberOrWord {
            Number(f64),
            Word(String),
        }
        match NumberOrWord::deserialize(deserializer)? {
            NumberOrWord::Number(number) => Ok(Self(number)),
            NumberOrWord::Word(word) => word.parse().map(Self).map_err(|_| D::Error::custom("not a number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back_to_the_last_bit() {
        let numbers = [0.1 + 0.2, 1.0 / 3.0, -0.0, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        for number in numbers.into_iter().chain((1..500u64).map(|i| f64::from_bits(i * 0x0013_5791_3579_1357))) {
            let json = serde_json::to_string(&LosslessF64(number)).unwrap();
            let back: LosslessF64 = serde_json::from_str(&json).unwrap();
            assert!(back.0.to_bits() == number.to_bits() || number.is_nan() && back.0.is_nan(), "{number} as {json}");
        }
        assert!(serde_json::from_str::<LosslessF64>("\"many\"").is_err());
    }
}
