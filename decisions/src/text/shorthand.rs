//! Settings that can be written in two ways: short, or as an object of options.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads a name, a number or a list by way of `short`, an object by way of `long`; `expecting` is the error
/// for everything else.
///
/// serde's `untagged` reads both as well, but its error does not name a misspelt option of the object.
///
/// # Errors
///
/// It is neither, or the object is not a `Long`.
pub fn short_or_long<'de, D, Short, Long, T>(
    deserializer: D,
    expecting: &'static str,
    short: fn(Short) -> T,
    long: fn(Long) -> T,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    Short: Deserialize<'de>,
    Long: Deserialize<'de>,
{
    deserializer.deserialize_any(ShortOrLong { expecting, short, long })
}

struct ShortOrLong<Short, Long, T> {
    expecting: &'static str,
    short: fn(Short) -> T,
    long: fn(Long) -> T,
}

impl<'de, Short: Deserialize<'de>, Long: Deserialize<'de>, T> Visitor<'de> for ShortOrLong<Short, Long, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let text: StrDeserializer<'_, E> = text.into_deserializer();
        Short::deserialize(text).map(self.short).map_err(|_| E::custom(self.expecting))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Short::deserialize(number.into_deserializer()).map(self.short).map_err(|_: E| E::custom(self.expecting))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_f64(number as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        let short = Short::deserialize(SeqAccessDeserializer::new(list));
        short.map(self.short).map_err(|_| A::Error::custom(self.expecting))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        Long::deserialize(MapAccessDeserializer::new(map)).map(self.long)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Options {
        size: u8,
    }

    fn read<Short: for<'de> Deserialize<'de>>(written: serde_json::Value) -> Result<Result<Short, Options>, String> {
        short_or_long(written, "a setting or its options", Ok, Err).map_err(|error| error.to_string())
    }

    #[test]
    fn a_word_a_number_and_a_list_are_short_and_an_object_is_long() {
        assert_eq!(read::<String>(json!("small")), Ok(Ok("small".to_string())));
        assert_eq!([json!(3), json!(-3), json!(0.5)].map(read::<f64>), [Ok(Ok(3.0)), Ok(Ok(-3.0)), Ok(Ok(0.5))]);
        assert_eq!(read::<Vec<u8>>(json!([1, 2])), Ok(Ok(vec![1, 2])));
        assert_eq!(read::<String>(json!({"size": 3})), Ok(Err(Options { size: 3 })));
    }

    #[test]
    fn what_is_neither_is_told_what_is_expected_and_a_misspelt_option_is_named() {
        for wrong in [json!("small"), json!([1, 2])] {
            assert_eq!(read::<f64>(wrong), Err("a setting or its options".to_string()));
        }
        for wrong in [json!(1), json!(-1), json!(0.5)] {
            assert_eq!(read::<String>(wrong), Err("a setting or its options".to_string()));
        }
        assert!(read::<f64>(json!(true)).unwrap_err().ends_with("expected a setting or its options"));
        assert!(read::<f64>(json!({"seize": 3})).unwrap_err().contains("unknown field `seize`"));
    }
}
