//! Finds what is wrong with a folder of pictures: duplicates, leaky splits, weak pictures, wrong labels. It takes numbers that were
//! measured of each picture, and reaches neither burn nor a browser.

mod care;
mod content;
mod duplicates;
mod folder;
mod imbalance;
mod issues;
mod label_issues;
pub mod look;
mod names;
mod outliers;
mod shortcuts;

pub use care::{Care, Distances, care};
pub use content::Content;
pub use duplicates::{Duplicates, Leak, MOST_BITS, MOST_PIXELS, OtherLabels, difference, find};
pub use folder::{Folder, Mismatch, Part};
pub use imbalance::{ClassImbalance, class_imbalance};
pub use issues::{Issue, Kind, issues};
pub use label_issues::{LabelIssue, Quality, label_issues, label_quality};
pub use look::{FileFacts, Format, LOOK_BYTES, Look, NotLooks};
pub use names::{NamedGroups, groups_by_name};
pub use outliers::outliers;
pub use shortcuts::{Shortcut, shortcuts};
