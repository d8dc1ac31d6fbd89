//! Makes all random numbers of a run from its seed.
//!
//! Every random choice depends only on the seed and on its purpose. So the order of the batches does not
//! change a picture's augmentation, and a resumed run makes the same choices as an uninterrupted one.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result};

/// The seed of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub u64);

/// What a random stream is for; streams of different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Which pictures are held out for validation.
    Split,
    /// The order of the training pictures in an epoch (from 1).
    Shuffle(usize),
    /// The initial value of the weight with this index.
    Weights(usize),
    /// How one picture is augmented in one epoch: `(epoch, picture)`.
    Augment(usize, usize),
    /// The dropout masks of one training step: how many steps the optimizer has taken before it.
    Dropout(u64),
}

impl Default for Seed {
    /// The seed 1, which is used wherever a caller gives none.
    fn default() -> Self {
        Self(1)
    }
}

impl TryFrom<f64> for Seed {
    type Error = Error;

    /// Accepts whole numbers up to JavaScript's `Number.MAX_SAFE_INTEGER`.
    fn try_from(seed: f64) -> Result<Self> {
        const MOST: f64 = 9_007_199_254_740_991.0;
        match (0.0..=MOST).contains(&seed) && seed.fract() == 0.0 {
            true => Ok(Self(seed as u64)),
            false => Err(Error::config("seed", format!("must be a whole number from 0 to {MOST}, not {seed}"))),
        }
    }
}

impl Seed {
    /// The stream for one purpose.
    #[must_use]
    pub fn rng(self, purpose: Purpose) -> ChaCha8Rng {
        let [kind, a, b] = match purpose {
            Purpose::Split => [0, 0, 0],
            Purpose::Shuffle(epoch) => [1, epoch as u64, 0],
            Purpose::Weights(index) => [2, index as u64, 0],
            Purpose::Augment(epoch, picture) => [3, epoch as u64, picture as u64],
            Purpose::Dropout(step) => [4, step, 0],
        };
        // ChaCha's key is exactly these four words, so no two purposes can share a stream.
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([self.0, kind, a, b]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }

    /// The first number of the stream, as the seed of a generator that runs on a device.
    #[must_use]
    pub fn word(self, purpose: Purpose) -> u64 {
        self.rng(purpose).next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_purpose_draws_the_same_and_another_purpose_draws_otherwise() {
        let seed = Seed(7);
        assert_eq!(seed.word(Purpose::Shuffle(1)), seed.word(Purpose::Shuffle(1)));
        assert_ne!(seed.word(Purpose::Shuffle(1)), seed.word(Purpose::Shuffle(2)));
        assert_ne!(seed.word(Purpose::Shuffle(1)), seed.word(Purpose::Weights(1)));
        assert_ne!(seed.word(Purpose::Shuffle(1)), Seed(8).word(Purpose::Shuffle(1)));
    }
}
