//! EfficientNet-Lite0 (Tan and Le 2019; Lite by Liu 2020: no squeeze-and-excite, and `ReLU6` for swish), under the names
//! that Keras gives the layers of its `EfficientNetB0`. What it has learnt from ImageNet goes in by these names.

use serde_json::{Value, json};

/// A run of blocks that give the same number of channels.
struct Stage {
    blocks: usize,
    kernel: usize,
    /// Of the first block; the others keep the size.
    strides: usize,
    /// How many times as many channels a block has inside.
    expansion: usize,
    filters: usize,
}

const STAGES: [Stage; 7] = [
    Stage { blocks: 1, kernel: 3, strides: 1, expansion: 1, filters: 16 },
    Stage { blocks: 2, kernel: 3, strides: 2, expansion: 6, filters: 24 },
    Stage { blocks: 2, kernel: 5, strides: 2, expansion: 6, filters: 40 },
    Stage { blocks: 3, kernel: 3, strides: 2, expansion: 6, filters: 80 },
    Stage { blocks: 3, kernel: 5, strides: 1, expansion: 6, filters: 112 },
    Stage { blocks: 4, kernel: 5, strides: 2, expansion: 6, filters: 192 },
    Stage { blocks: 1, kernel: 3, strides: 1, expansion: 6, filters: 320 },
];

/// The filters of the first convolution.
const STEM: usize = 32;
/// The filters of the last one: the features that the head gets.
const FEATURES: usize = 1280;

/// Every layer but the last one. All that have weights are frozen.
pub(super) fn body() -> Vec<Value> {
    let mut layers =
        vec![json!({"type": "Rescaling", "scale": 1.0 / 128.0, "offset": -127.0 / 128.0, "name": "rescaling"})];
    layers.extend(convolution("stem", STEM, 3, 2));
    let mut channels = STEM;
    for (stage, at) in STAGES.iter().zip(1..) {
        for (letter, index) in ('a'..).zip(0..stage.blocks) {
            let name = format!("block{at}{letter}");
            let strides = if index == 0 { stage.strides } else { 1 };
            layers.extend(block(&name, stage, strides, channels));
            channels = stage.filters;
        }
    }
    layers.extend(convolution("top", FEATURES, 1, 1));
    layers.push(json!({"type": "GlobalAveragePooling2D", "name": "avg_pool"}));
    layers.push(json!({"type": "Dropout", "rate": 0.2, "name": "top_dropout"}));
    layers
}

/// An inverted residual: it widens, filters each channel by itself, and narrows.
fn block(name: &str, stage: &Stage, strides: usize, channels: usize) -> Vec<Value> {
    let inside = channels * stage.expansion;
    let mut layers = Vec::new();
    if stage.expansion > 1 {
        layers.extend(convolution(&format!("{name}_expand"), inside, 1, 1));
    }
    let depthwise = json!({
        "type": "DepthwiseConv2D", "kernelSize": stage.kernel, "strides": strides, "padding": "same", "useBias": false,
        "trainable": false, "name": format!("{name}_dwconv"),
    });
    let [project, norm, _] = convolution(&format!("{name}_project"), stage.filters, 1, 1);
    layers.extend([depthwise, normalization(name), relu6(name), project, norm]);
    match strides == 1 && channels == stage.filters {
        true => vec![json!({"type": "Residual", "layers": layers, "name": format!("{name}_add")})],
        false => layers,
    }
}

/// A convolution, its normalization and its activation.
fn convolution(name: &str, filters: usize, size: usize, strides: usize) -> [Value; 3] {
    let convolution = json!({
        "type": "Conv2D", "filters": filters, "kernelSize": size, "strides": strides, "padding": "same", "useBias": false,
        "trainable": false, "name": format!("{name}_conv"),
    });
    [convolution, normalization(name), relu6(name)]
}

fn normalization(name: &str) -> Value {
    json!({"type": "BatchNormalization", "trainable": false, "name": format!("{name}_bn")})
}

fn relu6(name: &str) -> Value {
    json!({"type": "ReLU", "maxValue": 6.0, "name": format!("{name}_activation")})
}
