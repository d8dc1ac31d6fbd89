//! The looks of pictures beside what Python's `imagehash` and Pillow say of them: `tests/care/make.py` writes the numbers.

use serde::Deserialize;
use tabfit_care::look::luma;
use tabfit_care::{FileFacts, Look};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    kind: String,
    width: usize,
    height: usize,
    dhash: String,
    grey: u64,
    brightness: f64,
    low: f64,
    high: f64,
    entropy: f64,
    sharpness: f64,
    spread: f64,
    is_grey: bool,
}

/// The same whole numbers as in `make.py`.
fn picture(kind: &str, width: usize, height: usize) -> Vec<u8> {
    let value = |x: usize, y: usize, c: usize| match kind {
        "noise" => (x * 7919 + y * 104_729 + c * 31 + x * y * 17) % 251,
        "slope" => (x * 200 / (width - 1).max(1) + y * 50 / (height - 1).max(1) + c * 2) % 256,
        "rings" => ((2 * x).abs_diff(width).pow(2) + (2 * y).abs_diff(height).pow(2)) * (c + 3) / 64 % 256,
        "flat" => 200 + c,
        "dark" => (x * 3 + y * 5 + c) % 40,
        _ => (x * x + 3 * y) % 256,
    };
    let at = |at: usize| value(at / 3 % width, at / 3 / width, at % 3) as u8;
    (0..width * height * 3).map(at).collect()
}

// The suite of the browser runs it too, where other instructions compute.
#[cfg_attr(not(target_family = "wasm"), test)]
#[cfg_attr(target_family = "wasm", wasm_bindgen_test::wasm_bindgen_test)]
fn hashes_are_equal_to_imagehash_to_the_bit_and_numbers_to_pillow() {
    let Golden { cases } = serde_json::from_str(include_str!("../../tests/care/golden.json")).expect("it is committed");
    assert!(cases.len() > 50);
    for case in cases {
        let pixels = picture(&case.kind, case.width, case.height);
        let name = format!("{} {} x {}", case.kind, case.width, case.height);
        let grey: u64 = pixels.as_chunks::<3>().0.iter().map(|pixel| luma(pixel) as u64).sum();
        assert_eq!(grey, case.grey, "{name}");
        let look = Look::of::<3>(&pixels, case.width, FileFacts::default());
        assert_eq!(format!("{:016x}", look.hash), case.dhash, "{name}");
        let rgba: Vec<u8> = pixels.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
        assert_eq!(Look::of::<4>(&rgba, case.width, FileFacts::default()), look, "{name} as RGBA");
        // Of pictures with more pixels than 128 x 128, brightness and entropy are those of every so many pixels.
        let sampled = case.width * case.height > 128 * 128;
        let near = |name: &str, ours: f32, theirs: f64, exact: f64, about: f64| {
            let most = if sampled { about } else { exact };
            assert!((f64::from(ours) - theirs).abs() <= most, "{name}: {ours}, not {theirs}");
        };
        near(&format!("brightness of {name}"), look.brightness, case.brightness, 1e-5, 0.01);
        near(&format!("low of {name}"), look.low, case.low, 0.002, 0.02);
        near(&format!("high of {name}"), look.high, case.high, 0.002, 0.02);
        near(&format!("entropy of {name}"), look.entropy, case.entropy, 1e-4, 0.1);
        near(&format!("sharpness of {name}"), look.sharpness, case.sharpness, 1e-3, 1e-3);
        near(&format!("spread of {name}"), look.spread, case.spread, 1e-3, 1e-3);
        assert_eq!(look.is_grey, case.is_grey, "{name}");
    }
}
