//! Layers as data, a checked network of them, its weights and its forward pass.

pub mod activation;
pub mod architecture;
pub(crate) mod builder;
pub(crate) mod edit;
pub mod forward;
mod fuse;
mod fusion;
pub mod initializer;
pub mod layers;
mod memory;
mod names;
pub(crate) mod node;
mod pass;
pub mod presets;
pub mod sequential;
pub mod shape;
pub mod summary;
pub mod weight;
pub mod window;

pub use activation::Activation;
pub use architecture::Architecture;
pub(crate) use builder::{Builder, MOST_DEPTH};
pub use forward::Mode;
pub(crate) use forward::{Flow, Folded, ForwardContext};
pub use initializer::Initializer;
pub use layers::{LayerConfig, ModelConfig};
pub(crate) use node::Node;
pub use presets::{PRESETS, Preset};
pub use sequential::Sequential;
pub use shape::Shape;
pub use summary::ModelSummary;
pub use weight::Regularizer;
pub(crate) use weight::{MOST_VALUES, WeightSpec};
pub(crate) use window::WindowSpec;
pub use window::{Padding, Pair};
