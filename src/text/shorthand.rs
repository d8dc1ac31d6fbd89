//! Options that can be written in two ways: short, or as an object of options.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer},
    },
};

/// A name, a number or a list, or an object.
pub(crate) enum Either<Short, Long> {
    Short(Short),
    Long(Long),
}

/// Reads either; `expecting` is the sentence for everything else.
///
/// serde's `untagged` reads both as well, but forgets which option of the object was misspelt.
///
/// # Errors
///
/// It is neither, or the object is not a `Long`.
pub(crate) fn either<'de, D, Short, Long>(
    deserializer: D,
    expecting: &'static str,
) -> Result<Either<Short, Long>, D::Error>
where
    D: Deserializer<'de>,
    Short: Deserialize<'de>,
    Long: Deserialize<'de>,
{
    deserializer.deserialize_any(EitherVisitor(expecting, PhantomData))
}

struct EitherVisitor<Short, Long>(&'static str, PhantomData<(Short, Long)>);

impl<'de, Short: Deserialize<'de>, Long: Deserialize<'de>> Visitor<'de> for EitherVisitor<Short, Long> {
    type Value = Either<Short, Long>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text: StrDeserializer<'_, E> = text.into_deserializer();
        Short::deserialize(text).map(Either::Short).map_err(|_| E::custom(self.0))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Short::deserialize(number.into_deserializer()).map(Either::Short).map_err(|_: E| E::custom(self.0))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let short = Short::deserialize(SeqAccessDeserializer::new(list));
        short.map(Either::Short).map_err(|_| A::Error::custom(self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Long::deserialize(MapAccessDeserializer::new(map)).map(Either::Long)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        metrics::MetricConfig,
        optimizers::{config::by_name_or_config, loss::Loss, schedule::LearningRate},
        training::callbacks::CallbackConfig,
    };

    fn refused<T: for<'de> Deserialize<'de>>(json: &str) -> String {
        serde_json::from_str::<T>(json).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_misspelt_option_of_an_object_is_named() {
        let loss = refused::<Loss>(r#"{"type": "CategoricalCrossentropy", "labelSmooth": 0.1}"#);
        assert!(loss.contains("`labelSmooth`, expected `labelSmoothing`"), "{loss}");
        let rate = refused::<LearningRate>(
            r#"{"type": "ExponentialDecay", "initialLearningRate": 1, "decaySteps": 1, "decayRate": 1, "staircases": true}"#,
        );
        assert!(rate.contains("`staircases`"), "{rate}");
        let metric = refused::<MetricConfig>(r#"{"type": "AUC", "thresholds": 9}"#);
        assert!(metric.starts_with("in metrics, unknown field `thresholds`"), "{metric}");
        let callback = refused::<CallbackConfig>(
            r#"{"type": "LearningRateScheduler", "schedule": {"type": "CosineDecay", "alfa": 0}}"#,
        );
        assert!(callback.contains("`alfa`"), "{callback}");
        let optimizer = by_name_or_config(serde_json::json!({"type": "adam", "beta": 0.9})).unwrap_err();
        assert!(optimizer.to_string().contains("`beta`"), "{optimizer}");
    }

    #[test]
    fn what_is_neither_is_told_what_it_could_be() {
        assert!(refused::<Loss>(r#""mse""#).starts_with("loss must be \"categorical_crossentropy\""));
        assert!(refused::<LearningRate>(r#""fast""#).starts_with("learningRate must be a number"));
        assert!(refused::<LearningRate>("true").contains("learningRate must be a number"));
        let rates = refused::<CallbackConfig>(r#"{"type": "LearningRateScheduler", "schedule": [0.1, "fast"]}"#);
        assert!(rates.starts_with("schedule must be a list of rates"), "{rates}");
        assert!(by_name_or_config(Value::from("adamm")).unwrap_err().to_string().contains("`adamm`"));
    }

    #[test]
    fn a_name_stands_for_the_defaults() {
        let named = by_name_or_config(Value::from("sgd")).unwrap();
        assert_eq!(named, serde_json::from_str(r#"{"type": "sgd"}"#).unwrap());
    }
}
