//! TensorFlow.js models whose weights are quantized.

use serde_json::{Value, json};
use tabfit::ModelFile;

use crate::imports::{changed, import, network};
use crate::networks::{pictures, probabilities};
use crate::portable_test;

/// The bytes of a weight's values, and how they are packed.
type Pack<'a> = &'a dyn Fn(&[f32]) -> (Vec<u8>, Option<Value>);

/// Packs every weight of a TensorFlow.js model anew.
fn packed(files: &[ModelFile], pack: impl Fn(&[f32]) -> (Vec<u8>, Option<Value>)) -> Vec<ModelFile> {
    let mut bytes = Vec::new();
    let mut values = files[1].bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    let json = changed(files, |json| {
        for weight in json["weightsManifest"][0]["weights"].as_array_mut().unwrap() {
            let length: u64 = weight["shape"].as_array().unwrap().iter().map(|axis| axis.as_u64().unwrap()).product();
            let (packed, quantization) = pack(&values.by_ref().take(length as usize).collect::<Vec<_>>());
            bytes.extend(packed);
            weight["quantization"] = quantization.into();
        }
    });
    vec![json[0].clone(), ModelFile { name: files[1].name.clone(), bytes }]
}

#[portable_test]
async fn quantized_weights_are_those_that_they_stand_for() {
    let files = network().await;
    let affine = |values: &[f32], most: f64, dtype: &str| {
        let least = f64::from(values.iter().copied().fold(f32::INFINITY, f32::min));
        let span = f64::from(values.iter().copied().fold(f32::NEG_INFINITY, f32::max)) - least;
        let scale = if span > 0.0 { span / most } else { 1.0 };
        let numbers: Vec<f64> = values.iter().map(|&value| ((f64::from(value) - least) / scale).round()).collect();
        (numbers, json!({"dtype": dtype, "min": least, "scale": scale, "original_dtype": "float32"}), least, scale)
    };
    // Each packing beside the plain numbers that it stands for.
    let plain = |values: Vec<f32>| (values.iter().flat_map(|value| value.to_le_bytes()).collect(), None);
    let meant = |(numbers, _, least, scale): (Vec<f64>, Value, f64, f64)| {
        plain(numbers.iter().map(|number| (number * scale + least) as f32).collect())
    };
    // Zeros and powers of two are numbers of 16 bits too.
    let power = |value: f32| f32::from_bits(value.to_bits() & 0xff80_0000);
    let half = |value: f32| match value.to_bits() >> 23 & 0xff {
        exponent @ 113..143 => ((value.to_bits() >> 31) << 15 | (exponent - 112) << 10) as u16,
        _ => 0,
    };
    let kept = |value: f32| if half(value) == 0 { 0.0 } else { power(value) };
    let cases: [(&str, Pack, Pack); 3] = [
        (
            "uint8",
            &|values| {
                let (numbers, how, ..) = affine(values, 255.0, "uint8");
                (numbers.iter().map(|&number| number as u8).collect(), Some(how))
            },
            &|values| meant(affine(values, 255.0, "uint8")),
        ),
        (
            "uint16",
            &|values| {
                let (numbers, how, ..) = affine(values, 65535.0, "uint16");
                (numbers.iter().flat_map(|&number| (number as u16).to_le_bytes()).collect(), Some(how))
            },
            &|values| meant(affine(values, 65535.0, "uint16")),
        ),
        (
            "float16",
            &|values| {
                let bytes = values.iter().flat_map(|&value| half(value).to_le_bytes()).collect();
                (bytes, Some(json!({"dtype": "float16"})))
            },
            &|values| plain(values.iter().map(|&value| kept(value)).collect()),
        ),
    ];
    let pictures = pictures(8);
    for (dtype, pack, plain) in cases {
        let (short, long) = (packed(&files, pack), packed(&files, plain));
        assert!(short[1].bytes.len() * 2 <= long[1].bytes.len(), "{dtype}");
        let expected = probabilities(&mut import(&long).await.unwrap(), &pictures).await;
        assert_eq!(probabilities(&mut import(&short).await.unwrap(), &pictures).await, expected, "{dtype}");
    }
}
