//! Helper threads: the pool of them, and what each of them runs.

mod pool;
mod serve;

pub(in crate::web) use pool::Borrowed;
pub use pool::start_workers;
pub use serve::serve;
