//! Groups of layers that are computed for the same number of pictures at once.

use crate::network::memory::{NUMBER, values};
use crate::network::{Architecture, Node};

/// How many times less the layers of a group make of a picture than those of the group before it, at least.
const LESS: u64 = 2;

/// A group of neighbouring layers. Nothing but the output of its last one is read by later layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stage {
    /// How many layers of the network have been computed after it.
    pub(crate) end: usize,
    /// The bytes of the largest tensor that it makes or reads of one picture.
    pub(crate) largest: u64,
}

impl Architecture {
    /// The layers in groups, in their order.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        // The largest tensor from what each layer reads on.
        let made = |layer: &Node| NUMBER * values(layer).max().unwrap_or(0);
        let mut rest: Vec<u64> = [NUMBER * self.picture()].into_iter().chain(self.layers.iter().map(made)).collect();
        for index in (1..rest.len()).rev() {
            rest[index - 1] = rest[index - 1].max(rest[index]);
        }
        let (mut stages, mut largest) = (Vec::new(), rest[0]);
        for (end, &rest) in rest.iter().enumerate().take(self.layers.len()).skip(1) {
            if rest * LESS <= largest && self.divides_after(end) {
                stages.push(Stage { end, largest });
                largest = rest;
            }
        }
        stages.push(Stage { end: self.layers.len(), largest });
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Preset;

    #[test]
    fn every_group_makes_at_most_half_of_what_the_one_before_it_makes() {
        let config = Preset::named("efficientnet-lite0").unwrap().config(96, 4);
        let network = Architecture::new(config, 4).unwrap();
        let stages = network.stages();
        assert_eq!(stages[0].largest, 48 * 48 * 96 * 4, "the first block that widens");
        assert_eq!(stages.last().unwrap().end, network.layers.len());
        assert!(stages.len() > 3, "{stages:?}");
        for pair in stages.windows(2) {
            assert!(pair[0].end < pair[1].end && 2 * pair[1].largest <= pair[0].largest, "{pair:?}");
            assert!(network.divides_after(pair[0].end), "{pair:?}");
        }
    }
}
