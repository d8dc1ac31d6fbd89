//! Finds the weights of a network among the tensors of a Keras file.
//!
//! | Written by | Path of the kernel of `conv2d` in the model `body` |
//! |---|---|
//! | Keras 3, `.keras` and `.weights.h5` | `layers/functional/layers/conv2d/vars/0` |
//! | Keras 2.13, `.keras` | the same, with `_layer_checkpoint_dependencies` for `layers` |
//! | Keras 2 and 3, `.h5` | `model_weights/body/conv2d/kernel:0`; in Keras 3 without `:0` |
//! | Keras 2, weights alone | `body/conv2d/kernel:0` |

use std::collections::HashMap;

use crate::formats::keras_config::Origin;
use crate::formats::shared::FileTensor;
use crate::network::{Architecture, WeightSpec};

/// The values of every weight, in the order of the layers; `origin` says where a layer stood, and `given` has the values of
/// weights that are in no file.
///
/// # Errors
///
/// The tensors are not those of the layers; a clause that completes "This Keras file …".
pub(super) fn values<'a>(
    architecture: &Architecture,
    origin: impl Fn(&str) -> Option<&'a Origin>,
    given: impl Fn(&WeightSpec) -> Option<Vec<f32>>,
    tensors: Vec<FileTensor>,
) -> Result<Vec<Vec<f32>>, String> {
    let mut found = Found::new(tensors)?;
    let mut values = Vec::new();
    for layer in &architecture.layers {
        for (index, weight) in layer.weights.iter().enumerate() {
            if let Some(given) = given(weight) {
                values.push(given);
                continue;
            }
            let origin = origin(&layer.name).ok_or_else(|| format!("has no place for the layer {}", layer.name))?;
            values.push(found.take(origin, index, weight)?);
        }
    }
    match found.tensors.into_keys().min() {
        Some(stranger) => Err(format!("holds the weights {stranger}, which no layer uses")),
        None => Ok(values),
    }
}

struct Found {
    /// By their paths, without `:0`.
    tensors: HashMap<String, FileTensor>,
    /// The paths of tensors in the groups of layers, as `.h5` has them.
    by_layer: bool,
}

impl Found {
    fn new(list: Vec<FileTensor>) -> Result<Self, String> {
        let mut tensors = HashMap::with_capacity(list.len());
        for tensor in list {
            let path = tensor.name.strip_suffix(":0").unwrap_or(&tensor.name).to_string();
            if let Some(twice) = tensors.insert(path, tensor) {
                return Err(format!("holds the weights {} twice", twice.name));
            }
        }
        let by_layer = !tensors.keys().any(|path: &String| path.starts_with("layers/") || path.starts_with(OLDER));
        Ok(Self { tensors, by_layer })
    }

    fn take(&mut self, origin: &Origin, index: usize, weight: &WeightSpec) -> Result<Vec<f32>, String> {
        let path = if self.by_layer { self.named(origin, weight) } else { self.numbered(origin, index) };
        let tensor = path.and_then(|path| self.tensors.remove(&path));
        let tensor = tensor
            .ok_or_else(|| format!("lacks the weights {}; those that lie in another file are not read", weight.name))?;
        match tensor.shape == weight.shape {
            true => Ok(tensor.values),
            false => Err(format!(
                "holds {} in the shape {:?}, and its layer needs {:?}",
                weight.name, tensor.shape, weight.shape
            )),
        }
    }

    fn numbered(&self, origin: &Origin, index: usize) -> Option<String> {
        let path = format!("{}/vars/{index}", origin.path);
        if self.tensors.contains_key(&path) {
            return Some(path);
        }
        Some(path.replace("layers/", OLDER)).filter(|path| self.tensors.contains_key(path))
    }

    /// In the group of the outermost layer or model, the tensor with the layer's name and the weight's; if the layer was
    /// renamed after its weights were made, the only one with the weight's name.
    fn named(&self, origin: &Origin, weight: &WeightSpec) -> Option<String> {
        let outermost = origin.names.first()?;
        let own = weight.name.rsplit('/').next()?;
        let groups = [format!("model_weights/{outermost}/"), format!("{outermost}/")];
        let group = groups.iter().find(|group| self.tensors.keys().any(|path| path.starts_with(*group)))?;
        // The kernel of a DepthwiseConv2D is `depthwise_kernel` in Keras 2 and `kernel` in Keras 3.
        let older = own.replace("kernel", "depthwise_kernel");
        let only = |end: &dyn Fn(&str) -> String| {
            let mut ends = [own, &older].into_iter().map(end).flat_map(|end| {
                self.tensors.keys().filter(move |path| path.starts_with(group) && path.ends_with(&end))
            });
            let path = ends.next()?;
            ends.all(|other| other == path).then(|| path.clone())
        };
        only(&|own| format!("/{}/{own}", origin.name()))
            .or_else(|| (origin.names.len() == 1).then(|| only(&|own| format!("/{own}"))).flatten())
    }
}

/// What Keras 2.13 called the list of layers.
const OLDER: &str = "_layer_checkpoint_dependencies/";
