//! The part of tabfit that trains on WebGPU, and on the CPU where there is none.

pub use tabfit::*;
