//! Pictures that look alike though their files differ, such as one that was saved again or made smaller.

use super::sets::Sets;
use crate::look::{Look, SMALL_PIXELS};

/// The most bits of 64 in which the hashes of near duplicates differ: on plain grounds, noise alone turns some. Which of them are
/// duplicates is decided by the pixels.
pub const MOST_BITS: u32 = 10;
/// The most by which their small grey copies differ: the root of the mean square, of 255. That is about twice what saving a
/// picture again as JPEG 75 at half the size does to it.
pub const MOST_PIXELS: f64 = 2.0;
/// The most by which red, green or blue of their average colours differ, of 255: what is grey has no hue, and two pictures of the same
/// grey may have two. Saving a picture again as JPEG 75 at half the size changes it by less than one and a half.
const MOST_COLOUR: f32 = 4.0;
/// Hashes are cut into so many pieces: two that differ in fewer bits have one in common, so that only those are compared.
const PIECES: u32 = MOST_BITS + 1;
/// Up to so many pictures, it is faster to compare all.
const FEW: usize = 2000;

/// A picture that is compared.
struct Compared<'a> {
    id: usize,
    look: &'a Look,
    /// The mean of its small copy: two copies differ by at least as much as their means.
    mean: f64,
}

/// Joins the near duplicates among these pictures.
pub(super) fn join(looks: &[Look], ids: &[usize], sets: &mut Sets) {
    let mean = |look: &Look| look.small.iter().map(|&value| f64::from(value)).sum::<f64>() / SMALL_PIXELS as f64;
    let mut all: Vec<Compared> =
        ids.iter().map(|&id| Compared { id, look: &looks[id], mean: mean(&looks[id]) }).collect();
    all.sort_by(|a, b| a.mean.total_cmp(&b.mean));
    if all.len() <= FEW {
        return join_neighbours(&all.iter().collect::<Vec<_>>(), sets);
    }
    for number in 0..PIECES {
        let key = |compared: &&Compared| piece(compared.look.hash, number);
        let mut sorted: Vec<&Compared> = all.iter().collect();
        sorted.sort_by_key(key); // stable, so that those with one key stay in the order of their means
        sorted.chunk_by(|a, b| key(a) == key(b)).for_each(|equal| join_neighbours(equal, sets));
    }
}

/// Joins pictures, in the order of their means, with those that come soon after them.
fn join_neighbours(pictures: &[&Compared], sets: &mut Sets) {
    let mut left = pictures;
    while let [a, others @ ..] = left {
        for b in others.iter().take_while(|b| b.mean - a.mean <= MOST_PIXELS) {
            let bits = (a.look.hash ^ b.look.hash).count_ones();
            let close = bits <= MOST_BITS && has_colour_of(a.look, b.look);
            if close && !sets.are_joined(a.id, b.id) && difference(a.look, b.look) <= MOST_PIXELS {
                sets.join(a.id, b.id);
            }
        }
        left = others;
    }
}

/// One of the pieces of a hash.
fn piece(hash: u64, number: u32) -> u64 {
    let (start, end) = (number * 64 / PIECES, (number + 1) * 64 / PIECES);
    hash >> start & ((1 << (end - start)) - 1)
}

/// Whether two pictures have about the same average colour.
fn has_colour_of(a: &Look, b: &Look) -> bool {
    a.colour.iter().zip(b.colour).all(|(a, b)| (a - b).abs() <= MOST_COLOUR)
}

/// How much the small copies of two pictures differ: the root of the mean square, of 255.
#[must_use]
pub fn difference(a: &Look, b: &Look) -> f64 {
    let square = |(&a, &b): (&u8, &u8)| u32::from(a.abs_diff(b)).pow(2);
    let sum: u32 = a.small.iter().zip(&b.small).map(square).sum();
    (f64::from(sum) / SMALL_PIXELS as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::FileFacts;

    fn look(hash: u64, tone: impl Fn(usize) -> u8) -> Look {
        let plain = Look::of::<3>(&[100; 8 * 8 * 3], 8, FileFacts::default());
        Look { hash, small: std::array::from_fn(tone), colour: [100.0; 3], ..plain }
    }

    fn are_joined(looks: &[Look; 2]) -> bool {
        let mut sets = Sets::new(2);
        join(looks, &[0, 1], &mut sets);
        sets.are_joined(0, 1)
    }

    #[test]
    fn near_is_what_differs_by_no_more_than_each_bound() {
        let first = look(0, |_| 1);
        let near = |other: &Look| are_joined(&[first, *other]) && are_joined(&[*other, first]);
        let bits = |count: u32| look((1 << count) - 1, |_| 1);
        assert!(near(&bits(MOST_BITS)) && !near(&bits(MOST_BITS + 1)));
        assert!(near(&look(0, |_| 3)) && !near(&look(0, |_| 4)));
        let red = |red: f32| Look { colour: [red, 100.0, 100.0], ..first };
        assert!(near(&red(100.0 + MOST_COLOUR)) && !near(&red(100.5 + MOST_COLOUR)));
        // The means are equal, and the pixels are three apart.
        let striped = look(0, |at| if at % 2 == 0 { 97 } else { 103 });
        assert!(!are_joined(&[striped, look(0, |_| 100)]));
        assert!((difference(&first, &look(0, |at| if at < 64 { 5 } else { 1 })) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_pieces_are_small_and_each_bit_is_in_one_of_them() {
        for bit in 0..64 {
            let pieces: Vec<u64> = (0..PIECES).map(|number| piece(1 << bit, number)).collect();
            assert_eq!(pieces.iter().filter(|&&piece| piece != 0).count(), 1, "bit {bit}");
            assert!(pieces.iter().all(|&piece| piece < 1 << 6), "bit {bit}");
        }
    }
}
