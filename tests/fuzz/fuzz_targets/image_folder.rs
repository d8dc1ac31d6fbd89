//! The paths of a folder, one a line.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use tabfit::ImageFolder;
use tabfit_fuzz::{mutate, paths, seed};

const SEEDS: [&[u8]; 4] = [
    b"pets/cat/1.png\npets/dog/2.JPG\npets/cat/.DS_Store\npets/notes.txt",
    b"mri/Training/a/1.jpg\nmri/training/b/2.jpeg\nmri/Testing/a/3.webp\nmri/val/b/4.gif\nmri/other/5.bmp",
    b"test/1.png\ncontrol/1.png\n__MACOSX/cat/1.png\ndeep/a/b/c/1.jfif",
    b"Train/Train/1.avif\nTrain/Test/2.jpe\n/1.png\n",
];

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| { mutate(paths, data, size, most, seed) });

fuzz_target!(init: seed("image_folder", &SEEDS), |bytes: &[u8]| {
    let paths: Vec<String> = String::from_utf8_lossy(bytes).lines().map(String::from).collect();
    let Ok(mut folder) = ImageFolder::new(paths, 8) else { return };
    for index in folder.wanted() {
        assert!(folder.place(index).is_some());
        // Some of them can be decoded.
        match index % 3 {
            0 => folder.skip(index, "is not a picture".into()),
            _ => folder.add(index, &[7; 8 * 8 * 3]).expect("it was wanted"),
        }
    }
    if let Ok(found) = folder.finish() {
        let classes = found.training.class_names().len();
        assert!((0..found.training.len()).all(|position| found.training.label(position) < classes));
    }
});
