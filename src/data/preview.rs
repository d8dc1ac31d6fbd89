//! What augmentation makes of a picture, to be looked at before a run.

use crate::data::loader::rgba;
use crate::data::{Augment, Dataset};
use crate::error::{Error, Result};
use crate::seed::{Purpose, Seed};

/// The most copies at once.
const MOST_COPIES: usize = 64;

/// The picture at `position` as the first epochs of a run with this seed train on it, one copy for each epoch, drawn and
/// changed by what trains on the CPU. Standardization is left out, because its values are no colours.
///
/// # Shapes
/// - returns `[copies, size, size, 4]`, RGBA8
///
/// # Errors
///
/// There is no such picture, a setting is out of range, or there would be no copy or more than 64.
pub fn augmented_copies(
    dataset: &Dataset,
    position: usize,
    copies: usize,
    augment: &Augment,
    seed: Seed,
) -> Result<Vec<u8>> {
    augment.check()?;
    if position >= dataset.len() {
        return Err(Error::Dataset(format!("There is no picture {position}; there are {}.", dataset.len())));
    }
    if !(1..=MOST_COPIES).contains(&copies) {
        return Err(Error::config("copies", format!("must be from 1 to {MOST_COPIES}, not {copies}")));
    }
    let size = dataset.image_size();
    let mut values = Vec::with_capacity(copies * size * size * 3);
    for epoch in 1..=copies {
        let mut rng = seed.rng(Purpose::Augment(epoch, dataset.id(position)));
        augment.draw(size, &mut rng).apply(dataset.pixels(position), size, &mut values);
    }
    Ok(rgba(&values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_the_pictures_of_the_first_epochs() {
        let pixels: Vec<u8> = (0..2 * 16 * 3).map(|value| value * 2).collect();
        let dataset = Dataset::from_arrays(pixels.clone(), vec![0, 1], vec!["a".into(), "b".into()], 4).unwrap();
        let still = augmented_copies(&dataset, 1, 2, &Augment::default(), Seed(1)).unwrap();
        let expected: Vec<u8> = pixels[48..].chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
        assert_eq!(still, [&expected[..], &expected].concat());
        let turned = Augment { rotation_range: 90.0, ..Augment::default() };
        let copies = augmented_copies(&dataset, 1, 3, &turned, Seed(1)).unwrap();
        assert!(copies[..64] != copies[64..128] && copies[64..128] != copies[128..]);
        assert_eq!(copies[64..], augmented_copies(&dataset, 1, 3, &turned, Seed(1)).unwrap()[64..]);
        for (position, count) in [(2, 1), (0, 0), (0, 65)] {
            assert!(augmented_copies(&dataset, position, count, &turned, Seed(1)).is_err());
        }
    }
}
