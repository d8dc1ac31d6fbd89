//! The part of tabfit that looks after pictures and says how sure a score is. A page loads it when it is first needed.

mod care;
pub mod scores;

pub use care::{care, groups_by_name};
