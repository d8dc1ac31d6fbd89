//! Helper threads: their pool, and the loop that each of them runs.

mod pool;
mod serve;
mod thread;

pub(in crate::web) use pool::BorrowedHelpers;
pub use pool::start_workers;
pub use serve::serve;
