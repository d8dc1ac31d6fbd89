//! Generates Keras's names for layers that have none.

use crate::network::{Node, layers::LayerConfig};

/// The given name, or the one that Keras generates: the class in snake case, numbered from its second unnamed layer on.
pub(crate) fn name_after(nodes: &[Node], config: &LayerConfig) -> String {
    if let Some(name) = config.given_name() {
        return name.to_string();
    }
    let class = config.class_name();
    let alike = |node: &&Node| node.config.class_name() == class && node.config.given_name().is_none();
    match nodes.iter().filter(alike).count() {
        0 => snake_case(class),
        count => format!("{}_{count}", snake_case(class)),
    }
}

/// Keras's `to_snake_case`: `MaxPooling2D` is `max_pooling2d`, `ReLU` is `re_lu`.
pub(crate) fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().collect();
    let mut name = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        let starts_a_word = letter.is_uppercase()
            && index > 0
            && (letters[index - 1].is_lowercase() || letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_a_word {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_keras() {
        for (class, name) in [
            ("Conv2D", "conv2d"),
            ("MaxPooling2D", "max_pooling2d"),
            ("ReLU", "re_lu"),
            ("LeakyReLU", "leaky_re_lu"),
            ("SpatialDropout2D", "spatial_dropout2d"),
        ] {
            assert_eq!(snake_case(class), name);
        }
    }
}
