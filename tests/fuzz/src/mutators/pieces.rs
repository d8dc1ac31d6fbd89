//! Changes a picture that is made of pieces with their own lengths, and writes it again with lengths and checksums that fit: the
//! chunks of PNG and WebP, the segments of JPEG, the elements of DICOM.

use super::{Random, bytes, random};

/// What a picture is made of: how its kind is written, and its content.
#[derive(Clone)]
struct Piece {
    kind: Vec<u8>,
    content: Vec<u8>,
}

/// A format of pictures.
struct Format {
    /// How its files start, and at which byte that stands.
    signature: (usize, &'static [u8]),
    /// Where the first piece stands.
    start: usize,
    /// Takes the first piece off the rest of a file.
    take: fn(&[u8]) -> Option<(Piece, &[u8])>,
    /// Writes a piece at the end of a file.
    put: fn(&Piece, &mut Vec<u8>),
}

const PNG: Format = Format { signature: (0, b"\x89PNG\r\n\x1a\n"), start: 8, take: take_png, put: put_png };
const JPEG: Format = Format { signature: (0, b"\xff\xd8"), start: 2, take: take_jpeg, put: put_jpeg };
const WEBP: Format = Format { signature: (8, b"WEBP"), start: 12, take: take_webp, put: put_webp };
const DICOM: Format = Format { signature: (128, b"DICM"), start: 132, take: take_dicom, put: put_dicom };

/// One change of a piece's kind or content, or of the list of pieces.
pub fn pieces(file: &[u8], seed: u32) -> Option<Vec<u8>> {
    let format = [PNG, JPEG, WEBP, DICOM]
        .into_iter()
        .find(|Format { signature: (at, bytes), .. }| file.get(*at..).is_some_and(|file| file.starts_with(bytes)))?;
    let (head, mut rest) = file.split_at_checked(format.start)?;
    let mut pieces = Vec::new();
    while let Some((piece, after)) = (format.take)(rest) {
        pieces.push(piece);
        rest = after;
    }
    if pieces.is_empty() {
        return None;
    }
    let rest = rest.to_vec();
    change(&mut pieces, &mut random(seed));
    let mut file = head.to_vec();
    pieces.iter().for_each(|piece| (format.put)(piece, &mut file));
    file.extend(rest);
    if format.start == WEBP.start {
        let length = (file.len() - 8) as u32;
        file[4..8].copy_from_slice(&length.to_le_bytes());
    }
    Some(file)
}

fn change(pieces: &mut Vec<Piece>, random: &mut impl Random) {
    let (at, other) = (random(pieces.len()), random(pieces.len()));
    match random(8) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(other, pieces[at].clone()),
        2 => pieces.swap(at, other),
        3 => {
            let kind = pieces[other].kind.clone();
            if kind.len() == pieces[at].kind.len() {
                pieces[at].kind = kind;
            }
        }
        4 => {
            let byte = random(pieces[at].kind.len());
            pieces[at].kind[byte] ^= 1 << random(8);
        }
        _ => pieces[at].content = bytes(&pieces[at].content),
    }
}

/// So many bytes, and those after them.
fn split(bytes: &[u8], kind: usize, length: usize, content: usize) -> Option<(Piece, &[u8])> {
    let (content, rest) = bytes.get(content..)?.split_at_checked(length)?;
    Some((Piece { kind: bytes.get(..kind)?.to_vec(), content: content.to_vec() }, rest))
}

fn take_png(bytes: &[u8]) -> Option<(Piece, &[u8])> {
    let (length, named) = bytes.split_first_chunk::<4>()?;
    let (piece, rest) = split(named, 4, u32::from_be_bytes(*length) as usize, 4)?;
    Some((piece, rest.get(4..)?))
}

fn put_png(Piece { kind, content }: &Piece, file: &mut Vec<u8>) {
    file.extend((content.len() as u32).to_be_bytes());
    let named = file.len();
    file.extend(kind);
    file.extend(content);
    let checksum = crc32fast::hash(&file[named..]);
    file.extend(checksum.to_be_bytes());
}

/// The segment in front of what is coded is the last one, and what is coded belongs to it.
fn take_jpeg(bytes: &[u8]) -> Option<(Piece, &[u8])> {
    match *bytes {
        [0xff, 0xda, ..] => split(bytes, 2, bytes.len() - 2, 2),
        [0xff, _, high, low, ..] => split(bytes, 2, usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?, 4),
        _ => None,
    }
}

fn put_jpeg(Piece { kind, content }: &Piece, file: &mut Vec<u8>) {
    file.extend(kind);
    if kind[1] != 0xda {
        file.extend((content.len() as u16).wrapping_add(2).to_be_bytes());
    }
    file.extend(content);
}

fn take_webp(bytes: &[u8]) -> Option<(Piece, &[u8])> {
    let length = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
    let (piece, rest) = split(bytes, 4, length, 8)?;
    Some((piece, rest.get(length % 2..).unwrap_or_default()))
}

fn put_webp(Piece { kind, content }: &Piece, file: &mut Vec<u8>) {
    file.extend(kind);
    file.extend((content.len() as u32).to_le_bytes());
    file.extend(content);
    file.extend(&[0][..content.len() % 2]);
}

/// The kinds of values whose length takes four bytes, behind two that are not used.
const LONG: [&[u8]; 10] = [b"OB", b"OD", b"OF", b"OL", b"OW", b"SQ", b"UC", b"UN", b"UR", b"UT"];

/// An element whose kind of values is written down. One without an end takes the rest of the file.
fn take_dicom(bytes: &[u8]) -> Option<(Piece, &[u8])> {
    if LONG.contains(&bytes.get(4..6)?) {
        match u32::from_le_bytes(*bytes.get(8..)?.first_chunk()?) {
            u32::MAX => split(bytes, 12, bytes.len() - 12, 12),
            length => split(bytes, 6, length as usize, 12),
        }
    } else {
        split(bytes, 6, usize::from(u16::from_le_bytes(*bytes.get(6..)?.first_chunk()?)), 8)
    }
}

fn put_dicom(Piece { kind, content }: &Piece, file: &mut Vec<u8>) {
    file.extend(kind);
    match kind.get(4..6) {
        _ if kind.len() == 12 => {}
        Some(values) if LONG.contains(&values) => {
            file.extend([0, 0]);
            file.extend((content.len() as u32).to_le_bytes());
        }
        _ => file.extend((content.len() as u16).to_le_bytes()),
    }
    file.extend(content);
}
