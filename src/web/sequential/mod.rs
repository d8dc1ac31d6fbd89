//! The `Sequential` class for JavaScript; each file has a group of its methods.

mod description;
mod files;
mod fine_tune;
mod fit;
mod needs;
mod network;
mod options;
mod predict;
mod pretrained;
mod score;
mod steer;
mod stored_features;
mod weights;

pub use files::{join_checkpoint_of, keras_code_of};
pub use network::JsSequential;
pub use pretrained::set_pretrained;
