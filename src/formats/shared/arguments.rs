//! The arguments of layers, optimizers and callbacks under Keras's names.

use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::network::layers::LayerConfig;

/// Arguments by name, in the order in which they were declared.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Arguments(pub(crate) Vec<(String, Value)>);

impl Arguments {
    /// Everything that is not `None`, by Keras's snake-case names.
    pub(crate) fn all(thing: &impl Serialize) -> Self {
        let mut arguments = Self::declared(thing);
        arguments.0.retain(|(name, value)| name != "type" && !value.is_null());
        arguments.0.iter_mut().for_each(|(name, _)| *name = snake_case(name));
        arguments
    }

    /// [`Self::all`] without the arguments at their defaults: those without which the rest deserializes to
    /// the same thing.
    pub(crate) fn given<T: Serialize + DeserializeOwned>(thing: &T) -> Self {
        let declared = Self::declared(thing);
        let at_default = |name: &str| {
            let rest = declared.0.iter().filter(|(other, _)| other != name).cloned();
            serde_json::from_value::<T>(Value::Object(rest.collect()))
                .is_ok_and(|meant| Self::declared(&meant) == declared)
        };
        // In Keras 3 AveragePooling2D has no default for it.
        let optional = declared.0.iter().filter(|(name, _)| name != "poolSize");
        let defaults: Vec<String> =
            optional.filter(|(name, _)| at_default(name)).map(|(name, _)| snake_case(name)).collect();
        let mut given = Self::all(thing);
        given.0.retain(|(name, _)| !defaults.contains(name));
        given
    }

    /// The tag `type` of a thing.
    pub(crate) fn class_of(thing: &impl Serialize) -> String {
        let class = Self::declared(thing).remove("type");
        class.as_ref().and_then(Value::as_str).unwrap_or_default().to_string()
    }

    /// The arguments of a layer, its name last. What joins branches has only a name.
    pub(crate) fn of_layer(config: &LayerConfig, name: &str, arguments: impl Fn(&LayerConfig) -> Self) -> Self {
        let mut arguments = match config {
            LayerConfig::Add(_) | LayerConfig::Concatenate(_) => Self::default(),
            written => arguments(written),
        };
        arguments.set("name", name);
        arguments
    }

    fn declared(thing: &impl Serialize) -> Self {
        // By way of text, because a JSON value would sort the names.
        let json = serde_json::to_string(thing).expect("plain data always serialises");
        serde_json::from_str(&json).expect("configurations are JSON objects")
    }

    /// Adds an argument at the end, in place of any other of its name.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.remove(name);
        self.0.push((name.into(), value.into()));
    }

    /// Replaces the value of an argument without moving it.
    pub(crate) fn replace(&mut self, name: &str, value: impl Into<Value>) {
        if let Some((_, old)) = self.0.iter_mut().find(|(other, _)| other == name) {
            *old = value.into();
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn into_object(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Arguments;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Arguments, M::Error> {
                let mut arguments = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    arguments.push(entry);
                }
                Ok(Arguments(arguments))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// `kernelSize` to `kernel_size`.
fn snake_case(name: &str) -> String {
    if let Some(order) = name.strip_prefix("beta") {
        return format!("beta_{order}"); // Keras's β₁ and β₂
    }
    let mut snake = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keras_assumes_anyway_is_left_out() {
        let json = r#"{"type":"Conv2D","filters":8,"kernelSize":[3,3],"strides":1,"padding":"same","activation":"relu","useBias":true}"#;
        let layer: LayerConfig = serde_json::from_str(json).unwrap();
        let names: Vec<String> = Arguments::given(&layer).0.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["filters", "kernel_size", "padding", "activation"]);
        assert_eq!(Arguments::all(&layer).into_object()["dilation_rate"], 1);
        assert_eq!(["beta1", "l2", "minLr"].map(snake_case), ["beta_1", "l2", "min_lr"]);
    }
}
