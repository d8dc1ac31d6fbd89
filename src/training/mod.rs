//! Keras's `compile` and `fit`: the loop, what it is told to do, and what watches and steers it.

pub mod callbacks;
mod fine_tune;
pub mod fit;
pub mod history;
#[cfg(test)]
mod keras_decisions;
pub mod pace;
pub mod parallel;
pub mod plan;
mod plan_check;
pub mod resume;
mod run_callbacks;
pub mod state;
mod tensor_board_pictures;
