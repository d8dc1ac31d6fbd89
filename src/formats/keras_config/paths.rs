//! The paths of layers in a file of weights.

use std::collections::HashMap;

use crate::network::snake_case;

/// The path of each layer: its class in snake case, numbered from the second layer of a class on. Keras 3 names them so,
/// because the names that it generates for layers differ from run to run.
pub(crate) fn numbered<'a>(classes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let numbered = classes.map(|class| {
        let count = counts.entry(class).or_default();
        let number = if *count == 0 { String::new() } else { format!("_{count}") };
        *count += 1;
        format!("layers/{}{number}", snake_case(class))
    });
    numbered.collect()
}
