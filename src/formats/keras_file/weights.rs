//! Finds the weights of a network among the tensors of a Keras file.
//!
//! | Written by | Path of the kernel of `conv2d` in the model `body` |
//! |---|---|
//! | Keras 3, `.keras` and `.weights.h5` | `layers/functional/layers/conv2d/vars/0` |
//! | Keras 2.13, `.keras` | the same, with `_layer_checkpoint_dependencies` for `layers` |
//! | Keras 2 and 3, `.h5` | `model_weights/body/conv2d/kernel:0`; in Keras 3 without `:0` |
//! | Keras 2, weights alone | `body/conv2d/kernel:0` |

use std::collections::HashMap;

use crate::formats::shared::{FileTensor, names::last_two};
use crate::network::{Architecture, Origin, Origins, WeightSpec};

/// The tensors of a file, by their paths without `:0`.
pub(super) struct Tensors {
    by_path: HashMap<String, FileTensor>,
    /// Where the paths are in the groups of layers, as `.h5` has them: all of them, by their last two parts.
    alike: Option<HashMap<String, Vec<String>>>,
    /// Whether some are in the group that an `.h5` of a whole network has.
    whole: bool,
}

impl Tensors {
    /// # Errors
    ///
    /// One of them is there twice; a clause that completes "This Keras file …".
    pub(super) fn new(list: Vec<FileTensor>) -> Result<Self, String> {
        let mut tensors = HashMap::with_capacity(list.len());
        for tensor in list {
            let path = tensor.name.strip_suffix(":0").unwrap_or(&tensor.name).to_string();
            if let Some(twice) = tensors.insert(path, tensor) {
                return Err(format!("holds the weights {} twice", twice.name));
            }
        }
        let by_layer = !tensors.keys().any(|path: &String| path.starts_with("layers/") || path.starts_with(OLDER));
        if !by_layer {
            tensors.retain(|path, _| !path.starts_with(METRICS));
        }
        let mut alike: HashMap<String, Vec<String>> = HashMap::new();
        for path in tensors.keys().filter(|_| by_layer) {
            alike.entry(last_two(path).into()).or_default().push(path.clone());
        }
        let whole = tensors.keys().any(|path| path.starts_with(WHOLE));
        Ok(Self { by_path: tensors, alike: by_layer.then_some(alike), whole })
    }

    pub(super) fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Whether there is a network in the network.
    pub(super) fn is_nested(&self) -> bool {
        self.by_path.keys().any(|path| path.matches("layers/").count() > 1)
    }

    /// Whether they are the weights of this network and no others, but for their shapes.
    pub(super) fn are_of(&self, architecture: &Architecture, origins: &Origins) -> bool {
        let mut count = 0;
        let found = origins.values(architecture, |origin, index, weight| {
            count += 1;
            Ok(self.path(origin, index, weight).map(|_| (weight.shape.clone(), Vec::new())))
        });
        found.is_ok() && count == self.len()
    }

    /// The values of every weight, in the order of the layers.
    ///
    /// # Errors
    ///
    /// The tensors are not those of the layers; a clause that completes "This Keras file …".
    pub(super) fn values(mut self, architecture: &Architecture, origins: &Origins) -> Result<Vec<Vec<f32>>, String> {
        let values = origins.values(architecture, |origin, index, weight| {
            let tensor = self.path(origin, index, weight).and_then(|path| self.by_path.remove(&path));
            let lacking =
                || format!("lacks the weights {}; those behind a link or in another file are not read", weight.name);
            tensor.map(|tensor| Some((tensor.shape, tensor.values))).ok_or_else(lacking)
        })?;
        match self.by_path.into_keys().min() {
            Some(stranger) => Err(format!("holds the weights {stranger}, which no layer uses")),
            None => Ok(values),
        }
    }

    fn path(&self, origin: &Origin, index: usize, weight: &WeightSpec) -> Option<String> {
        match &self.alike {
            Some(alike) => self.named(alike, origin, weight),
            None => self.numbered(origin, index),
        }
    }

    fn numbered(&self, origin: &Origin, index: usize) -> Option<String> {
        let path = format!("{}/vars/{index}", origin.path);
        if self.by_path.contains_key(&path) {
            return Some(path);
        }
        Some(path.replace("layers/", OLDER)).filter(|path| self.by_path.contains_key(path))
    }

    /// In the group of the outermost layer or model, the tensor with the weight's name and that of the layer and of as many
    /// models around it as there are; if the layer was renamed after its weights were made, the only one with the weight's name.
    fn named(&self, alike: &HashMap<String, Vec<String>>, origin: &Origin, weight: &WeightSpec) -> Option<String> {
        let outermost = origin.names.first()?;
        let own = weight.name.rsplit('/').next()?;
        let group = format!("{}{outermost}/", if self.whole { WHOLE } else { "" });
        // The kernel of a DepthwiseConv2D is `depthwise_kernel` in Keras 2 and `kernel` in Keras 3.
        let older = own.replace("kernel", "depthwise_kernel");
        let names = if older == own { &[own][..] } else { &[own, &older][..] };
        let mut found = Vec::new();
        for from in 0..origin.names.len() {
            let place = origin.names[from..].join("/");
            for end in names.iter().map(|own| format!("/{place}/{own}")) {
                let paths = alike.get(last_two(&end)).into_iter().flatten();
                found.extend(paths.filter(|path| path.ends_with(&end) && self.is_left(path, &group)));
            }
            if found.len() == 1 {
                break;
            }
            found.clear();
        }
        if found.is_empty() && origin.names.len() == 1 {
            let is_own = |path: &&String| path.rsplit('/').next().is_some_and(|end| names.contains(&end));
            found.extend(self.by_path.keys().filter(is_own).filter(|path| self.is_left(path, &group)));
        }
        if let [path] = found[..] { Some(path.clone()) } else { None }
    }

    fn is_left(&self, path: &str, group: &str) -> bool {
        path.starts_with(group) && self.by_path.contains_key(path)
    }
}

/// The group of all weights in an `.h5` of a whole network.
const WHOLE: &str = "model_weights/";
/// What Keras 2.13 notes of the metrics of a network that was trained.
const METRICS: &str = "metrics/";
/// What Keras 2.13 called the list of layers.
const OLDER: &str = "_layer_checkpoint_dependencies/";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Initializer;

    #[test]
    fn each_weight_of_many_layers_is_found_by_the_end_of_its_path() {
        let tensor = |layer: usize| {
            let name = format!("model_weights/body/layer{layer}/kernel:0");
            FileTensor { name, shape: vec![1], values: vec![0.0] }
        };
        let tensors = Tensors::new((0..5000).map(tensor).collect()).unwrap();
        let alike = tensors.alike.as_ref().unwrap();
        assert!(alike.values().all(|paths| paths.len() == 1), "a search would go through all of these");
        for layer in 0..5000 {
            let names = vec!["body".to_string(), format!("layer{layer}")];
            let weight = WeightSpec::new("kernel", &[1], Initializer::Zeros);
            let path = tensors.path(&Origin { names, path: String::new() }, 0, &weight);
            assert_eq!(path, Some(format!("model_weights/body/layer{layer}/kernel")));
        }
    }
}
