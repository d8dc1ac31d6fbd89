//! JPEG inside DICOM: baseline of 8 bits, and lossless of up to 16 (ITU-T T.81, processes 1, 2 and 14).
//!
//! The markers are read here first, because the decoder asks for memory by what they say, computes lossless pictures wrongly that
//! begin anew in between or drop bits, and would choose the colours without knowing what DICOM says of them.

use jpeg_decoder::{ColorTransform, Decoder};

use super::header::Header;
use super::syntax::unread;
use crate::{DAMAGED, MAX_PIXELS, checked_size};

/// Which colours the three samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    Rgb,
    YCbCr,
}

/// What the markers before the first scan say.
#[derive(Debug, Default)]
struct Markers {
    process: u8,
    bits: u8,
    height: u16,
    width: u16,
    samples: u8,
    colours: Option<Colours>,
    restarts: bool,
    /// How many low bits a lossless picture drops.
    dropped: u8,
    /// Where the scan begins.
    scan: usize,
}

const LOSSLESS: u8 = 3;

/// The samples of all pixels: bytes, or for more than 8 bits numbers of two bytes in this machine's order.
pub(crate) fn samples(header: &Header, stream: &[u8]) -> Result<(Vec<u8>, u8), String> {
    let markers = Markers::read(stream)?;
    if [markers.width, markers.height] != [header.columns, header.rows] || u16::from(markers.samples) != header.samples
    {
        return Err(DAMAGED.into());
    }
    let lossless = markers.process == LOSSLESS;
    match (markers.process, markers.bits) {
        (0 | 1 | LOSSLESS, 8) => {}
        (LOSSLESS, 2..=16) if markers.samples == 1 => {}
        (1, 12) => return Err(unread("JPEG Extended of 12 bits")),
        _ => return Err(unread("an unusual kind of JPEG")),
    }
    if lossless {
        // The decoder takes more than ten bytes for each sample.
        checked_size(header.columns.into(), header.rows.into(), MAX_PIXELS / usize::from(header.samples))?;
    }
    let scans = || stream[markers.scan..].windows(2).filter(|pair| *pair == [0xff, 0xda]).count();
    if lossless && (markers.restarts || markers.dropped > 0 || scans() > 1) {
        return Err(unread("JPEG Lossless with restarts or several scans"));
    }
    let mut decoder = Decoder::new(stream);
    if markers.samples == 3 && !lossless {
        decoder.set_color_transform(
            match markers.colours.unwrap_or(if header.is_rgb() { Colours::Rgb } else { Colours::YCbCr }) {
                Colours::Rgb => ColorTransform::RGB,
                Colours::YCbCr => ColorTransform::YCbCr,
            },
        );
    }
    let bytes = decoder.decode().map_err(|_| DAMAGED)?;
    let each = if markers.bits == 8 { 1 } else { 2 };
    if bytes.len() != header.pixels() * usize::from(markers.samples) * each {
        return Err(DAMAGED.into());
    }
    Ok((bytes, markers.bits))
}

impl Markers {
    fn read(stream: &[u8]) -> Result<Self, String> {
        let mut markers = Self::default();
        let mut at = 2;
        if !stream.starts_with(&[0xff, 0xd8]) {
            return Err(DAMAGED.into());
        }
        loop {
            let &[0xff, marker, high, low] = stream.get(at..at + 4).ok_or(DAMAGED)? else { return Err(DAMAGED.into()) };
            if marker == 0xff {
                at += 1; // markers may be preceded by any number of these
                continue;
            }
            let length = usize::from(u16::from_be_bytes([high, low]));
            let content = stream.get(at + 4..at + 2 + length).filter(|_| length >= 2).ok_or(DAMAGED)?;
            match marker {
                0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => markers.frame(marker - 0xc0, content)?,
                0xdd => markers.restarts = content.iter().any(|&byte| byte != 0),
                0xe0 if content.starts_with(b"JFIF") => markers.set(Colours::YCbCr),
                0xee if content.starts_with(b"Adobe") => match content.get(11) {
                    Some(0) => markers.set(Colours::Rgb),
                    Some(_) => markers.set(Colours::YCbCr),
                    None => {}
                },
                0xda => {
                    markers.dropped = content.last().map_or(0, |&last| last & 15);
                    markers.scan = at;
                    return Ok(markers);
                }
                _ => {}
            }
            at += 2 + length;
        }
    }

    fn frame(&mut self, process: u8, content: &[u8]) -> Result<(), String> {
        let &[bits, a, b, c, d, samples, ..] = content else { return Err(DAMAGED.into()) };
        (self.process, self.bits, self.samples) = (process, bits, samples);
        (self.height, self.width) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let names: Vec<u8> = content[6..].chunks(3).map(|component| component[0]).collect();
        if names == *b"RGB" || names == *b"rgb" {
            self.colours = Some(Colours::Rgb); // whatever other markers say
        }
        Ok(())
    }

    fn set(&mut self, colours: Colours) {
        self.colours.get_or_insert(colours);
    }
}
