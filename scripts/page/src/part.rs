//! The parts of the page: programs of which a browser loads what it can use, once it needs it.

/// A part; each is a crate in `parts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Trains on the CPU alone. It is compiled in minutes, so it comes first.
    Cpu,
    /// Decodes pictures that the browser cannot.
    Decoders,
    /// Decodes pictures of clinic and laboratory.
    Clinic,
    /// Takes Keras's files apart, and makes them.
    Formats,
    /// Reads ONNX and writes TensorFlow Lite.
    Exchange,
    /// Looks after the pictures, and says how sure a score is.
    Study,
    /// Trains on WebGPU too.
    WebGpu,
}

impl Part {
    /// In the order in which they are made: what is ready soon and likely to be needed comes first.
    pub(crate) const ALL: [Self; 7] =
        [Self::Cpu, Self::Study, Self::Decoders, Self::Clinic, Self::Formats, Self::Exchange, Self::WebGpu];

    /// Its folder on the page and in the package.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Decoders => "decoders",
            Self::Clinic => "clinic",
            Self::Formats => "formats",
            Self::Exchange => "exchange",
            Self::Study => "study",
            Self::WebGpu => "webgpu",
        }
    }

    /// Its crate.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Cpu => "tabfit-cpu",
            Self::Decoders => "tabfit-late-decoders",
            Self::Clinic => "tabfit-late-clinic",
            Self::Formats => "tabfit-late-formats",
            Self::Exchange => "tabfit-exchange",
            Self::Study => "tabfit-study",
            Self::WebGpu => "tabfit-webgpu",
        }
    }

    /// What a person calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Cpu => "CPU part",
            Self::Decoders => "decoders",
            Self::Clinic => "part for pictures of clinic and laboratory",
            Self::Formats => "part for Keras's files",
            Self::Exchange => "part for ONNX and TensorFlow Lite",
            Self::Study => "part for data care and scores",
            Self::WebGpu => "WebGPU part",
        }
    }
}
