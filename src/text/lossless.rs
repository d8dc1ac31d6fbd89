//! Numbers that come back from a file equal to the last bit, what is no number included.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A number as JSON: itself where it is finite, a string (`"NaN"`, `"inf"`, `"-inf"`) where JSON has
/// no number for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exact(pub(crate) f64);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.is_finite() {
            true => serializer.serialize_f64(self.0),
            false => serializer.serialize_str(&self.0.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(Self(number)),
            Written::Word(word) => word.parse().map(Self).map_err(|_| D::Error::custom("not a number")),
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
            let json = serde_json::to_string(&Exact(number)).unwrap();
            let back: Exact = serde_json::from_str(&json).unwrap();
            assert!(back.0.to_bits() == number.to_bits() || number.is_nan() && back.0.is_nan(), "{number} as {json}");
        }
        assert!(serde_json::from_str::<Exact>("\"many\"").is_err());
    }
}
