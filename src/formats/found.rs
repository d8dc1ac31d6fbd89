//! What a reader found in the files of another tool.

use crate::network::architecture::Architecture;

/// A checked network and what it needs to run.
pub(crate) struct Found {
    pub(crate) architecture: Architecture,
    pub(crate) class_names: Vec<String>,
    /// In the order of the layers and the layout of the device.
    pub(crate) values: Vec<Vec<f32>>,
}
