//! Layers as data, a checked network of them, its weights and its forward pass.

pub mod activation;
pub mod architecture;
mod body;
pub(crate) mod builder;
pub(crate) mod edit;
mod efficientnet_lite;
pub mod forward;
mod fuse;
mod fusion;
#[cfg(test)]
mod fusion_tests;
pub mod initializer;
pub mod layers;
mod masks;
mod memory;
mod names;
pub(crate) mod node;
mod pass;
pub mod pixels;
pub mod presets;
pub mod sequential;
pub mod shape;
pub mod summary;
pub mod weight;
pub mod window;

pub use activation::Activation;
pub use architecture::Architecture;
pub(crate) use body::Body;
pub(crate) use builder::{Builder, MOST_DEPTH};
pub use forward::Mode;
pub(crate) use forward::{Flow, Folded, ForwardContext};
pub use initializer::Initializer;
pub use layers::{LayerConfig, ModelConfig};
pub(crate) use masks::Masks;
pub(crate) use names::snake_case;
pub(crate) use node::Node;
pub use pixels::Pixels;
pub use presets::{PRESETS, Preset};
pub use sequential::Sequential;
pub(crate) use sequential::on_device;
pub use shape::Shape;
pub use summary::ModelSummary;
pub use weight::Regularizer;
pub(crate) use weight::{MOST_VALUES, WeightSpec};
pub(crate) use window::WindowSpec;
pub use window::{Padding, Pair};
