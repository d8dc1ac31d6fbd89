//! Describes a network as Keras's `model.summary()` does.

use std::fmt::Write;

use serde::Serialize;

use crate::{architecture::Architecture, shape::Shape, weight::WeightSpec};

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerSummary {
    /// The layer's name.
    pub name: String,
    /// Keras's class name.
    pub r#type: &'static str,
    /// `[rows, columns, channels]` or `[units]`.
    pub output_shape: Vec<usize>,
    /// The number of weights, moving statistics included.
    pub parameters: usize,
}

/// What `summary()` shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// The layers, the first one nearest the picture.
    pub layers: Vec<LayerSummary>,
    /// All weights.
    pub parameters: usize,
    /// Weights the optimizer moves.
    pub trainable: usize,
    /// The table as Keras prints it.
    pub text: String,
}

impl Architecture {
    /// Layer, output shape and parameters, with their totals.
    #[must_use]
    pub fn summary(&self) -> ModelSummary {
        let count = |only_trainable: bool| -> usize {
            self.weights().filter(|weight| weight.trainable || !only_trainable).map(WeightSpec::len).sum()
        };
        let layers: Vec<LayerSummary> = self
            .layers
            .iter()
            .map(|layer| LayerSummary {
                name: layer.name.clone(),
                r#type: layer.config.class_name(),
                output_shape: layer.output.dims(),
                parameters: layer.weights.iter().map(WeightSpec::len).sum(),
            })
            .collect();
        let outputs: Vec<Shape> = self.layers.iter().map(|layer| layer.output).collect();
        let (parameters, trainable) = (count(false), count(true));
        let text = table(&layers, &outputs, parameters, trainable);
        ModelSummary { layers, parameters, trainable, text }
    }
}

fn table(layers: &[LayerSummary], outputs: &[Shape], parameters: usize, trainable: usize) -> String {
    let rows: Vec<[String; 3]> = layers
        .iter()
        .zip(outputs)
        .map(|(layer, output)| {
            [format!("{} ({})", layer.name, layer.r#type), output.to_string(), thousands(layer.parameters)]
        })
        .collect();
    let titles = ["Layer (type)", "Output Shape", "Param #"];
    let width =
        |column: usize| rows.iter().map(|row| row[column].len()).chain([titles[column].len()]).max().unwrap_or(0);
    let widths = [0, 1, 2].map(width);
    let rule = |line: &str| widths.map(|width| line.repeat(width + 2));
    let mut text = String::from("Model: \"sequential\"\n");
    let row = |text: &mut String, bar: &str, [name, shape, count]: [&str; 3]| {
        let [a, b, c] = widths;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{bar} {name:<a$} {bar} {shape:<b$} {bar} {count:>c$} {bar}");
    };
    let _ = writeln!(text, "┏{}┓", rule("━").join("┳"));
    row(&mut text, "┃", titles);
    let _ = writeln!(text, "┡{}┩", rule("━").join("╇"));
    for (index, [name, shape, count]) in rows.iter().enumerate() {
        if index > 0 {
            let _ = writeln!(text, "├{}┤", rule("─").join("┼"));
        }
        row(&mut text, "│", [name, shape, count]);
    }
    let _ = writeln!(text, "└{}┘", rule("─").join("┴"));
    for (label, count) in [("Total", parameters), ("Trainable", trainable), ("Non-trainable", parameters - trainable)] {
        let _ = writeln!(text, " {label} params: {} ({})", thousands(count), size(count * 4));
    }
    text
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(",")
}

/// Bytes as Keras prints them: 1024s, two decimals.
fn size(bytes: usize) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "KB", "MB"] {
        if value < 1024.0 {
            return format!("{value:.2} {unit}");
        }
        value /= 1024.0;
    }
    format!("{value:.2} GB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::Preset;

    #[test]
    fn the_table_reads_as_keras_prints_it() {
        let config = Preset::named("bench").unwrap().config(64, 4);
        let summary = Architecture::new(config, 4).unwrap().summary();
        assert!(summary.text.contains("│ conv2d_1 (Conv2D) "), "{}", summary.text);
        assert!(summary.text.contains("│ (None, 64, 64, 32) "), "{}", summary.text);
        assert!(summary.text.contains(" Total params: 2,200,932 (8.40 MB)"), "{}", summary.text);
        assert!(summary.text.ends_with(" Non-trainable params: 0 (0.00 B)\n"));
    }
}
