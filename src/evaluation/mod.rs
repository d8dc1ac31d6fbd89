//! How a network does on labelled pictures.

pub mod evaluate;
