//! What the formats share: a network's data on the host, its files and archives of them, the names of its classes, valid
//! names, Keras's arguments and refusals.

pub(crate) mod archive;
pub(crate) mod arguments;
pub(crate) mod contents;
pub(crate) mod labels;
pub(crate) mod model_data;
pub(crate) mod model_file;
pub(crate) mod names;
pub(crate) mod refusal;

pub(crate) use arguments::Arguments;
pub(crate) use contents::{FileContents, FileTensor};
pub(crate) use model_data::ModelData;
pub(crate) use model_file::ModelFile;
