//! The errors of tabfit, each of which reads as one sentence for the person at the page.

use std::fmt;

/// A `Result` whose error is a sentence for the person at the page.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with which file or field, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A setting is out of its range, unknown, or contradicts another.
    Config {
        /// The setting, by the name a caller wrote.
        field: String,
        /// A clause that completes "`field` …".
        reason: String,
    },
    /// A layer is not possible at its position in the network.
    Layer {
        /// The layer's name.
        name: String,
        /// A clause that completes "Layer `name` …".
        reason: String,
    },
    /// The pictures cannot be used for training.
    Dataset(String),
    /// The device is not available, or it stopped working during a run.
    Device(String),
    /// The GPU computes other numbers than the processor.
    WrongNumbers(String),
    /// A model file cannot be used.
    ModelFile(String),
    /// A second call arrived while one was running.
    Busy,
}

impl Error {
    /// An error of a setting; `reason` completes "`field` …".
    pub fn config(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Config { field: field.into(), reason: reason.into() }
    }

    /// An error of a layer; `reason` completes "Layer `name` …".
    pub fn layer(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Layer { name: name.into(), reason: reason.into() }
    }

    /// The sentence without its full stop, so that it can be put into another sentence.
    #[must_use]
    pub fn clause(&self) -> String {
        self.to_string().trim_end_matches('.').to_string()
    }

    /// The stable name under which JavaScript sees this error.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Config { .. } | Self::Layer { .. } => "ConfigError",
            Self::Dataset(_) => "DatasetError",
            Self::Device(_) => "DeviceError",
            Self::WrongNumbers(_) => "WrongNumbersError",
            Self::ModelFile(_) => "ModelFileError",
            Self::Busy => "BusyError",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { field, reason } => write!(f, "{field} {reason}."),
            Self::Layer { name, reason } => write!(f, "Layer \"{name}\" {reason}."),
            Self::Dataset(sentence)
            | Self::Device(sentence)
            | Self::WrongNumbers(sentence)
            | Self::ModelFile(sentence) => f.write_str(sentence),
            Self::Busy => f.write_str(
                "The network is busy with another fit or evaluation; wait for it, stop it, or in a callback use what the hook is given."
            ),
        }
    }
}

impl std::error::Error for Error {}
