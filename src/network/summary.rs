//! Describes a network as Keras's `model.summary()` does.

use std::fmt::Write;

use serde::Serialize;

use crate::network::{Architecture, WeightSpec};

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
    /// The number of weights that the optimizer moves: not those of frozen layers, nor moving statistics.
    pub trainable: usize,
    /// The names of the layers that it reads; empty if it reads the picture.
    pub inputs: Vec<String>,
}

/// What `summary()` shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// The layers, the first one nearest the picture.
    pub layers: Vec<LayerSummary>,
    /// The number of all weights.
    pub parameters: usize,
    /// The number of weights that the optimizer moves.
    pub trainable: usize,
    /// The table as Keras prints it.
    pub text: String,
}

impl Architecture {
    /// Layer, output shape and parameters, with their totals.
    #[must_use]
    pub fn summary(&self) -> ModelSummary {
        let layers: Vec<LayerSummary> = self
            .layers
            .iter()
            .map(|layer| LayerSummary {
                name: layer.name.clone(),
                r#type: layer.config.class_name(),
                output_shape: layer.output.dims(),
                parameters: layer.weights.iter().map(WeightSpec::len).sum(),
                trainable: layer.weights.iter().filter(|weight| weight.trainable).map(WeightSpec::len).sum(),
                inputs: layer.inputs.iter().filter_map(|&input| Some(self.layers[input?].name.clone())).collect(),
            })
            .collect();
        let parameters = layers.iter().map(|layer| layer.parameters).sum();
        let trainable = layers.iter().map(|layer| layer.trainable).sum();
        let text = self.table(&layers, parameters, trainable);
        ModelSummary { layers, parameters, trainable, text }
    }

    /// Keras's table; a network with branches has a column for the inputs of each layer.
    fn table(&self, layers: &[LayerSummary], parameters: usize, trainable: usize) -> String {
        let chain = self.is_chain();
        let rows = layers.iter().zip(&self.layers).map(|(row, layer)| {
            let inputs = if row.inputs.is_empty() { "the picture".into() } else { row.inputs.join(", ") };
            [format!("{} ({})", row.name, row.r#type), layer.output.to_string(), thousands(row.parameters), inputs]
        });
        let titles = ["Layer (type)", "Output Shape", "Param #", "Connected to"].map(String::from);
        let rows: Vec<[String; 4]> = [titles].into_iter().chain(rows).collect();
        let columns = if chain { 3 } else { 4 };
        let widths = [0, 1, 2, 3].map(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0));
        let rule = |left: &str, line: &str, joint: &str, right: &str| {
            let lines: Vec<String> = widths[..columns].iter().map(|width| line.repeat(width + 2)).collect();
            format!("{left}{}{right}\n", lines.join(joint))
        };
        let mut text = format!("Model: \"{}\"\n", if chain { "sequential" } else { "functional" });
        text += &rule("┏", "━", "┳", "┓");
        for (index, row) in rows.iter().enumerate() {
            let bar = if index == 0 { "┃" } else { "│" };
            for (column, (cell, &width)) in row.iter().zip(&widths).take(columns).enumerate() {
                // Writing to a String cannot fail.
                let _ = match column {
                    2 => write!(text, "{bar} {cell:>width$} "),
                    _ => write!(text, "{bar} {cell:<width$} "),
                };
            }
            text += bar;
            text += "\n";
            text += &match index {
                0 => rule("┡", "━", "╇", "┩"),
                _ if index + 1 < rows.len() => rule("├", "─", "┼", "┤"),
                _ => rule("└", "─", "┴", "┘"),
            };
        }
        let counts = [("Total", parameters), ("Trainable", trainable), ("Non-trainable", parameters - trainable)];
        for (label, count) in counts {
            let _ = writeln!(text, " {label} params: {} ({})", thousands(count), size(count * 4));
        }
        text
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(",")
}

/// Bytes as Keras prints them: in units of 1024, with two decimals.
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
    use serde_json::json;

    use super::*;
    use crate::network::Preset;

    #[test]
    fn the_table_reads_as_keras_prints_it() {
        let config = Preset::named("bench").unwrap().config(64, 4);
        let summary = Architecture::new(config, 4).unwrap().summary();
        assert!(summary.text.contains("│ conv2d_1 (Conv2D) "), "{}", summary.text);
        assert!(summary.text.contains("│ (None, 64, 64, 32) "), "{}", summary.text);
        assert!(summary.text.contains(" Total params: 2,200,932 (8.40 MB)"), "{}", summary.text);
        assert!(summary.text.ends_with(" Non-trainable params: 0 (0.00 B)\n"));
        assert!(!summary.text.contains("Connected to"));
    }

    /// The counts are those Keras prints for this network.
    #[test]
    fn a_graph_says_what_is_connected_and_frozen_weights_are_not_trainable() {
        let conv = |trainable: bool| json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "padding": "same", "trainable": trainable});
        let layers = json!([
            conv(true),
            {"type": "Residual", "layers": [conv(false), {"type": "BatchNormalization"}]},
            {"type": "GlobalAveragePooling2D"},
            {"type": "Dense", "units": 2, "activation": "softmax"}
        ]);
        let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
        let summary = Architecture::new(config, 2).unwrap().summary();
        for line in [
            "│ conv2d (Conv2D)                                   │ (None, 8, 8, 4) │     112 │ the picture                 │",
            "│ add (Add)                                         │ (None, 8, 8, 4) │       0 │ batch_normalization, conv2d │",
            " Total params: 286 (1.12 KB)",
            " Trainable params: 130 (520.00 B)",
            " Non-trainable params: 156 (624.00 B)",
        ] {
            assert!(summary.text.contains(line), "{}", summary.text);
        }
        assert_eq!((summary.layers[1].parameters, summary.layers[1].trainable), (148, 0));
    }
}
