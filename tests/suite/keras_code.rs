//! Keras code of settings: this tests its text; `tests/roundtrip/check.py` tests that Keras runs it.

use serde_json::{Value, json};
use tabfit::{Architecture, KerasCode, LayerConfig, ModelConfig, Preset, keras_code};

use crate::{networks::blocks, portable_test};

const NAMES: [&str; 3] = ["a \"quoted\" name", "not plain", "🧠"];

fn preset(name: &str) -> ModelConfig {
    Preset::named(name).unwrap().config(16, NAMES.len())
}

/// Four networks with settings that write the same options in different ways.
fn settings() -> [(&'static str, ModelConfig, Value); 5] {
    let mut layers = blocks();
    layers[2]["name"] = json!("-no name (here)");
    let blocks = serde_json::from_value(json!({"imageSize": 16, "layers": layers})).unwrap();
    let everything = json!({
        "compile": {
            "optimizer": {
                "type": "sgd", "momentum": 0.9, "nesterov": true, "weightDecay": 0.001, "clipnorm": 1,
                "learningRate": 0.01,
            },
            "loss": {"type": "CategoricalCrossentropy", "labelSmoothing": 0.1},
            "metrics": [
                "accuracy", "auc", "f1_score", {"type": "Recall", "className": "not plain"},
                {"type": "F1Score", "classId": 0}, {"type": "AUC", "className": "🧠"},
                {"type": "TopKCategoricalAccuracy", "k": 2},
            ],
        },
        "fit": {
            "epochs": 2, "batchSize": 4, "shuffle": false, "seed": 7, "validationSplit": 0.25, "split": "stratified",
            "classWeight": "balanced", "validationFreq": [1, 2], "validationBatchSize": 8,
            "augment": {
                "horizontalFlip": true, "verticalFlip": true, "rotationRange": 20, "widthShiftRange": 0.1,
                "heightShiftRange": 0.2, "zoomRange": 0.1, "brightnessRange": [0.7, 1.3],
                "shearRange": 5, "channelShiftRange": 20, "fillMode": "reflect", "randomContrast": 0.2,
                "randomErasing": {"scale": [0.02, 0.2], "fillValue": 128},
            },
            "callbacks": [
                {"type": "ReduceLROnPlateau", "monitor": "val_accuracy", "factor": 0.3, "patience": 2, "minDelta": 0.001, "minLr": 1e-6},
                {"type": "EarlyStopping", "monitor": "val_recall_not plain", "mode": "max", "patience": 3, "restoreBestWeights": true, "baseline": null},
                {"type": "ModelCheckpoint", "filepath": "best-{epoch:02d}.tabfit", "saveBestOnly": true},
                {"type": "ModelCheckpoint", "filepath": "w.safetensors", "saveWeightsOnly": true, "saveFreq": 2},
                {"type": "CSVLogger", "filename": "log.csv", "separator": ";"}, {"type": "TerminateOnNaN"},
                {"type": "BackupAndRestore", "deleteCheckpoint": false},
                {"type": "TensorBoard", "updateFreq": "batch", "imageFreq": 2},
            ],
        },
    });
    let other_words = json!({
        "compile": {
            "optimizer": {
                "type": "adamw", "beta1": 0.8, "globalClipnorm": 2,
                "learningRate": {"type": "CosineDecay", "initialLearningRate": 0, "decaySteps": 10, "warmupTarget": 0.001, "warmupSteps": 2},
            },
            "loss": {"type": "CategoricalFocalCrossentropy", "gamma": 1.5},
        },
        "fit": {"epochs": 2, "validationSplit": 0.2, "split": "last", "classWeight": {"not plain": 2.5}, "augment": {"horizontalFlip": true}},
    });
    let rates = json!({
        "compile": {"optimizer": {"type": "rmsprop", "centered": true}},
        "fit": {
            "epochs": 3, "initialEpoch": 1, "stepsPerEpoch": 2, "validationSplit": 0.34,
            "sampleWeight": (1..=18).collect::<Vec<_>>(),
            "callbacks": [
                {"type": "LearningRateScheduler", "schedule": {"type": "PiecewiseConstantDecay", "boundaries": [1], "values": [1e-3, 1e-4]}},
                {"type": "LearningRateScheduler", "schedule": [0.001, 1, 0.0001]},
            ],
        },
    });
    // Keras makes no generator of random numbers for a rate of 0.
    let mut without_first_dropout = preset("tutorial3");
    let first = without_first_dropout.layers.iter_mut().find_map(|layer| match layer {
        LayerConfig::Dropout(dropout) => Some(dropout),
        _ => None,
    });
    first.unwrap().rate = 0.0;
    let change = |epoch: usize, step: usize, what: &str, layer: Value, to: f64| json!({"epoch": epoch, "step": step, "what": what, "layer": layer, "from": 0.1, "to": to});
    let steered = json!({
        "fit": {"epochs": 3, "batchSize": 4, "callbacks": [{"type": "TerminateOnNaN"}]},
        "changes": [
            change(1, 1, "learningRate", Value::Null, 1e-4),
            change(1, 2, "dropout", json!("dropout"), 0.75),
            change(2, 0, "dropout", json!("dropout_1"), 0.5),
            change(3, 0, "dropout", json!("no such layer"), 0.5),
        ],
    });
    [
        ("defaults", preset("small"), json!({})),
        ("everything", blocks, everything),
        ("other", preset("tutorial3"), other_words),
        ("rates", preset("mobilenet"), rates),
        ("steered", without_first_dropout, steered),
    ]
}

fn code(model: &ModelConfig, settings: &Value) -> tabfit::Result<String> {
    let config = json!({
        "model": model, "classNames": NAMES, "compile": settings["compile"], "fit": settings["fit"],
        "changes": settings["changes"],
    });
    let given = config.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let config: KerasCode =
        serde_json::from_value(Value::Object(given.map(|(k, v)| (k.clone(), v.clone())).collect())).unwrap();
    keras_code(&config)
}

#[portable_test]
async fn settings_become_keras_calls() {
    let mut scripts = Vec::new();
    for (name, model, settings) in settings() {
        let parameters = Architecture::new(model.clone(), NAMES.len()).unwrap().summary().parameters;
        let script = code(&model, &settings).unwrap_or_else(|error| panic!("{name}: {error}"));
        #[cfg(not(target_family = "wasm"))]
        crate::exports::on_disk::write(
            "code",
            [(format!("{name}.py"), script.as_bytes()), (format!("{name}.txt"), parameters.to_string().as_bytes())],
        );
        scripts.push((script, parameters));
    }
    let [defaults, everything, other, rates, steered] = &scripts[..] else { panic!("five scripts") };
    for line in [
        "    \"a \\\"quoted\\\" name\",\n",
        "keras.layers.Conv2D(filters=16, kernel_size=3, padding=\"same\", activation=\"relu\", name=\"conv2d\"),",
        "model = build_model()\nmodel.compile(\n    optimizer=keras.optimizers.Adam(),",
        "    metrics=[\"accuracy\"],\n)\nhistory = model.fit(\n    x,\n    y,\n)\n",
    ] {
        assert!(defaults.0.contains(line), "{line} is not in\n{}", defaults.0);
    }
    for line in [
        "keras.optimizers.SGD(clipnorm=1.0, learning_rate=0.01, momentum=0.9, nesterov=True, weight_decay=0.001)",
        "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)",
        "    fill_mode=\"reflect\",\n",
        "    height_shift_range=0.1,\n    width_shift_range=0.2,\n",
        "    generator.flow(x, y, batch_size=4, shuffle=False, seed=SEED),",
        "x = keras.layers.RandomContrast(factor=0.2)(x)",
        "x = keras.layers.RandomErasing(scale=[0.02, 0.2], fill_value=128)(x)",
        "keras.callbacks.EarlyStopping(mode=\"max\", monitor=\"val_recall_not_plain\", patience=3, restore_best_weights=True),",
        "epochs=2,",
        "validation_data=(x_val, y_val),",
        "class_weight=class_weight,",
    ] {
        assert!(everything.0.contains(line), "{line} is not in\n{}", everything.0);
    }
    for line in [
        "learning_rate=keras.optimizers.schedules.CosineDecay(decay_steps=10.0, initial_learning_rate=0.0, warmup_steps=2.0, warmup_target=0.001)",
        "generator = ImageDataGenerator(\n    horizontal_flip=True,\n)\n",
        "held_out = np.arange(len(labels)) >= int(len(labels) * (1 - 0.2))",
        "class_weight={0: 1, 1: 2.5, 2: 1},",
    ] {
        assert!(other.0.contains(line), "{line} is not in\n{}", other.0);
    }
    let scheduler = "keras.callbacks.LearningRateScheduler(lambda epoch, rate: [0.001, 1.0, 0.0001][min(epoch, 2)]),";
    assert!(rates.0.contains(scheduler), "{}", rates.0);
    for line in [
        "    CHANGES = [\n        (0, 1, None, 0.0001),\n        (0, 2, \"dropout\", 0.75),\n        (1, 0, \"dropout_1\", 0.5),\n    ]\n",
        "    callbacks=[\n        Steering(),\n        keras.callbacks.TerminateOnNaN(),\n    ],\n",
    ] {
        assert!(steered.0.contains(line), "{line} is not in\n{}", steered.0);
    }
    assert!(!rates.0.contains("Steering"));
}

#[portable_test]
async fn code_is_written_only_for_settings_that_are_understood() {
    for (settings, field) in [
        (json!({"fit": {"epoch": 3}}), "epoch"),
        (json!({"fit": {"augment": {"zoomRange": 3}}}), "zoomRange"),
        (json!({"compile": {"optimizer": {"type": "adam", "beta1": 3}}}), "beta1"),
        (json!({"compile": {"optimizer": {"type": "lion"}}}), "optimizer"),
        (json!({"compile": {"loss": "hinge"}}), "loss"),
        (json!({"fit": {"callbacks": [{"type": "EarlyStopping); print("}]}}), "EarlyStopping"),
    ] {
        let sentence = code(&preset("small"), &settings).unwrap_err().to_string();
        assert!(sentence.contains(field), "{sentence}");
    }
}
