//! `Sequential` for JavaScript: Keras's verbs over a model, one file for each group of them.

mod description;
mod files;
mod fine_tune;
mod fit;
mod network;
mod score;

pub use files::keras_code_of;
pub use network::JsSequential;
