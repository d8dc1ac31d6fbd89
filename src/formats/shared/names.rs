//! Names that other tools accept.

use crate::network::Architecture;
use crate::text::unique_name::unique;

/// The name with every character replaced that TensorFlow and TensorFlow.js refuse.
pub(crate) fn valid(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || "-._".contains(letter) { letter } else { '_' };
    let valid: String = name.chars().map(letter).collect();
    if valid.starts_with(|first: char| first.is_ascii_alphanumeric()) { valid } else { format!("x{valid}") }
}

/// `kernel` to `Kernel`.
pub(crate) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|initial| initial.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The last two parts of a name, such as `conv2d/kernel`.
pub(crate) fn last_two(name: &str) -> &str {
    let from = name.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    &name[from..]
}

/// A valid, unique name for each layer; a valid name is kept.
pub(crate) fn of_layers(architecture: &Architecture) -> Vec<String> {
    let own = |name: &str| architecture.layers.iter().any(|layer| layer.name == name);
    let mut names: Vec<String> = Vec::with_capacity(architecture.layers.len());
    for layer in &architecture.layers {
        let wanted = valid(&layer.name);
        let taken = |name: &str| names.iter().any(|other| other == name) || own(name);
        names.push(if wanted == layer.name { wanted } else { unique(&wanted, taken) });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_changed_only_where_they_must_be_and_stay_apart() {
        let names = ["a b", "a_b", "_", "🧠", "head"];
        let mut layers: Vec<_> = names.iter().map(|name| json!({"type": "Flatten", "name": name})).collect();
        layers.push(json!({"type": "Dense", "units": 2, "activation": "softmax"}));
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let architecture = Architecture::new(config, 2).unwrap();
        assert_eq!(of_layers(&architecture), ["a_b_1", "a_b", "x_", "x__1", "head", "dense"]);
    }
}
