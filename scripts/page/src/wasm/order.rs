//! An order in which each function follows those it has most in common with.

use std::collections::HashMap;

/// Bytes that are compared at once, at most 8; gzip's own shortest match is 3.
const SHINGLE: usize = 5;
/// What more functions share than this is found everywhere.
const COMMON: usize = 2000;

/// The functions by number, each as similar to the one before it as any that is left.
pub(crate) fn order(bodies: &[&[u8]]) -> Vec<u32> {
    let shingles: Vec<Vec<u64>> = bodies.iter().map(|body| shingles(body)).collect();
    let mut sharing: HashMap<u64, Vec<u32>> = HashMap::new();
    for (function, shingles) in (0..).zip(&shingles) {
        for &shingle in shingles {
            sharing.entry(shingle).or_default().push(function);
        }
    }
    sharing.retain(|_, functions| (2..=COMMON).contains(&functions.len()));
    let mut placed = vec![false; bodies.len()];
    let mut shared = vec![0_u32; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut rest = 0..bodies.len() as u32;
    let mut next = rest.next();
    while let Some(function) = next {
        placed[function as usize] = true;
        order.push(function);
        let mut candidates = Vec::new();
        for functions in shingles[function as usize].iter().filter_map(|shingle| sharing.get(shingle)) {
            for &other in functions.iter().filter(|&&other| !placed[other as usize]) {
                if shared[other as usize] == 0 {
                    candidates.push(other);
                }
                shared[other as usize] += 1;
            }
        }
        let own = shingles[function as usize].len();
        let likeness = |other: u32| {
            let both = f64::from(shared[other as usize]);
            both / ((own + shingles[other as usize].len()) as f64 - both)
        };
        next = candidates.iter().copied().max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
        for other in candidates {
            shared[other as usize] = 0;
        }
        next = next.or_else(|| rest.find(|&function| !placed[function as usize]));
    }
    order
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
