//! Planted faults: each is found with a low score, and pictures without fault are not.

use image::{DynamicImage, GenericImageView};
use tabfit_care::{Content, FileFacts, Folder, Format, Kind, Look, Part, care, class_imbalance, issues, shortcuts};

const PHOTOGRAPHS: [&[u8]; 4] = [
    include_bytes!("../../tests/photographs/astronaut.png"),
    include_bytes!("../../tests/photographs/cat.png"),
    include_bytes!("../../tests/photographs/coffee.png"),
    include_bytes!("../../tests/photographs/rocket.png"),
];

fn photograph(index: usize) -> DynamicImage {
    image::load_from_memory(PHOTOGRAPHS[index]).expect("a picture")
}

fn look(picture: &DynamicImage) -> Look {
    let (width, height) = picture.dimensions();
    let file = FileFacts { width, height, ..FileFacts::default() };
    Look::of::<3>(&picture.to_rgb8(), width as usize, file)
}

/// A number that looks random, 0 to 1.
fn random(number: usize) -> f32 {
    let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(17) as u32 as f32 / u32::MAX as f32
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|class| format!("class {class}")).collect()
}

#[test]
fn each_planted_fault_is_found_and_photographs_have_none() {
    let coffee = photograph(2);
    let dark = DynamicImage::ImageRgb8(image::RgbImage::from_fn(96, 96, |x, y| {
        let pixel = coffee.get_pixel(x, y);
        image::Rgb([pixel[0] / 6, pixel[1] / 6, pixel[2] / 6])
    }));
    let light = DynamicImage::ImageRgb8(image::RgbImage::from_fn(96, 96, |x, y| {
        let pixel = coffee.get_pixel(x, y);
        image::Rgb([pixel[0] / 40 + 249, pixel[1] / 40 + 249, pixel[2] / 40 + 249])
    }));
    let flat = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(300, 300, image::Rgb([90, 120, 60])));
    let planted = [
        (dark, Kind::Dark),
        (light, Kind::Light),
        (coffee.blur(4.0), Kind::Blurry),
        (flat, Kind::LowInformation),
        (coffee.crop_imm(0, 0, 96, 20), Kind::OddAspectRatio),
        (photograph(0).grayscale(), Kind::Grayscale),
    ];
    let mut looks: Vec<Look> = planted.iter().map(|(picture, _)| look(picture)).collect();
    looks.extend((0..12).map(|index| look(&photograph(index % 4))));
    looks.push(Look { file: FileFacts { width: 9000, height: 9000, ..looks[10].file }, ..looks[10] });
    let parts = vec![Some(Part::Training); looks.len()];
    let labels = vec![0; looks.len()];
    let names = names(1);
    let folder = Folder::new(&looks, &parts, &labels, &names).expect("the lists fit");
    let found = issues(&folder);
    assert!(found.iter().all(|issue| (0.0..1.0).contains(&issue.score)));
    for (id, (_, kind)) in planted.iter().enumerate() {
        assert!(
            found.iter().any(|issue| issue.picture == id as u32 && issue.kind == *kind),
            "{kind:?}: {:?} in {found:?}",
            (looks[id].sharpness, looks[id].spread)
        );
    }
    assert!(found.iter().any(|issue| issue.picture == looks.len() as u32 - 1 && issue.kind == Kind::OddSize));
    let innocent = |id: u32| (planted.len() as u32..looks.len() as u32 - 1).contains(&id);
    assert_eq!(found.iter().filter(|issue| innocent(issue.picture)).count(), 0, "{found:?}");
    let out: Vec<Option<Part>> = parts.iter().enumerate().map(|(id, &part)| part.filter(|_| id != 0)).collect();
    let folder = Folder::new(&looks, &out, &labels, &names).expect("the lists fit");
    assert!(issues(&folder).iter().all(|issue| issue.picture != 0), "what is left out has no issue");
}

#[test]
fn a_property_that_tells_the_class_is_found_and_others_are_at_chance() {
    let base = look(&photograph(1));
    let classes = 3;
    let looks: Vec<Look> = (0..300)
        .map(|id: usize| {
            let class = id % classes;
            let format = if class == 0 || id % 10 == 1 { Format::Png } else { Format::Jpeg };
            Look {
                file: FileFacts { format, content: Content::of(&id.to_le_bytes()), ..base.file },
                brightness: 0.2 * class as f32 + 0.22 * random(id),
                sharpness: random(id + 1000),
                hash: (id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
                ..base
            }
        })
        .collect();
    let parts = vec![Some(Part::Training); looks.len()];
    let labels: Vec<u32> = (0..looks.len()).map(|id| (id % classes) as u32).collect();
    let names = names(classes);
    let folder = Folder::new(&looks, &parts, &labels, &names).expect("the lists fit");
    let groups: Vec<u32> = (0..looks.len() as u32).collect();
    let found = shortcuts(&folder, &groups);
    let of = |property: &str| found.iter().find(|shortcut| shortcut.property == property).expect("it is measured");
    assert_eq!(found[0].property, "brightness");
    assert!(of("brightness").issue && of("brightness").accuracy > 0.85, "{found:?}");
    assert!(!of("sharpness").issue && of("sharpness").accuracy < 0.45, "{found:?}");
    assert!((0.5..0.75).contains(&of("format").accuracy), "one class of three by its format: {found:?}");
    assert!((of("size").accuracy - of("size").chance).abs() < 0.05, "all sizes are the same: {found:?}");
    assert!(care(&folder, &[]).shortcuts == found);
}

#[test]
fn a_class_with_a_tenth_of_its_share_is_said() {
    let looks = vec![look(&photograph(1)); 230];
    let parts: Vec<Option<Part>> = (0..looks.len()).map(|_| Some(Part::Training)).collect();
    let names = names(2);
    let imbalance = |few: usize| {
        let labels: Vec<u32> = (0..looks.len()).map(|id| u32::from(id < few)).collect();
        class_imbalance(&Folder::new(&looks, &parts, &labels, &names).expect("the lists fit"))
    };
    let found = imbalance(10).expect("an issue");
    assert_eq!((found.smallest.as_str(), found.largest.as_str()), ("class 1", "class 0"));
    assert!((found.score - 20.0 / 230.0).abs() < 1e-12);
    assert_eq!((imbalance(30), imbalance(0)), (None, None));
}
