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
pub(crate) fn short_or_long<'de, D, Short, Long, T>(
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
