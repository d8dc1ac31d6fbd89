//! The shape of one sample between two layers.

use std::fmt;

use crate::network::MOST_VALUES;

/// The shape of a picture or of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Rows, columns, channels.
    Image([usize; 3]),
    /// A vector.
    Vector(usize),
}

impl Shape {
    /// The lengths of the axes, in Keras's order.
    #[must_use]
    pub fn dims(self) -> Vec<usize> {
        match self {
            Self::Image(dims) => dims.to_vec(),
            Self::Vector(units) => vec![units],
        }
    }

    /// The number of values.
    #[must_use]
    pub fn len(self) -> usize {
        self.dims().iter().product()
    }

    /// The shape itself.
    ///
    /// # Errors
    ///
    /// One sample would need over 1 GB; a clause that completes "Layer … ".
    pub(crate) fn within_memory(self) -> Result<Self, String> {
        // 64 bits, because a hostile file may ask for more than 32 bits can count.
        match self.dims().iter().map(|&dim| dim as u64).product::<u64>() <= MOST_VALUES as u64 {
            true => Ok(self),
            false => Err(format!("makes {self}, over 1 GB for one picture; pool more or use fewer filters")),
        }
    }

    /// Whether there is no value, which no checked network has.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The size of the last axis: channels, or units.
    #[must_use]
    pub fn channels(self) -> usize {
        match self {
            Self::Image([_, _, channels]) => channels,
            Self::Vector(units) => units,
        }
    }

    /// The shape of both side by side, channel after channel; `None` if other axes differ.
    pub(crate) fn beside(self, other: Self) -> Option<Self> {
        // Saturating, because the sum may not fit the 32 bits of wasm; too large a shape is refused anyway.
        match (self, other) {
            (Self::Vector(units), Self::Vector(more)) => Some(Self::Vector(units.saturating_add(more))),
            (Self::Image([rows, columns, channels]), Self::Image([same_rows, same_columns, more]))
                if (rows, columns) == (same_rows, same_columns) =>
            {
                Some(Self::Image([rows, columns, channels.saturating_add(more)]))
            }
            _ => None,
        }
    }

    /// Rows, columns and channels.
    ///
    /// # Errors
    ///
    /// It is a vector; a clause that completes "Layer … ".
    pub(crate) fn image(self) -> Result<[usize; 3], String> {
        match self {
            Self::Image(dims) => Ok(dims),
            Self::Vector(_) => {
                Err(format!("needs a picture (None, rows, columns, channels) but gets {self}; put it before Flatten"))
            }
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(None")?;
        self.dims().iter().try_for_each(|dim| write!(f, ", {dim}"))?;
        f.write_str(")")
    }
}
