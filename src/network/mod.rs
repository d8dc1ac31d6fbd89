//! Layers as data, a checked network of them, its weights and its forward pass.

pub mod activation;
pub mod architecture;
pub(crate) mod builder;
mod edit;
pub mod forward;
pub mod initializer;
pub mod layers;
mod names;
pub(crate) mod node;
pub mod presets;
pub mod sequential;
pub mod shape;
pub mod summary;
pub mod weight;
pub mod window;
