//! Settings that can be written in two ways: short, or as an object of options.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer},
    },
};

/// A setting as it was written: a name, a number or a list; or an object.
pub(crate) enum ShortOrLong<Short, Long> {
    Short(Short),
    Long(Long),
}

/// Reads a setting in one of the two spellings; `expecting` is the error for everything else.
///
/// serde's `untagged` reads both as well, but its error does not name a misspelt option of the object.
///
/// # Errors
///
/// It is neither, or the object is not a `Long`.
pub(crate) fn short_or_long<'de, D, Short, Long>(
    deserializer: D,
    expecting: &'static str,
) -> Result<ShortOrLong<Short, Long>, D::Error>
where
    D: Deserializer<'de>,
    Short: Deserialize<'de>,
    Long: Deserialize<'de>,
{
    deserializer.deserialize_any(ShortOrLongVisitor(expecting, PhantomData))
}

struct ShortOrLongVisitor<Short, Long>(&'static str, PhantomData<(Short, Long)>);

impl<'de, Short: Deserialize<'de>, Long: Deserialize<'de>> Visitor<'de> for ShortOrLongVisitor<Short, Long> {
    type Value = ShortOrLong<Short, Long>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text: StrDeserializer<'_, E> = text.into_deserializer();
        Short::deserialize(text).map(ShortOrLong::Short).map_err(|_| E::custom(self.0))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Short::deserialize(number.into_deserializer()).map(ShortOrLong::Short).map_err(|_: E| E::custom(self.0))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let short = Short::deserialize(SeqAccessDeserializer::new(list));
        short.map(ShortOrLong::Short).map_err(|_| A::Error::custom(self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Long::deserialize(MapAccessDeserializer::new(map)).map(ShortOrLong::Long)
    }
}
