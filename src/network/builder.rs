//! Writes a list of layers out as a graph: blocks become branches, layers get names and shapes.

use crate::{
    error::{Error, Result},
    network::{
        activation::Activation,
        architecture::Layer,
        layers::{Add, Conv2D, LayerConfig, ModelConfig, Residual},
        shape::Shape,
        weight::MOST_VALUES,
    },
};

/// Layers of a network, the sums of its blocks included.
const MOST_LAYERS: usize = 200;
/// Blocks inside blocks.
pub(crate) const MOST_DEPTH: usize = 8;

/// The layers so far.
pub(crate) struct Graph {
    image_size: usize,
    layers: Vec<Layer>,
    /// All their weights' values.
    values: usize,
}

impl Graph {
    /// Every layer after those it reads, blocks written out.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, by name and with both shapes.
    pub(crate) fn of(config: &ModelConfig) -> Result<Vec<Layer>> {
        let mut graph = Self { image_size: config.image_size, layers: Vec::new(), values: 0 };
        graph.chain(&config.layers, None, 0)?;
        graph.pool_with_convolutions();
        Ok(graph.layers)
    }

    /// A max pool that alone reads a convolution with `ReLU` is computed with it.
    fn pool_with_convolutions(&mut self) {
        for index in 0..self.layers.len() {
            let layer = &self.layers[index];
            let (LayerConfig::MaxPooling2D(pool), &[Some(input)]) = (&layer.config, &layer.inputs[..]) else {
                continue;
            };
            let stride = pool.stride(layer.pads);
            let readers = self.layers.iter().filter(|reader| reader.inputs.contains(&Some(input)));
            let alone = readers.count() == 1;
            if let LayerConfig::Conv2D(Conv2D { activation: Activation::Relu, .. }) = self.layers[input].config
                && alone
            {
                self.layers[input].pool = Some(stride);
                self.layers[index].done = true;
            }
        }
    }

    /// Appends layers one after the other, from `at` on; returns where they end.
    fn chain(&mut self, configs: &[LayerConfig], mut at: Option<usize>, depth: usize) -> Result<Option<usize>> {
        for config in configs {
            at = match config {
                LayerConfig::Residual(block) => self.residual(block, at, depth + 1)?,
                plain => self.push(plain.clone(), vec![at])?,
            };
        }
        Ok(at)
    }

    fn residual(&mut self, block: &Residual, at: Option<usize>, depth: usize) -> Result<Option<usize>> {
        let add = LayerConfig::Add(Add { name: block.name.clone() });
        if depth > MOST_DEPTH {
            return Err(Error::layer(
                self.name(&add),
                format!("lies in more than {MOST_DEPTH} blocks; write its layers without a block"),
            ));
        }
        if block.layers.is_empty() {
            return Err(Error::layer(self.name(&add), "is a Residual without layers; give it some or leave it out"));
        }
        let body = self.chain(&block.layers, at, depth)?;
        let shortcut = self.chain(&block.shortcut, at, depth)?;
        let (added, to) = (self.shape(body), self.shape(shortcut));
        if added != to {
            return Err(Error::layer(
                self.name(&add),
                format!(
                    "would add {added} of its layers to {to} of its shortcut; give both the same strides and filters"
                ),
            ));
        }
        self.push(add, vec![body, shortcut])
    }

    /// Appends one layer and returns its place.
    fn push(&mut self, config: LayerConfig, inputs: Vec<Option<usize>>) -> Result<Option<usize>> {
        let name = self.name(&config);
        let wrong = |reason: String| Error::layer(&name, reason);
        if self.layers.len() == MOST_LAYERS {
            return Err(Error::config("layers", format!("are more than {MOST_LAYERS}; use fewer")));
        }
        if name.is_empty() || name.contains('/') || self.layers.iter().any(|other| other.name == name) {
            return Err(wrong("needs a name without \"/\" that no other layer has".into()));
        }
        let input = self.shape(inputs[0]);
        let kind = config.kind();
        let output = kind.output(input).and_then(Shape::within_memory).map_err(wrong)?;
        let pads = match kind.window() {
            Some(window) => window.slide(input).map_err(wrong)?.1,
            None => [(0, 0); 2],
        };
        let mut weights = kind.weights(input);
        for weight in &mut weights {
            weight.check().map_err(wrong)?;
            weight.name = format!("{name}/{}", weight.name);
            weight.trainable &= kind.trainable();
            self.values += weight.len();
        }
        if self.values > MOST_VALUES {
            return Err(wrong("would bring the network over 1 GB of weights; use fewer filters and units".into()));
        }
        let first = self.layers.last().map_or(0, |before| before.first + before.weights.len());
        self.layers.push(Layer { name, config, inputs, input, output, pads, pool: None, done: false, first, weights });
        Ok(Some(self.layers.len() - 1))
    }

    fn shape(&self, at: Option<usize>) -> Shape {
        at.map_or(Shape::Image([self.image_size, self.image_size, 3]), |index| self.layers[index].output)
    }

    /// The given name, or Keras's automatic one: the class in snake case, numbered from the second
    /// unnamed one on.
    fn name(&self, config: &LayerConfig) -> String {
        if let Some(name) = config.given_name() {
            return name.to_string();
        }
        let class = config.class_name();
        let before = |other: &&Layer| other.config.class_name() == class && other.config.given_name().is_none();
        match self.layers.iter().filter(before).count() {
            0 => snake_case(class),
            count => format!("{}_{count}", snake_case(class)),
        }
    }
}

/// Keras's `to_snake_case`: `MaxPooling2D` is `max_pooling2d`, `ReLU` is `re_lu`.
fn snake_case(class: &str) -> String {
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
    use serde_json::{Value, json};

    use super::*;
    use crate::network::architecture::Architecture;

    fn network(layers: Value) -> Result<Architecture> {
        let mut layers: Vec<LayerConfig> = serde_json::from_value(layers).unwrap();
        let head = json!([{"type": "GlobalAveragePooling2D"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        layers.extend(serde_json::from_value::<Vec<LayerConfig>>(head).unwrap());
        Architecture::new(ModelConfig { image_size: 8, layers }, 2)
    }

    fn conv(filters: usize, strides: usize) -> Value {
        json!({"type": "Conv2D", "filters": filters, "kernelSize": 3, "strides": strides, "padding": "same"})
    }

    fn block(depth: usize) -> Value {
        (0..depth).fold(conv(3, 1), |inside, _| json!({"type": "Residual", "layers": [inside]}))
    }

    #[test]
    fn a_block_becomes_two_branches_and_a_sum() {
        let body = json!([conv(6, 2), {"type": "BatchNormalization"}, conv(6, 1)]);
        let network = network(json!([
            conv(4, 1),
            {"type": "Residual", "layers": body, "shortcut": [conv(6, 2)]},
            {"type": "Residual", "layers": [conv(6, 1)]},
        ]));
        let layers = network.unwrap().layers;
        let found: Vec<(&str, &[Option<usize>])> =
            layers.iter().map(|layer| (layer.name.as_str(), layer.inputs.as_slice())).collect();
        let expected: [(&str, &[Option<usize>]); 10] = [
            ("conv2d", &[None]),
            ("conv2d_1", &[Some(0)]),
            ("batch_normalization", &[Some(1)]),
            ("conv2d_2", &[Some(2)]),
            ("conv2d_3", &[Some(0)]),
            ("add", &[Some(3), Some(4)]),
            ("conv2d_4", &[Some(5)]),
            ("add_1", &[Some(6), Some(5)]),
            ("global_average_pooling2d", &[Some(7)]),
            ("dense", &[Some(8)]),
        ];
        assert_eq!(found, expected);
        assert_eq!((layers[5].input, layers[4].input), (Shape::Image([4, 4, 6]), Shape::Image([8, 8, 4])));
    }

    #[test]
    fn a_pool_is_computed_with_the_convolution_that_it_alone_reads() {
        let relu = |strides| json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "strides": strides, "padding": "same", "activation": "relu"});
        let pool = json!({"type": "MaxPooling2D"});
        let block = json!({"type": "Residual", "layers": [pool, conv(4, 1)], "shortcut": [conv(4, 2)]});
        let network = network(json!([relu(1), pool, conv(4, 1), pool, relu(1), block]));
        let layers = network.unwrap().layers;
        let computed: Vec<usize> = (0..layers.len()).filter(|&index| layers[index].pool.is_some()).collect();
        let done: Vec<usize> = (0..layers.len()).filter(|&index| layers[index].done).collect();
        assert_eq!((computed, done), (vec![0], vec![1]));
    }

    #[test]
    fn branches_of_other_shapes_are_refused_by_name_and_shapes() {
        let sentence = network(json!([{"type": "Residual", "layers": [conv(6, 2)], "name": "block"}])).unwrap_err();
        let sentence = sentence.to_string();
        for part in ["\"block\"", "(None, 4, 4, 6)", "(None, 8, 8, 3)"] {
            assert!(sentence.contains(part), "{sentence}");
        }
    }

    #[test]
    fn networks_without_end_are_refused() {
        assert!(network(json!([block(MOST_DEPTH)])).is_ok());
        let sentence = network(json!([block(MOST_DEPTH + 1)])).unwrap_err().to_string();
        assert!(sentence.contains("more than 8 blocks"), "{sentence}");
        // Every block is two layers once expanded.
        let blocks = |count: usize| Value::Array(vec![block(1); count]);
        assert!(network(blocks(99)).is_ok());
        assert!(network(blocks(100)).unwrap_err().to_string().contains("more than 200"));
        assert!(network(json!([{"type": "Residual", "layers": []}])).unwrap_err().to_string().contains("\"add\""));
    }

    /// A file may nest as deep as the JSON reader goes; a tab's stack is 1 MB.
    #[test]
    fn a_file_of_blocks_in_blocks_is_refused_within_a_small_stack() {
        let read = |depth: usize| {
            let open = r#"{"type":"Residual","layers":["#.repeat(depth);
            let json = format!(r#"{{"imageSize":8,"layers":[{open}{}]}}"#, "]}".repeat(depth));
            serde_json::from_str::<ModelConfig>(&json)
        };
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let config = read(60).unwrap();
            let sentence = Architecture::new(config, 2).unwrap_err().to_string();
            (sentence, read(100_000).unwrap_err().to_string())
        });
        let (sentence, reason) = thread.unwrap().join().unwrap();
        assert!(sentence.contains("more than 8 blocks"), "{sentence}");
        assert!(reason.contains("recursion limit"), "{reason}");
    }

    #[test]
    fn weights_beyond_memory_are_refused() {
        let wide = json!({"type": "Conv2D", "filters": 4096, "kernelSize": 64, "padding": "same"});
        let sentence = network(json!([wide, wide])).unwrap_err().to_string();
        assert!(sentence.contains("64 x 64 x 4096 x 4096"), "{sentence}");
        let strong = json!({"type": "Conv2D", "filters": 1, "kernelSize": 1, "kernelRegularizer": {"l2": -1.0}});
        assert!(network(json!([strong])).unwrap_err().to_string().contains("regularizer of its kernel"));
    }

    #[test]
    fn pictures_beyond_memory_are_refused_also_between_two_convolutions() {
        let grown = json!({"type": "ZeroPadding2D", "padding": 64});
        let separable = |multiplier: usize| json!({"type": "SeparableConv2D", "filters": 1, "kernelSize": 1, "depthMultiplier": multiplier});
        // 776 x 776 x 256, then 64 times as many before its own filter.
        let mut layers = vec![grown; 6];
        layers.extend([conv(256, 1), separable(1)]);
        assert!(network(Value::Array(layers.clone())).is_ok());
        layers.push(conv(256, 1));
        layers.push(separable(64));
        let sentence = network(Value::Array(layers)).unwrap_err().to_string();
        assert!(sentence.contains("separable_conv2d_1") && sentence.contains("16384), over 1 GB"), "{sentence}");
    }

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
        let named = json!({"type": "Conv2D", "filters": 3, "kernelSize": 1, "name": "first"});
        let layers = network(json!([named, conv(3, 1), conv(3, 1)])).unwrap().layers;
        assert_eq!(layers.iter().map(|layer| &layer.name[..]).collect::<Vec<_>>()[1..3], ["conv2d", "conv2d_1"]);
        let taken = json!({"type": "Conv2D", "filters": 3, "kernelSize": 1, "name": "conv2d"});
        assert!(network(json!([taken, conv(3, 1)])).unwrap_err().to_string().contains("\"conv2d\""));
    }
}
