//! Prints the history of three presets with two seeds, every number to its last bit, so that a change
//! to the code can be shown to change no number: run it before and after, and compare.
//!
//! ```sh
//! cargo run --example histories > before.txt
//! ```

use tabfit::{Dataset, DeviceKind, FitConfig, FitPlan, Loss, Model, OptimizerConfig, Preset, Result, Seed, fit};

const SIZE: usize = 32;
const PICTURES: u32 = 60;

/// Three classes of striped pictures whose stripes differ in width, with some noise.
fn pictures() -> Result<Dataset> {
    let pixel = |picture: u32, row: usize, column: usize| {
        let stripe = (row + picture as usize) / (2 + 2 * (picture % 3) as usize) % 2;
        let noise = (picture as usize * 7919 + row * 104_729 + column * 1_299_709) % 61;
        (stripe * 150 + noise) as u8
    };
    let mut pixels = Vec::new();
    for picture in 0..PICTURES {
        for row in 0..SIZE {
            for column in 0..SIZE {
                pixels.extend([pixel(picture, row, column), pixel(picture, column, row), 90]);
            }
        }
    }
    let names = ["narrow", "medium", "wide"].map(String::from).to_vec();
    Dataset::from_arrays(pixels, (0..PICTURES).map(|picture| picture % 3).collect(), names, SIZE)
}

fn settings(seed: u32) -> FitConfig {
    let settings = serde_json::json!({
        "epochs": 3, "batchSize": 16, "seed": seed, "validationSplit": 0.2,
        "augment": {"horizontalFlip": true, "rotationRange": 10, "zoomRange": 0.1},
        "classWeight": "balanced",
        "callbacks": [
            {"type": "ReduceLROnPlateau", "monitor": "val_loss", "factor": 0.3, "patience": 1},
            {"type": "EarlyStopping", "monitor": "val_loss", "patience": 5, "restoreBestWeights": true},
        ],
    });
    serde_json::from_value(settings).expect("these settings are complete")
}

#[pollster::main]
async fn main() -> Result<()> {
    let pictures = pictures()?;
    for preset in ["small", "resnet", "mobilenet"] {
        for seed in [1, 2] {
            let network = Preset::named(preset)?.config(SIZE, 3);
            let names = pictures.class_names().to_vec();
            let mut model = Model::new(network, names, DeviceKind::Cpu, Seed(u64::from(seed))).await?;
            model.compile(OptimizerConfig::default(), Loss::default(), &[])?;
            let plan = FitPlan::new(settings(seed), pictures.clone(), None)?;
            fit(&mut model, plan, &mut ()).await?;
            for record in &model.history().epochs {
                for (name, value) in &record.logs {
                    println!("{preset} {seed} {} {name} {:016x} {value}", record.epoch, value.to_bits());
                }
            }
            let scores = model.evaluate(&pictures, 32).await?;
            println!("{preset} {seed} loss {:016x} accuracy {:016x}", scores.loss.to_bits(), scores.accuracy.to_bits());
        }
    }
    Ok(())
}
