//! Where a layer stood in the models of a Keras description, so that its weights are found.

/// The place of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The names of the models that it lies in, without the outermost, and its own name.
    pub(crate) names: Vec<String>,
    /// Keras 3's path of it in a file of weights, such as `layers/functional/layers/conv2d_1`: by class and order, because
    /// generated names differ from run to run.
    pub(crate) path: String,
}

impl Origin {
    /// Its own name.
    pub(crate) fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }
}
