//! Two places in a network that an evaluation asks for: the last map of features, and the vector in front of the last layer
//! that has weights.

use crate::network::{Architecture, LayerConfig, Node, Pixels, Shape};

/// Whether it is a convolution.
fn convolves(layer: &Node) -> bool {
    matches!(layer.config, LayerConfig::Conv2D(_) | LayerConfig::DepthwiseConv2D(_) | LayerConfig::SeparableConv2D(_))
}

/// Whether it changes each value of a map by itself, so that the map it makes shows the same places.
fn keeps_places(layer: &Node) -> bool {
    matches!(
        layer.config,
        LayerConfig::BatchNormalization(_)
            | LayerConfig::Activation(_)
            | LayerConfig::ReLU(_)
            | LayerConfig::LeakyReLU(_)
    )
}

/// Whether it makes a map of more than one place.
fn is_map(layer: &Node) -> bool {
    matches!(layer.output, Shape::Image([rows, columns, _]) if rows * columns > 1)
}

impl Architecture {
    /// How many layers it takes to the last map of features of a convolution that everything behind it reads, with its
    /// normalization and activation, before any pool: where Grad-CAM looks (Selvaraju et al. 2017). `None` in a network
    /// without one. Only for an [unfused](Self::unfused) network, in which each layer makes what it is named after.
    pub(crate) fn last_map(&self) -> Option<usize> {
        // The convolution that `set_pixels` puts in front only changes the colours.
        let own = usize::from(self.pixels() == Some(Pixels::Caffe));
        let first = own + self.layers.iter().skip(own).position(convolves)?;
        let last = self.layers.iter().rposition(|layer| convolves(layer) && is_map(layer))?;
        let places: Vec<usize> =
            (first..self.layers.len()).filter(|&at| is_map(&self.layers[at]) && self.divides_after(at + 1)).collect();
        // The first one behind the last convolution; or where its branches meet only as vectors, the last one before it.
        let mut at = *places.iter().find(|&&at| at >= last).or(places.last())?;
        while places.contains(&(at + 1)) && keeps_places(&self.layers[at + 1]) {
            at += 1;
        }
        Some(at + 1)
    }

    /// How many layers it takes to what the last layer with weights reads; `None` where no such vector or map is all that the
    /// layers behind it read.
    pub(crate) fn penultimate(&self) -> Option<usize> {
        let last = self.layers.iter().rposition(|layer| !layer.weights.is_empty())?;
        (1..=last).rev().find(|&layers| self.divides_after(layers))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::network::PRESETS;

    fn network(layers: Value) -> Architecture {
        let config = serde_json::from_value(json!({"imageSize": 16, "layers": layers})).unwrap();
        Architecture::new(config, 2).unwrap().unfused()
    }

    /// The names of the layer that makes the last map and of the one that makes the penultimate vector.
    fn landmarks(front: Value, head: Value) -> (Option<String>, Option<String>) {
        let layers = [front.as_array().unwrap().clone(), head.as_array().unwrap().clone()].concat();
        let network = network(layers.into());
        let name = |layers: usize| network.layers[layers - 1].name.clone();
        (network.last_map().map(name), network.penultimate().map(name))
    }

    fn conv() -> Value {
        json!({"type": "Conv2D", "filters": 4, "kernelSize": 3, "padding": "same"})
    }

    fn some(map: &str, vector: &str) -> (Option<String>, Option<String>) {
        (Some(map.into()), Some(vector.into()))
    }

    #[test]
    fn the_map_is_that_of_the_last_convolution_with_its_activation_and_without_its_pool() {
        let head = || json!([{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        let pool = || json!({"type": "MaxPooling2D"});
        assert_eq!(landmarks(json!([conv(), pool(), conv(), pool()]), head()), some("conv2d_1", "flatten"));
        let normalised =
            json!([conv(), {"type": "BatchNormalization"}, {"type": "ReLU"}, {"type": "Dropout", "rate": 0.5}]);
        assert_eq!(landmarks(normalised, head()), some("re_lu", "flatten"));
        let block = json!([conv(), {"type": "Residual", "layers": [conv(), conv()]}, {"type": "ReLU"}, pool()]);
        assert_eq!(landmarks(block, head()), some("re_lu", "flatten"));
        let dense = json!([{"type": "Flatten"}, {"type": "Dense", "units": 8}, {"type": "ReLU"}, {"type": "Dense", "units": 2}, {"type": "Softmax"}]);
        assert_eq!(landmarks(json!([conv()]), dense), some("conv2d", "re_lu"));
    }

    #[test]
    fn a_network_that_looks_at_no_places_has_none() {
        let whole = json!({"type": "Conv2D", "filters": 4, "kernelSize": 16});
        let head = || json!([{"type": "Flatten"}, {"type": "Dense", "units": 2, "activation": "softmax"}]);
        assert_eq!(landmarks(json!([]), head()).0, None);
        assert_eq!(landmarks(json!([whole]), head()).0, None);
        let pixels = network(head()).with_pixels(Some(Pixels::Caffe)).unwrap().0.unfused();
        assert_eq!(pixels.last_map(), None);
    }

    #[test]
    fn branches_that_meet_only_as_vectors_leave_the_map_in_front_of_them() {
        let branch = |layers: Value| layers;
        let front = json!([conv(), {"type": "Concatenate", "branches": [
            branch(json!([conv(), {"type": "GlobalAveragePooling2D"}])), branch(json!([{"type": "GlobalMaxPooling2D"}]))
        ]}]);
        let head = json!([{"type": "Dense", "units": 2, "activation": "softmax"}]);
        assert_eq!(landmarks(front, head), some("conv2d", "concatenate"));
    }

    #[test]
    fn every_preset_has_both() {
        for preset in &PRESETS {
            let network = Architecture::new(preset.config(64, 3), 3).unwrap().unfused();
            assert!(network.last_map().is_some() && network.penultimate().is_some(), "{}", preset.name);
        }
    }
}
