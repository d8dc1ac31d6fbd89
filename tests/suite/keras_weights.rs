//! The weights alone of Keras's networks, in networks that are there already.

use serde_json::{Value, json};
use tabfit::network::pixels::PIXELS;
use tabfit::{DeviceKind, FileContents, FileTensor, Model};

use crate::{
    keras_files::small,
    networks::{pictures, probabilities},
    portable_test,
};

#[portable_test]
async fn weights_alone_go_into_their_network() {
    let mut model = small().await;
    let pictures = pictures(8);
    let expected = probabilities(&mut model, &pictures).await;
    let contents = model.export_contents().await.unwrap();
    let mut other = small().await;
    other.load_weights_of(contents.clone()).unwrap();
    assert_eq!(probabilities(&mut other, &pictures).await, expected);
    let mut wrong = contents;
    wrong.tensors.pop();
    let sentence = other.load_weights_of(wrong).unwrap_err().to_string();
    assert!(sentence.contains("is not for this network: it lacks the weights head/bias"), "{sentence}");
    assert_eq!(probabilities(&mut other, &pictures).await, expected);
}

/// Keras, which got the network from here with the layer that makes the pixels, saves the weights of that layer too; one whose
/// network was opened here first does not know of it.
#[portable_test]
async fn weights_alone_go_into_a_network_that_was_told_its_pixels() {
    let pictures = pictures(8);
    for pixels in PIXELS {
        let mut model = small().await;
        let without = model.export_contents().await.unwrap();
        model.set_pixels(Some(pixels)).unwrap();
        let expected = probabilities(&mut model, &pictures).await;
        let with = model.export_contents().await.unwrap();
        for contents in [without, with] {
            let mut other = small().await;
            other.set_pixels(Some(pixels)).unwrap();
            let halves = halves(other.export_contents().await.unwrap());
            other.load_weights_of(halves).unwrap();
            assert_ne!(probabilities(&mut other, &pictures).await, expected);
            other.load_weights_of(contents).unwrap();
            assert_eq!(probabilities(&mut other, &pictures).await, expected, "{pixels:?}");
        }
    }
}

/// The same weights with other values, but for those of the layer in front.
fn halves(contents: FileContents) -> FileContents {
    let half = |tensor: FileTensor| match tensor.values.len() {
        3 | 9 => tensor,
        length => FileTensor { values: vec![0.5; length], ..tensor },
    };
    FileContents { tensors: contents.tensors.into_iter().map(half).collect(), ..contents }
}

/// The contents with another description, in which the weights lie where `places` says: a new path for an old one, or none.
fn described(contents: &FileContents, description: &Value, places: &[(&str, Option<&str>)]) -> FileContents {
    let texts = [("config.json".to_string(), description.to_string())].into();
    let moved = |tensor: &FileTensor| {
        let (_, place) =
            places.iter().find(|(old, _)| tensor.name == *old).unwrap_or_else(|| panic!("{}", tensor.name));
        Some(FileTensor { name: place.as_ref()?.to_string(), ..tensor.clone() })
    };
    FileContents { texts, tensors: contents.tensors.iter().filter_map(moved).collect() }
}

/// Opens a network and puts its weights into another one that was opened from it.
async fn opened_and_loaded(contents: FileContents) -> [Vec<f32>; 2] {
    let pictures = pictures(8);
    let mut model = Model::import_contents(contents.clone(), &[], DeviceKind::Cpu).await.unwrap();
    let mut other = Model::import_contents(halves(contents.clone()), &[], DeviceKind::Cpu).await.unwrap();
    let answers = probabilities(&mut model, &pictures).await;
    assert_ne!(probabilities(&mut other, &pictures).await, answers);
    other.load_weights_of(FileContents { texts: [].into(), ..contents }).unwrap();
    [answers, probabilities(&mut other, &pictures).await]
}

#[portable_test]
async fn a_normalization_without_scale_has_fewer_weights() {
    let mut model = small().await;
    let expected = probabilities(&mut model, &pictures(8)).await;
    let contents = model.export_contents().await.unwrap();
    let mut description: Value = serde_json::from_str(&contents.texts["config.json"]).unwrap();
    description["config"]["layers"][2]["config"]["scale"] = json!(false);
    let norm = |index: usize| format!("layers/batch_normalization/vars/{index}");
    let (norms, ends) = ([0, 1, 2, 3].map(norm), ["conv2d/vars/0", "conv2d/vars/1", "dense/vars/0", "dense/vars/1"]);
    let ends = ends.map(|end| format!("layers/{end}"));
    let mut places: Vec<(&str, Option<&str>)> = ends.iter().map(|end| (end.as_str(), Some(end.as_str()))).collect();
    places.extend([
        (&*norms[0], None),
        (&*norms[1], Some(&*norms[0])),
        (&*norms[2], Some(&*norms[1])),
        (&*norms[3], Some(&*norms[2])),
    ]);
    let without = described(&contents, &description, &places);
    assert_eq!(opened_and_loaded(without).await, [expected.clone(), expected]);
}

#[portable_test]
async fn weights_alone_of_networks_in_a_network_go_into_it() {
    let mut model = small().await;
    let expected = probabilities(&mut model, &pictures(8)).await;
    let contents = model.export_contents().await.unwrap();
    let description: Value = serde_json::from_str(&contents.texts["config.json"]).unwrap();
    let layers = description["config"]["layers"].as_array().unwrap();
    let inside =
        |name: &str, layers: &[Value]| json!({"class_name": "Sequential", "config": {"name": name, "layers": layers}});
    let nested = inside("outer", &[inside("body", &layers[..3]), inside("head", &layers[3..])]);
    let (body, head) = ("layers/sequential/layers/", "layers/sequential_1/layers/");
    let places: Vec<(String, String)> = contents
        .tensors
        .iter()
        .map(|tensor| {
            let place = if tensor.name.contains("dense") { head } else { body };
            (tensor.name.clone(), tensor.name.replace("layers/", place))
        })
        .collect();
    let places: Vec<_> = places.iter().map(|(old, new)| (old.as_str(), Some(new.as_str()))).collect();
    let contents = described(&contents, &nested, &places);
    assert_eq!(opened_and_loaded(contents.clone()).await, [expected.clone(), expected]);
    // Where they belong is known only while the network is open that came from Keras.
    let sentence = small().await.load_weights_of(contents).unwrap_err().to_string();
    assert!(sentence.contains("does not say where they belong"), "{sentence}");
}
