//! Changes the paths of a folder, one a line: a folder or a file is left out, doubled, renamed, or moved to where another one is.

use super::{bytes, random};

/// One change of a path or of the list.
pub fn paths(text: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut paths: Vec<Vec<Vec<u8>>> = text
        .split(|&byte| byte == b'\n')
        .map(|path| path.split(|&byte| byte == b'/').map(<[u8]>::to_vec).collect())
        .collect();
    let mut random = random(seed);
    let (at, other) = (random(paths.len()), random(paths.len()));
    let (name, another) = (random(paths[at].len()), random(paths[other].len()));
    match random(8) {
        0 => drop(paths.remove(at)),
        1 => paths.push(paths[at].clone()),
        2 => paths.swap(at, other),
        3 => drop(paths[at].remove(name)),
        4 => {
            let folder = paths[other][another].clone();
            paths[at].insert(name, folder);
        }
        5 => paths[at][name] = paths[other][another].clone(),
        6 => paths[at][name].make_ascii_uppercase(),
        _ => paths[at][name] = bytes(&paths[at][name]),
    }
    Some(paths.into_iter().map(|path| path.join(&b'/')).collect::<Vec<_>>().join(&b'\n'))
}
