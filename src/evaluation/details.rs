//! The answers of a network to every picture of an evaluation.

/// The answers, in the order of the pictures that were evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The index of each picture in the memory of its part, which no split or shuffle changes: a part that was read from a
    /// folder of its own has a memory of its own.
    pub pictures: Vec<u32>,
    /// The index of the true class of each.
    pub labels: Vec<u32>,
    /// `[pictures, classes]`, from 0 to 1; each row sums to 1.
    pub probabilities: Vec<f32>,
    /// How unlike each is to the training pictures, as a multiple of the distance that 95 % of the validation pictures do not
    /// exceed: above 1 is unlike. `None` where the network remembers no training pictures.
    pub unlike: Option<Vec<f32>>,
}
