//! Networks that other tools wrote, opened and asked. `run.sh` and `nsfwjs.sh` in `tests/roundtrip` make the files and run this.

use std::{env, fs, path::Path};

use tabfit::{DeviceKind, Model, ModelFile, Pixels};

use crate::networks::probabilities;

/// Logits whose softmax is these probabilities, those of each picture around 0.
fn logits(probabilities: &[f32], classes: usize) -> Vec<f32> {
    let of_picture = |row: &[f32]| {
        let logs: Vec<f32> = row.iter().map(|probability| probability.ln()).collect();
        let mean = logs.iter().sum::<f32>() / classes as f32;
        logs.into_iter().map(move |log| log - mean).collect::<Vec<_>>()
    };
    probabilities.chunks(classes).flat_map(of_picture).collect()
}

#[pollster::test]
#[ignore = "tests/roundtrip makes the files"]
async fn a_network_of_another_tool_answers_as_it_does_there() {
    let root = env::var_os("ROUNDTRIP_DIR").expect("ROUNDTRIP_DIR is the folder that foreign.py wrote to");
    let mut count = 0;
    for entry in fs::read_dir(Path::new(&root).join("foreign")).unwrap() {
        let folder = entry.unwrap().path();
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        let names = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let files = names.filter(|name| !["pictures.bin", "probabilities.bin"].contains(&name.as_str()));
        let files: Vec<ModelFile> = files.map(|name| ModelFile { bytes: read(&name), name }).collect();
        let mut model = Model::import(&files, DeviceKind::Cpu).await.unwrap();
        let size = model.image_size();
        let pictures: Vec<Vec<u8>> = read("pictures.bin").chunks(size * size * 3).map(<[u8]>::to_vec).collect();
        let expected: Vec<f32> = read("probabilities.bin")
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        let actual = probabilities(&mut model, &pictures).await;
        assert_eq!(actual.len(), expected.len());
        // Probabilities near 0 and 1 say little: what a softmax made them of is compared, around its mean.
        let classes = model.class_names().len();
        let (actual, expected) = (logits(&actual, classes), logits(&expected, classes));
        let largest = expected.iter().fold(0.0, |most: f32, logit| most.max(logit.abs()));
        let difference = actual.iter().zip(&expected).map(|(a, e)| (a - e).abs()).fold(0.0, f32::max) / largest;
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if name == "torch_fused" {
            assert_eq!(model.architecture().known_pixels(), Some(Pixels::Torch));
        }
        println!("{name:15} {} layers, {difference:.1e}", model.architecture().summary().layers.len());
        // The networks that TensorFlow.js packed have random weights, which enlarge its rounding and ours.
        let packed = ["uint8", "uint16", "float16"].iter().any(|kind| name.ends_with(kind));
        let bound = if packed { 5e-5 } else { 1e-5 };
        assert!(difference <= bound, "{name}: {difference}");
        count += 1;
    }
    assert!(count > 0, "foreign.py wrote no network");
}
