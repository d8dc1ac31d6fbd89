//! The two parts of the page: programs of which a browser loads the one that it can use.

/// A part; each is a crate in `parts/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Trains on the CPU alone. It is compiled in minutes, so it comes first.
    Cpu,
    /// Trains on WebGPU too.
    WebGpu,
}

impl Part {
    /// Its folder on the page and in the package.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::WebGpu => "webgpu",
        }
    }

    /// Its crate.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Cpu => "tabfit-cpu",
            Self::WebGpu => "tabfit-webgpu",
        }
    }

    /// What a person calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Cpu => "CPU part",
            Self::WebGpu => "WebGPU part",
        }
    }
}
