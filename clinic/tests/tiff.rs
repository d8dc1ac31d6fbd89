//! Small TIFF files of every kind that is read, and of those that are not. They are written here, byte by byte.

use tabfit_clinic::{Picture, decode};

/// What a page says of itself, beside its pixels.
#[derive(Clone, Copy)]
struct Page {
    size: [u32; 2],
    samples: u32,
    bits: u32,
    /// 1 for whole numbers, 2 for signed ones, 3 for floats.
    format: u32,
    /// 1 for grey, 2 for RGB, 3 for a palette, 5 for CMYK.
    colours: u32,
    orientation: u32,
    /// 2 where each colour lies apart.
    planes: u32,
    /// 1 where the colours have been multiplied by the opacity behind them, and 2 where they have not.
    opacity: u32,
    /// 1 for a smaller copy of another page.
    kind: u32,
}

const RGB: Page =
    Page { size: [2, 1], samples: 3, bits: 8, format: 1, colours: 2, orientation: 1, planes: 1, opacity: 2, kind: 0 };
const GREY: Page = Page { samples: 1, colours: 1, ..RGB };

/// A file of pages, by TIFF 6.0: each has its pixels, its lists of bits and formats, and then its directory.
fn file(pages: &[(Page, &[u8])]) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4; // where the place of the next directory is written
    for (page, pixels) in pages {
        let start = bytes.len() as u32;
        bytes.extend(*pixels);
        let mut list = |value: u32| {
            let place = bytes.len() as u32;
            bytes.extend((0..page.samples).flat_map(|_| (value as u16).to_le_bytes()));
            if page.samples > 2 { place } else { value * (1 + (page.samples - 1) * 0x1_0000) }
        };
        let (bits, formats) = (list(page.bits), list(page.format));
        let [width, height] = page.size;
        let strips = if page.planes == 2 { page.samples } else { 1 };
        let mut lists = |value: u32| {
            let place = bytes.len() as u32;
            bytes.extend((0..strips).flat_map(|_| value.to_le_bytes()));
            if strips > 1 { place } else { value }
        };
        let (start, length) = (lists(start), lists(pixels.len() as u32 / strips));
        let of_colours = match page.colours {
            2 => 3,
            5 => 4,
            _ => 1,
        };
        let (short, long) = (3, 4);
        let mut entries = vec![
            (254, long, 1, page.kind),
            (256, long, 1, width),
            (257, long, 1, height),
            (258, short, page.samples, bits),
            (259, short, 1, 1),
            (262, short, 1, page.colours),
            (273, long, strips, start),
            (274, short, 1, page.orientation),
            (277, short, 1, page.samples),
            (278, long, 1, height),
            (279, long, strips, length),
            (284, short, 1, page.planes),
            (339, short, page.samples, formats),
        ];
        if page.samples > of_colours {
            entries.insert(12, (338, short, 1, page.opacity));
        }
        let directory = (bytes.len() as u32).to_le_bytes();
        bytes[link..link + 4].copy_from_slice(&directory);
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            bytes.extend([tag as u16, kind as u16].into_iter().flat_map(u16::to_le_bytes));
            bytes.extend([count, value].into_iter().flat_map(u32::to_le_bytes));
        }
        link = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

fn pixels(page: Page, values: &[u8]) -> Vec<u8> {
    decoded(page, values).rgb
}

fn decoded(page: Page, values: &[u8]) -> Picture {
    decode(&file(&[(page, values)])).unwrap_or_else(|reason| panic!("it {reason}"))
}

#[test]
fn a_picture_is_turned_as_its_tag_says() {
    // Two pixels wide and three high; each pixel is a letter.
    let stored: Vec<u8> = b"ABCDEF".iter().flat_map(|&letter| [letter; 3]).collect();
    for (orientation, width, expected) in [
        (1, 2, b"ABCDEF"),
        (2, 2, b"BADCFE"),
        (3, 2, b"FEDCBA"),
        (4, 2, b"EFCDAB"),
        (5, 3, b"ACEBDF"),
        (6, 3, b"ECAFDB"),
        (7, 3, b"FDBECA"),
        (8, 3, b"BDFACE"),
        (9, 2, b"ABCDEF"), // no such tag
    ] {
        let picture = decoded(Page { size: [2, 3], orientation, ..RGB }, &stored);
        let letters: Vec<u8> = picture.rgb.chunks_exact(3).map(|pixel| pixel[0]).collect();
        assert_eq!((picture.width, &letters[..]), (width, &expected[..]), "{orientation}");
    }
}

#[test]
fn what_is_transparent_is_laid_over_black() {
    let grey = Page { samples: 2, ..GREY };
    assert_eq!(pixels(grey, &[200, 255, 200, 51]), [200, 200, 200, 40, 40, 40]);
    let colours = Page { samples: 4, ..RGB };
    assert_eq!(pixels(colours, &[10, 20, 30, 255, 100, 200, 50, 51]), [10, 20, 30, 20, 40, 10]);
    let multiplied = Page { opacity: 1, ..colours };
    assert_eq!(pixels(multiplied, &[10, 20, 30, 255, 20, 40, 10, 51]), [10, 20, 30, 20, 40, 10]);
    let wide: Vec<u8> = [257_u16 * 10, 257 * 20, 257 * 30, u16::MAX, 257 * 100, 257 * 200, 257 * 50, 257 * 51]
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(pixels(Page { bits: 16, ..colours }, &wide), [10, 20, 30, 20, 40, 10]);
}

#[test]
fn colours_of_sixteen_bits_stay_as_they_are_and_greys_are_spread() {
    let wide: Vec<u8> =
        [257_u16 * 10, 257 * 20, 257 * 30, 257, 0, 514].into_iter().flat_map(u16::to_le_bytes).collect();
    let picture = decoded(Page { bits: 16, ..RGB }, &wide);
    assert_eq!((picture.rgb, picture.spread), (vec![10, 20, 30, 1, 0, 2], false));
    let greys: [(u32, u32, Vec<u8>); 5] = [
        (8, 2, vec![128, 127]),
        (16, 2, [-300_i16, 300].into_iter().flat_map(i16::to_le_bytes).collect()),
        (32, 1, [7_u32, 4_000_000_000].into_iter().flat_map(u32::to_le_bytes).collect()),
        (32, 2, [-7_i32, 2_000_000_000].into_iter().flat_map(i32::to_le_bytes).collect()),
        (64, 3, [-0.5_f64, 1e12].into_iter().flat_map(f64::to_le_bytes).collect()),
    ];
    for (bits, format, values) in greys {
        let picture = decoded(Page { bits, format, ..GREY }, &values);
        assert_eq!((picture.rgb, picture.spread), (vec![0, 0, 0, 255, 255, 255], true), "{bits} bits, format {format}");
    }
}

#[test]
fn what_is_not_read_is_named() {
    let refused = |page: Page, values: &[u8]| decode(&file(&[(page, values)])).unwrap_err();
    let kind = |what: &str| {
        format!(
            "is a TIFF of a kind that tabfit does not read ({what}); save it as grey or RGB of 8 or 16 bits, or as PNG"
        )
    };
    assert_eq!(refused(Page { planes: 2, ..RGB }, &[0; 6]), kind("each colour apart"));
    assert_eq!(refused(Page { bits: 32, ..RGB }, &[0; 24]), kind("RGB, 32 bits"));
    assert_eq!(refused(Page { samples: 4, colours: 5, ..RGB }, &[0; 8]), kind("CMYK, 8 bits"));
    assert_eq!(refused(Page { bits: 16, format: 2, ..RGB }, &[0; 12]), kind("numbers of an unusual kind"));
    assert_eq!(refused(Page { samples: 2, opacity: 0, ..GREY }, &[0; 4]), kind("several bands, 8 bits"));
    assert_eq!(refused(Page { bits: 4, ..GREY }, &[0; 2]), kind("grey, 4 bits"));
    assert_eq!(refused(Page { size: [0, 1], ..RGB }, &[]), "is damaged or cut off");
    let second = decode(&file(&[(RGB, &[9; 6]), (RGB, &[0; 6])])).unwrap_err();
    assert_eq!(second, "is a TIFF of several pages; save each page as a file of its own");
    let copy = Page { size: [1, 1], kind: 1, ..RGB };
    assert_eq!(decode(&file(&[(RGB, &[9; 6]), (copy, &[0; 3])])).unwrap().rgb, [9; 6]);
}
