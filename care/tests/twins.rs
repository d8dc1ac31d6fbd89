//! Planted twins: a picture that was saved again as JPEG 75, or at half the size, is found, and pictures that only resemble one
//! another are not.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, imageops::FilterType};
use tabfit_care::{Content, FileFacts, Folder, Look, Part, care, difference, find};

const PHOTOGRAPHS: [&[u8]; 4] = [
    include_bytes!("../../tests/photographs/astronaut.png"),
    include_bytes!("../../tests/photographs/cat.png"),
    include_bytes!("../../tests/photographs/coffee.png"),
    include_bytes!("../../tests/photographs/rocket.png"),
];

fn look_of(bytes: &[u8]) -> Look {
    let rgb = image::load_from_memory(bytes).expect("a picture").to_rgb8();
    let size = (rgb.width() as usize, rgb.height() as usize);
    Look::of::<3>(&rgb, size.0, FileFacts::of(bytes, size))
}

fn jpeg_75(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 75).encode_image(&picture.to_rgb8()).expect("memory takes it");
    bytes.into_inner()
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("memory takes it");
    bytes.into_inner()
}

fn half(picture: &DynamicImage) -> DynamicImage {
    picture.resize_exact(picture.width() / 2, picture.height() / 2, FilterType::Triangle)
}

#[test]
fn a_picture_saved_again_or_at_half_the_size_is_found_and_one_that_resembles_it_is_not() {
    let (mut looks, mut expected) = (Vec::new(), Vec::new());
    let mut add = |bytes: &[u8], group: usize| {
        looks.push(look_of(bytes));
        expected.push(group as u32);
    };
    for (index, photograph) in PHOTOGRAPHS.iter().enumerate() {
        let picture = image::load_from_memory(photograph).expect("a picture");
        let whole = index * 4;
        for bytes in [photograph.to_vec(), jpeg_75(&picture), png(&half(&picture)), jpeg_75(&half(&picture))] {
            add(&bytes, whole);
        }
        add(&png(&picture.fliph()), whole + 1);
        add(&png(&picture.crop_imm(picture.width() / 12, 0, picture.width() * 11 / 12, picture.height())), whole + 2);
        add(&png(&picture.brighten(25)), whole + 3);
    }
    let parts = vec![Some(Part::Training); looks.len()];
    let labels = vec![0; looks.len()];
    let names = ["all".to_string()];
    let found = find(&Folder::new(&looks, &parts, &labels, &names).expect("the lists fit"));
    let groups: Vec<Vec<u32>> = (0..4).map(|index| (index * 7..index * 7 + 4).collect()).collect();
    assert_eq!(found.near, groups);
    assert!(found.exact.is_empty());
    let alike = |a: usize, b: usize| expected[a] == expected[b];
    for a in 0..looks.len() {
        for b in 0..looks.len() {
            assert_eq!(
                found.groups[a] == found.groups[b],
                alike(a, b),
                "{a} and {b}: {}",
                difference(&looks[a], &looks[b])
            );
        }
    }
}

#[test]
fn a_picture_of_the_same_greys_in_other_colours_is_no_twin() {
    let cat = image::load_from_memory(PHOTOGRAPHS[1]).expect("a picture").to_rgb8();
    let mut other = cat.clone();
    for pixel in other.pixels_mut() {
        let [red, green, blue] = pixel.0.map(f32::from);
        let grey = 0.299 * red + 0.587 * green + 0.114 * blue;
        // As far from grey as before, on the other side; near black and white only as far as there is room.
        let room = |value: f32| if value > grey { grey / (value - grey) } else { (255.0 - grey) / (grey - value) };
        let share = [red, green, blue].map(room).into_iter().filter(|room| room.is_finite()).fold(1.0, f32::min);
        pixel.0 = [red, green, blue].map(|value| (grey - share * (value - grey)).round() as u8);
    }
    let again = look_of(&jpeg_75(&half(&DynamicImage::ImageRgb8(cat))));
    let (cat, other) = (look_of(PHOTOGRAPHS[1]), look_of(&png(&DynamicImage::ImageRgb8(other))));
    assert!(difference(&cat, &other) < 1.0 && (cat.hash ^ other.hash).count_ones() <= 2, "their greys are alike");
    let looks = [cat, other, again];
    let names = ["all".to_string()];
    let folder = Folder::new(&looks, &[Some(Part::Training); 3], &[0; 3], &names).expect("the lists fit");
    assert_eq!(find(&folder).near, [[0, 2]]);
}

#[test]
fn leaks_and_other_labels_name_the_pairs_and_what_is_left_out_does_no_harm() {
    let photograph = image::load_from_memory(PHOTOGRAPHS[1]).expect("a picture");
    let [cat, again] = [PHOTOGRAPHS[1].to_vec(), jpeg_75(&photograph)].map(|bytes| look_of(&bytes));
    let other = look_of(PHOTOGRAPHS[2]);
    let looks = [cat, other, cat, again, again];
    let names = ["a", "b"].map(String::from);
    let mut parts = [Part::Training, Part::Training, Part::Test, Part::Test, Part::Validation].map(Some);
    let labels = [0, 1, 0, 1, 0];
    let report = care(&Folder::new(&looks, &parts, &labels, &names).expect("the lists fit"), &[]);
    let pairs: Vec<_> = report.leaks.iter().map(|leak| (leak.pictures, leak.exact)).collect();
    assert_eq!(
        pairs,
        [([0, 4], false), ([0, 2], true), ([0, 3], false), ([4, 2], false), ([4, 3], true)],
        "each picture of the later part with the one most like it in each earlier part"
    );
    assert_eq!(report.other_labels.iter().map(|pair| pair.pictures).collect::<Vec<_>>(), [[0, 3]]);
    assert_eq!((report.exact, report.near), (vec![vec![0, 2], vec![3, 4]], vec![vec![0, 2, 3, 4]]));
    parts[0] = None;
    parts[4] = None;
    let report = care(&Folder::new(&looks, &parts, &labels, &names).expect("the lists fit"), &[]);
    assert_eq!(report.leaks, []);
    assert_eq!(report.near, [[0, 2, 3, 4]]);
}

/// A number that looks random.
fn mixed(number: u64) -> u64 {
    let spread = (number ^ number >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(27);
    spread.wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// A look with a hash and tones that look random; every tenth is a twin of another, but for some bits and some tones.
fn made(number: u64, base: &Look) -> Look {
    let (source, is_twin) = if number % 10 == 9 { (number - 4, true) } else { (number, false) };
    let turned = if is_twin { (0..number % 13).fold(0, |bits, bit| bits | 1 << (bit * 29 % 64)) } else { 0 };
    let tone = |at: usize| (mixed(source * 1000 + at as u64 / 16) >> 40) as u8 / 2 + u8::from(is_twin);
    let file = FileFacts { content: Content::of(&number.to_le_bytes()), ..base.file };
    Look { file, hash: mixed(source) ^ turned, small: std::array::from_fn(tone), ..*base }
}

#[test]
fn of_many_pictures_the_same_twins_are_found_as_by_comparing_all() {
    let base = look_of(PHOTOGRAPHS[0]);
    let looks: Vec<Look> = (0..6000).map(|number| made(number, &base)).collect();
    let parts = vec![Some(Part::Training); looks.len()];
    let labels = vec![0; looks.len()];
    let names = ["all".to_string()];
    let found = find(&Folder::new(&looks, &parts, &labels, &names).expect("the lists fit"));
    let twins = |number: &u32| number % 10 == 9 && number % 13 <= tabfit_care::MOST_BITS;
    let expected: Vec<Vec<u32>> = (0..6000u32).filter(twins).map(|number| vec![number - 4, number]).collect();
    assert_eq!(found.near, expected);
}
