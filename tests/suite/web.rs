//! The JavaScript interface, called as JavaScript would call it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Array, Error, Function, Reflect, Uint8Array};
use tabfit::web::{JsImageFolder, JsSequential, keras_code_of, preset, summarize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn json(text: &str) -> JsValue {
    js_sys::JSON::parse(text).unwrap()
}

fn message(error: &JsValue) -> (String, String) {
    let error: &Error = error.dyn_ref().expect("every throw is an Error");
    (error.name().into(), error.message().into())
}

fn folder() -> JsImageFolder {
    let paths = (0..8).map(|i| format!("x/{}/{i}.png", if i < 4 { "dark" } else { "light" })).collect();
    let folder = JsImageFolder::new(paths, 8).unwrap();
    for index in folder.wanted().unwrap() {
        let value = if index < 4 { 10 } else { 240 };
        folder.add(index as usize, Uint8Array::from([value; 8 * 8 * 4].as_slice())).unwrap();
    }
    folder
}

async fn network() -> JsSequential {
    let model = preset("small", 8, 2).unwrap();
    JsSequential::create(model, json(r#"["dark","light"]"#), JsValue::from("cpu"), Some(1.0)).await.unwrap()
}

#[wasm_bindgen_test]
async fn a_fit_tells_its_story_and_a_saved_network_answers_the_same() {
    let (dataset, network) = (folder().finish().unwrap(), network().await);
    let metrics = r#"["accuracy","auc",{"type":"Recall","className":"dark"},{"type":"TopKCategoricalAccuracy","k":1}]"#;
    let compile = format!(r#"{{"optimizer":{{"type":"adam","learningRate":0.003}},"metrics":{metrics}}}"#);
    network.compile(json(&compile)).unwrap();
    let events = Array::new();
    let push = Function::new_with_args("event", "this.push(event)").bind0(&events);
    let config = json(r#"{"epochs":4,"batchSize":2,"seed":1,"validationSplit":0.25}"#);
    let history = network.fit(&dataset, config, Some(push)).await.unwrap();
    let kinds: Vec<String> =
        events.iter().map(|e| Reflect::get(&e, &"type".into()).unwrap().as_string().unwrap()).collect();
    assert_eq!(kinds[0], "start");
    assert_eq!(kinds.iter().filter(|kind| *kind == "epoch").count(), 4);
    assert!(kinds.iter().any(|kind| kind == "batch"));
    let text = String::from(js_sys::JSON::stringify(&history).unwrap());
    for key in [
        "\"loss\":",
        "\"accuracy\":",
        "\"val_loss\":",
        "\"val_accuracy\":",
        "\"val_auc\":",
        "\"recall_dark\":",
        "\"top_k_categorical_accuracy\":",
        "\"learning_rate\":0.003",
        "\"stopped\":\"completed\"",
    ] {
        assert!(text.contains(key), "{key} in {text}");
    }

    let evaluation = network.evaluate(&dataset, Some("training".into()), JsValue::UNDEFINED, None).await.unwrap();
    let text = String::from(js_sys::JSON::stringify(&evaluation).unwrap());
    for key in
        ["\"perClass\":[{\"className\":\"dark\",\"precision\":", "\"macroAverage\":{", "\"metrics\":{\"accuracy\":"]
    {
        assert!(text.contains(key), "{key} in {text}");
    }

    let pixels = || JsValue::from(Uint8Array::from([10u8; 8 * 8 * 4].as_slice()));
    let before = js_sys::JSON::stringify(&network.predict(pixels(), JsValue::UNDEFINED).await.unwrap()).unwrap();
    let bytes = network.save(JsValue::NULL).await.unwrap().to_vec();
    let again = JsSequential::load(bytes, JsValue::from("cpu")).await.unwrap();
    let after = js_sys::JSON::stringify(&again.predict(pixels(), JsValue::UNDEFINED).await.unwrap()).unwrap();
    assert_eq!(before, after);
    assert!(String::from(before).contains("\"className\":\"dark\""));
    let info = String::from(js_sys::JSON::stringify(&again.info().unwrap()).unwrap());
    assert!(info.contains("\"imageSize\":8") && info.contains("\"epochs\":[{\"epoch\":1,"), "{info}");
}

/// Starts a future without waiting for its end.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

#[wasm_bindgen]
extern "C" {
    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> web_sys::AbortSignal;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);
}

#[wasm_bindgen_test]
async fn a_second_fit_is_busy_and_an_abort_is_no_error() {
    let (dataset, network) = (folder().finish().unwrap(), network().await);
    let abort = AbortController::new();
    let config = || json(r#"{"epochs":50,"batchSize":4}"#);
    let options = config();
    js_sys::Reflect::set(&options, &"signal".into(), &abort.signal()).unwrap();
    let mut first = pin!(network.fit(&dataset, options, None));
    assert!(poll_once(first.as_mut()).await.is_pending());
    let error = network.fit(&dataset, config(), None).await.unwrap_err();
    assert_eq!(message(&error).0, "BusyError");
    assert_eq!(message(&network.info().unwrap_err()).0, "BusyError");
    abort.abort();
    let history = first.await;
    let text = String::from(js_sys::JSON::stringify(&history.unwrap()).unwrap());
    assert!(text.contains("\"stopped\":\"aborted\""), "{text}");
    assert!(network.info().is_ok(), "the network is free again");
}

#[wasm_bindgen_test]
async fn what_on_event_throws_is_thrown_on() {
    let (dataset, network) = (folder().finish().unwrap(), network().await);
    let angry = Function::new_with_args("event", "if (event.type === 'epoch') throw new Error('no more')");
    let error = network.fit(&dataset, json(r#"{"epochs":9}"#), Some(angry)).await.unwrap_err();
    assert_eq!(message(&error).1, "no more");
}

#[wasm_bindgen_test]
async fn misspelt_options_are_refused_by_name() {
    let (dataset, network) = (folder().finish().unwrap(), network().await);
    let error = network.fit(&dataset, json(r#"{"epoch":9}"#), None).await.unwrap_err();
    let (name, sentence) = message(&error);
    assert_eq!(name, "ConfigError");
    assert!(sentence.contains("epoch"), "{sentence}");
    let error = network.compile(json(r#"{"optimizer":{"type":"adam","learningRate":"fast"}}"#)).unwrap_err();
    assert_eq!(message(&error).0, "ConfigError");
    for (metric, word) in [(r#""acuracy""#, "acuracy"), (r#"{"type":"AUC","classNam":"dark"}"#, "classNam")] {
        let error =
            network.compile(json(&format!(r#"{{"optimizer":{{"type":"adam"}},"metrics":[{metric}]}}"#))).unwrap_err();
        let (name, sentence) = message(&error);
        assert!(name == "ConfigError" && sentence.contains("metrics") && sentence.contains(word), "{sentence}");
    }
    let error = JsImageFolder::new(vec!["a/1.png".into()], 0).unwrap_err();
    assert!(message(&error).1.starts_with("imageSize must"));
    let error = summarize(json(r#"{"imageSize":8,"layers":[{"type":"Dense","units":2}]}"#), 2).unwrap_err();
    assert!(message(&error).1.contains("Flatten"), "{}", message(&error).1);
    let error = JsSequential::load(vec![1, 2, 3], JsValue::from("cpu")).await.unwrap_err();
    assert_eq!(message(&error).0, "ModelFileError");
}

#[wasm_bindgen_test]
async fn a_network_travels_as_files_and_comes_back() {
    let pixels = || JsValue::from(Uint8Array::from([90u8; 8 * 8 * 4].as_slice()));
    let network = network().await;
    let expected = js_sys::JSON::stringify(&network.predict(pixels(), JsValue::UNDEFINED).await.unwrap()).unwrap();
    for (format, first) in
        [("safetensors", "model.safetensors"), ("tfjs", "model.json"), ("onnx", "model.onnx"), ("keras", "model.py")]
    {
        let files = network.export(JsValue::from(format), JsValue::UNDEFINED).await.unwrap();
        let name = Reflect::get(&Array::from(&files).get(0), &"name".into()).unwrap();
        assert_eq!(name.as_string().unwrap(), first);
        if ["safetensors", "tfjs"].contains(&format) {
            let back = JsSequential::import(files, JsValue::from("cpu")).await.unwrap();
            let actual = js_sys::JSON::stringify(&back.predict(pixels(), JsValue::UNDEFINED).await.unwrap()).unwrap();
            assert_eq!(String::from(actual), String::from(expected.clone()), "{format}");
        }
    }
    let unknown = network.export(JsValue::from("h5"), JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!(message(&unknown).0, "ConfigError");
    for nothing in ["[]", "3", r#"[{"name":"model.json"}]"#] {
        let error = JsSequential::import(json(nothing), JsValue::from("cpu")).await.unwrap_err();
        assert!(["ConfigError", "ModelFileError"].contains(&message(&error).0.as_str()), "{nothing}");
    }
}

#[wasm_bindgen_test]
fn settings_become_keras_code_in_the_order_they_are_given() {
    let model = preset("small", 8, 2).unwrap();
    let settings = json(
        r#"{"classNames":["a","b"],"compile":{"optimizer":{"type":"adam","learningRate":1,"beta1":null,"epsilon":1e-8}},"fit":{"epochs":3,"batchSize":8}}"#,
    );
    Reflect::set(&settings, &"model".into(), &model).unwrap();
    let code = keras_code_of(settings.clone()).unwrap();
    assert!(code.contains("optimizer=keras.optimizers.Adam(learning_rate=1.0, epsilon=1e-8),"), "{code}");
    assert!(code.contains("    epochs=3,\n    batch_size=8,\n"), "{code}");
    Reflect::set(&settings, &"fitt".into(), &JsValue::NULL).unwrap();
    Reflect::set(&settings, &"epochs".into(), &3.into()).unwrap();
    assert_eq!(message(&keras_code_of(settings).unwrap_err()).0, "ConfigError");
}
