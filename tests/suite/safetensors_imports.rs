//! Safetensors of 16 bits, and those that do not say what their weights mean.

use std::collections::HashMap;

use tabfit::{Format, ModelFile};

use crate::imports::{Change, exported, import, refusal};
use crate::networks::{blocks, pictures, probabilities};
use crate::portable_test;

#[portable_test]
async fn safetensors_of_16_bits_are_widened() {
    let files = exported(blocks(), 8, Format::Safetensors).await;
    let tensors = safetensors::SafeTensors::deserialize(&files[0].bytes).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&files[0].bytes).unwrap();
    // The upper half of a 32-bit number is a bfloat16.
    let cut = |data: &[u8], dtype: safetensors::Dtype| -> Vec<u8> {
        match dtype {
            safetensors::Dtype::BF16 => data.chunks_exact(4).flat_map(|number| [number[2], number[3]]).collect(),
            _ => data.chunks_exact(4).flat_map(|number| [0, 0, number[2], number[3]]).collect(),
        }
    };
    let written = |dtype| {
        let cut: Vec<_> = tensors
            .tensors()
            .into_iter()
            .map(|(name, view)| (name, view.shape().to_vec(), cut(view.data(), dtype)))
            .collect();
        let views = cut.iter().map(|(name, shape, data)| {
            (name, safetensors::tensor::TensorView::new(dtype, shape.clone(), data).unwrap())
        });
        let bytes = safetensors::serialize(views, header.metadata().clone()).unwrap();
        [ModelFile { name: "model.safetensors".into(), bytes }]
    };
    let pictures = pictures(8);
    let mut long = import(&written(safetensors::Dtype::F32)).await.unwrap();
    let mut short = import(&written(safetensors::Dtype::BF16)).await.unwrap();
    assert_eq!(probabilities(&mut short, &pictures).await, probabilities(&mut long, &pictures).await);
}

#[portable_test]
async fn a_safetensors_file_must_say_what_its_weights_mean() {
    let files = exported(blocks(), 8, Format::Safetensors).await;
    let tensors = safetensors::SafeTensors::deserialize(&files[0].bytes).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&files[0].bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let changes: [(&str, Change<HashMap<String, String>>); 6] = [
        ("weights and not the layers", |metadata| drop(metadata.remove("model"))),
        ("no entry \"class_names\"", |metadata| drop(metadata.remove("class_names"))),
        ("damaged entry \"model\"", |metadata| drop(metadata.insert("model".into(), "[".repeat(1000)))),
        ("fewer than two", |metadata| drop(metadata.insert("class_names".into(), "[\"one\"]".into()))),
        ("cannot be: Layer \"dense\"", |metadata| {
            drop(metadata.insert("class_names".into(), "[\"one\", \"two\"]".into()));
        }),
        ("another shape", |metadata| {
            let model = metadata["model"].replace("\"kernelSize\":3", "\"kernelSize\":1");
            metadata.insert("model".into(), model);
        }),
    ];
    for (part, change) in changes {
        let mut metadata = metadata.clone();
        change(&mut metadata);
        let bytes = safetensors::serialize(tensors.tensors(), Some(metadata)).unwrap();
        let sentence = refusal(&[ModelFile { name: "model.safetensors".into(), bytes }]).await;
        assert!(sentence.contains(part), "{part} is not in: {sentence}");
    }
}
