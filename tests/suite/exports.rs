//! Exports networks in every format, and imports them again from the formats that can be read.
//!
//! All networks are on the CPU, because a file does not depend on the device of its weights.
//!
//! With `ROUNDTRIP_DIR` in its environment the test also writes all files there, for the tools
//! themselves to open: `tests/roundtrip/run.sh`.

use serde_json::json;
use tabfit::{DeviceKind, Format, Model, Seed};

use crate::{
    common::assert_close,
    networks::{networks, pictures, probabilities, stirred},
    portable_test,
};

const FORMATS: [(Format, &str); 6] = [
    (Format::Safetensors, "safetensors"),
    (Format::Tfjs, "tfjs"),
    (Format::Onnx, "onnx"),
    (Format::Tflite, "tflite"),
    (Format::Keras, "keras"),
    (Format::KerasFile, "keras-file"),
];

#[portable_test]
async fn a_network_that_travels_answers_the_same() {
    // A network that ends in Dense, and one that ends in a layer of softmax, once more with a temperature.
    let scaled = |name: &String| ["tutorial3", "chain"].contains(&name.as_str());
    let tempered = networks().into_iter().filter(|(name, _)| scaled(name));
    let tempered = tempered.map(|(name, config)| (format!("{name}-tempered"), config, Some(1.75)));
    let plain = networks().into_iter().map(|(name, config)| (name, config, None));
    for (name, config, temperature) in plain.chain(tempered) {
        let pictures = pictures(config.image_size);
        let mut model = stirred(config, &pictures).await;
        let cold = probabilities(&mut model, &pictures).await;
        model.set_temperature(temperature).unwrap();
        let expected = probabilities(&mut model, &pictures).await;
        assert_eq!(cold == expected, temperature.is_none(), "{name}");
        for (format, folder) in FORMATS {
            let files = model.export(format).await.unwrap();
            #[cfg(not(target_family = "wasm"))]
            on_disk::write(&format!("networks/{name}/{folder}"), files.iter().map(|file| (&file.name, &file.bytes)));
            // To Keras and TensorFlow.js a layer that only subtracts the mean is others, which are not read back.
            let read = matches!(format, Format::Safetensors | Format::Onnx)
                || matches!(format, Format::Tfjs | Format::KerasFile) && name != "centred";
            if read {
                let mut back = Model::import(&files, DeviceKind::Cpu).await.unwrap();
                assert_eq!(back.class_names(), model.class_names());
                let actual = probabilities(&mut back, &pictures).await;
                assert_close(&format!("{name} from {folder}"), &actual, &expected, 1e-6);
            }
        }
        #[cfg(not(target_family = "wasm"))]
        on_disk::write(
            &format!("networks/{name}"),
            [("pictures.bin", pictures.concat()), ("probabilities.bin", on_disk::bytes(&expected))],
        );
    }
}

/// Another tool may change the operators of a file, or the file may be another tool's: then they are read one by one.
#[portable_test]
async fn onnx_is_read_operator_by_operator_too() {
    let words = [("activations", "Erf"), ("standardized", "ReduceMean"), ("centred", "ReduceMean")];
    for (name, config) in networks() {
        let pictures = pictures(config.image_size);
        let mut model = stirred(config, &pictures).await;
        let expected = probabilities(&mut model, &pictures).await;
        let mut files = model.export(Format::Onnx).await.unwrap();
        // The entry of the layers gets another name, so that it is not found.
        let key = b"\x0a\x05model";
        let at = files[0].bytes.windows(key.len()).rposition(|bytes| bytes == key).unwrap();
        files[0].bytes[at + 2] = b'M';
        let back = Model::import(&files, DeviceKind::Cpu).await;
        if let Some((_, operator)) = words.iter().find(|(other, _)| *other == name) {
            let sentence = back.map(|_| ()).unwrap_err().to_string();
            assert!(sentence.starts_with(&format!("This ONNX file has an operator {operator} (\"")), "{sentence}");
        } else {
            let mut back = back.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(back.class_names(), model.class_names());
            assert_close(&name, &probabilities(&mut back, &pictures).await, &expected, 1e-5);
        }
    }
}

/// The network has 4 MB of weights; with zeros between them, the exported kernel would have 4 GB.
#[portable_test]
async fn a_kernel_that_grows_beyond_memory_is_refused() {
    let layers = json!([
        {"type": "Conv2D", "filters": 4096, "kernelSize": 8},
        {"type": "DepthwiseConv2D", "kernelSize": 1, "depthMultiplier": 64},
        {"type": "DepthwiseConv2D", "kernelSize": 2, "dilationRate": 63, "padding": "same"},
        {"type": "Flatten"},
        {"type": "Dense", "units": 2, "activation": "softmax"}
    ]);
    let config = serde_json::from_value(json!({"imageSize": 8, "layers": layers})).unwrap();
    let names = ["cat", "dog"].map(String::from).to_vec();
    let mut model = Model::new(config, names, DeviceKind::Cpu, Seed(1)).await.unwrap();
    let sentence = model.export(Format::Tfjs).await.unwrap_err().to_string();
    assert!(sentence.starts_with("Layer \"depthwise_conv2d_1\" would have a kernel of over 1 GB"), "{sentence}");
    assert!(model.export(Format::Safetensors).await.is_ok());
}

/// Writes a photo-like file and its decoded pixels, for a Python script to compare with Pillow.
#[cfg(not(target_family = "wasm"))]
#[test]
fn a_picture_is_stretched_as_pillow_does() {
    use image::{ImageFormat, Rgb, RgbImage};

    let pixel = |x: u32, y: u32| {
        Rgb([(x * 3 + y) as u8, (x * x / 40 + y * 2) as u8, if (x / 7 + y / 5).is_multiple_of(2) { 230 } else { 20 }])
    };
    let mut png = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(97, 61, pixel).write_to(&mut png, ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let square = tabfit::data::image::decode(&png, 24).unwrap();
    assert_eq!(square.len(), 24 * 24 * 3);
    on_disk::write("picture", [("picture.png", png), ("square.bin", square)]);
}

#[cfg(not(target_family = "wasm"))]
pub(crate) mod on_disk {
    use std::{env, fs, path::Path};

    pub(crate) fn bytes(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    pub(crate) fn write<N: AsRef<Path>, B: AsRef<[u8]>>(folder: &str, files: impl IntoIterator<Item = (N, B)>) {
        let Some(root) = env::var_os("ROUNDTRIP_DIR") else { return };
        let folder = Path::new(&root).join(folder);
        fs::create_dir_all(&folder).unwrap();
        files.into_iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
    }
}
