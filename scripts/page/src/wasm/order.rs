//! An order in which each function follows those it has most in common with.

use std::ops::Range;

/// Bytes that are compared at once, at most 8; gzip's own shortest match is 3.
const SHINGLE: usize = 4;
/// What more functions share than this is found everywhere.
const COMMON: usize = 1000;
/// gzip finds what stood some functions before, too: what is shared with each function counts this much of what is shared with the
/// one after it.
const FADING: f64 = 0.7;
/// A function that shares fewer pieces than this with those before is like none of them.
const FEW: f64 = 8.0;
/// How much the size of a function counts against it: at 0 the largest would always be chosen, and at 1 the smallest.
const SIZE: f64 = 0.6;

/// The functions by number, each as similar to those just before it as any that is left.
pub(crate) fn order(bodies: &[&[u8]]) -> Vec<u32> {
    let shared_pieces = SharedPieces::of(bodies);
    let size: Vec<f64> = shared_pieces.count.iter().map(|&pieces| (f64::from(pieces) + 5.0).powf(SIZE)).collect();
    let mut placed = vec![false; bodies.len()];
    // In place of all that was shared before, the weight of what comes changes.
    let (mut shared, mut weight) = (vec![0.0; bodies.len()], 1.0);
    let mut alike: Vec<u32> = Vec::new();
    let mut order = Vec::with_capacity(bodies.len());
    let mut rest = 0..bodies.len() as u32;
    let mut next = rest.next();
    while let Some(function) = next {
        placed[function as usize] = true;
        order.push(function);
        for functions in shared_pieces.of_function(function) {
            for &other in functions.iter().filter(|&&other| !placed[other as usize]) {
                if shared[other as usize] == 0.0 {
                    alike.push(other);
                }
                shared[other as usize] += weight;
            }
        }
        let (mut likest, mut best) = (0.0, None);
        alike.retain(|&other| {
            let both = &mut shared[other as usize];
            if placed[other as usize] || *both < FEW * weight {
                *both = 0.0;
                return false;
            }
            let likeness = *both / size[other as usize];
            if likeness > likest {
                (likest, best) = (likeness, Some(other));
            }
            true
        });
        weight /= FADING;
        if weight > 1e200 {
            for &other in &alike {
                shared[other as usize] /= weight;
            }
            weight = 1.0;
        }
        next = best.or_else(|| rest.find(|&function| !placed[function as usize]));
    }
    order
}

/// The pieces that at least two functions have, and not too many.
struct SharedPieces {
    /// How many different pieces each function has, shared or not.
    count: Vec<u32>,
    /// The functions that have the first piece, then those that have the second, and so on.
    functions: Vec<u32>,
    /// Where the functions of a piece are, for each piece of each function.
    pieces: Vec<Vec<Range<u32>>>,
}

impl SharedPieces {
    /// One sorted list takes a third of the time that a map of the pieces takes.
    fn of(bodies: &[&[u8]]) -> Self {
        let mut all: Vec<(u64, u32)> = Vec::new();
        let mut count = Vec::with_capacity(bodies.len());
        for (function, body) in (0..).zip(bodies) {
            let shingles = shingles(body);
            count.push(shingles.len() as u32);
            all.extend(shingles.into_iter().map(|shingle| (shingle, function)));
        }
        all.sort_unstable();
        let (mut functions, mut pieces) = (Vec::new(), vec![Vec::new(); bodies.len()]);
        for piece in all.chunk_by(|a, b| a.0 == b.0).filter(|piece| (2..=COMMON).contains(&piece.len())) {
            let start = functions.len() as u32;
            functions.extend(piece.iter().map(|&(_, function)| function));
            for &(_, function) in piece {
                pieces[function as usize].push(start..functions.len() as u32);
            }
        }
        Self { count, functions, pieces }
    }

    /// For each piece of a function, all functions that have it.
    fn of_function(&self, function: u32) -> impl Iterator<Item = &[u32]> {
        self.pieces[function as usize].iter().map(|at| &self.functions[at.start as usize..at.end as usize])
    }
}

/// The pieces that a function is made of, each once, as numbers.
fn shingles(body: &[u8]) -> Vec<u64> {
    let number = |piece: &[u8]| piece.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
    let mut shingles: Vec<u64> = body.windows(SHINGLE).map(number).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_there_once_and_stands_beside_its_like() {
        let (one, other) = ([b"first of a kind: ".as_slice(), b"and another kind"], [b'1', b'2', b'3']);
        let bodies: Vec<Vec<u8>> = other.iter().flat_map(|&end| one.map(|kind| [kind, &[end]].concat())).collect();
        let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        let order = order(&bodies);
        let kinds: Vec<u32> = order.iter().map(|function| function % 2).collect();
        assert_eq!(kinds, [0, 0, 0, 1, 1, 1]);
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn functions_that_share_nothing_keep_their_order() {
        assert_eq!(order(&[b"", b"abcdefg", b"", b"hijklmn"]), [0, 1, 2, 3]);
        assert!(order(&[]).is_empty());
    }
}
