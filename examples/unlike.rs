//! How often a trained network says of a picture that it is unlike those that it was trained on: of pictures of the same kind,
//! which are false alarms, and of drawn shapes, noise and photographs, which are hits.
//!
//! ```sh
//! cargo run --release --example unlike -- DIR --size 64 --epochs 20
//! ```
//!
//! `DIR/Training` is shuffled by the seed and its last tenth held out, as `train_folder` does; `DIR/Testing` is what it is asked
//! about.

mod folder;

use std::{fs, path::Path, process::ExitCode};

use clap::Parser;
use tabfit::{
    Answer, Dataset, DeviceKind, Error, FitConfig, FitPlan, FolderDataset, Loss, Model, OptimizerConfig, Preset,
    Result, Seed, data::image, fit,
};

#[derive(Parser)]
#[command(about = "Measures how often a trained network says that a picture is unlike those it was trained on")]
struct Arguments {
    /// A folder with Training/CLASS/*.jpg and Testing/CLASS/*.jpg.
    dir: std::path::PathBuf,
    /// Height and width of the pictures, in pixels.
    #[arg(long, default_value_t = 64)]
    size: usize,
    #[arg(long, default_value_t = 20)]
    epochs: u32,
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// small, bench, resnet, mobilenet, tutorial4, tutorial3 or efficientnet-lite0, which knows ImageNet.
    #[arg(long, default_value = "bench")]
    model: String,
}

/// Discs, squares and crosses on a dark background, bright grey.
fn shapes(count: usize, size: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(count * size * size * 3);
    for picture in 0..count {
        let part = |of: usize| ((picture * 7919 + of * 104_729) % 1000) as f64 / 1000.0;
        let radius = size as f64 * (0.18 + 0.14 * part(0));
        let place = |of: usize| radius + (size as f64 - 2.0 * radius) * part(of);
        let (x, y, bright) = (place(1), place(2), 150 + (part(3) * 100.0) as u8);
        for at in 0..size * size {
            let (dx, dy) = (((at % size) as f64 + 0.5 - x).abs(), ((at / size) as f64 + 0.5 - y).abs());
            let inside = match picture % 3 {
                0 => dx * dx + dy * dy < radius * radius,
                1 => dx.max(dy) < radius * 0.85,
                _ => dx.max(dy) < radius && dx.min(dy) < radius * 0.3,
            };
            pixels.extend([if inside { bright } else { 20 }; 3]);
        }
    }
    pixels
}

/// Random pixels.
fn noise(count: usize, size: usize) -> Vec<u8> {
    (0..count * size * size * 3).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// The photographs that the tests use.
fn photographs(size: usize) -> Result<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photographs");
    let unreadable = |reason: String| Error::Dataset(format!("{} cannot be read: {reason}.", dir.display()));
    let mut pixels = Vec::new();
    for name in ["astronaut", "cat", "coffee", "rocket"] {
        let bytes = fs::read(dir.join(name).with_extension("png")).map_err(|error| unreadable(error.to_string()))?;
        pixels.extend(image::decode(&bytes, size).map_err(unreadable)?);
    }
    Ok(pixels)
}

fn pixels(of: &Dataset) -> Vec<u8> {
    (0..of.len()).flat_map(|position| of.pixels(position).to_vec()).collect()
}

/// Prints how many of these are said to be unlike, and how unlike they are.
fn report(name: &str, answers: &[Answer]) {
    let mut unlike: Vec<f32> = answers.iter().filter_map(|answer| answer.unlike).collect();
    unlike.sort_unstable_by(f32::total_cmp);
    let beyond = unlike.iter().filter(|&&unlike| unlike > 1.0).count();
    let at = |share: f64| unlike[((unlike.len() - 1) as f64 * share).round() as usize];
    let share = 100.0 * beyond as f64 / unlike.len() as f64;
    println!(
        "{name}: {beyond} of {} are said to be unlike ({share:.1} %); least {:.2}, median {:.2}, most {:.2}",
        unlike.len(),
        at(0.0),
        at(0.5),
        at(1.0)
    );
}

async fn run(arguments: &Arguments) -> Result<()> {
    let FolderDataset { training, validation, test, .. } = folder::read(&arguments.dir, arguments.size)?;
    let (names, seed, size) = (training.class_names().to_vec(), Seed(u64::from(arguments.seed)), arguments.size);
    let (training, validation) = match validation {
        Some(validation) => (training, validation),
        None => training.shuffled(seed).split_last(0.1)?,
    };
    let preset = Preset::named(&arguments.model)?;
    let mut model = Model::new(preset.config(size, names.len()), names, DeviceKind::Cpu, seed).await?;
    if preset.is_pretrained() {
        model.load_pretrained(&folder::pretrained(preset)?).await?;
        let layers: Vec<String> =
            model.architecture().summary().layers.iter().map(|layer| layer.name.clone()).collect();
        model.set_trainable(&layers[..layers.len() - 1], false)?;
    }
    model.compile(OptimizerConfig::default(), Loss::default(), &[])?;
    let (epochs, seed) = (f64::from(arguments.epochs), f64::from(arguments.seed));
    let config = FitConfig { epochs, seed, ..FitConfig::default() };
    let plan = FitPlan::new(config, training.clone(), Some(validation.clone()))?;
    let history = Box::pin(fit(&mut model, plan, &mut ())).await?.history;
    println!("{}, {} training pictures. {}", arguments.model, training.len(), history.reading);
    model.remember(&training, &validation).await?;
    let asked = [
        ("Validation pictures", pixels(&validation)),
        ("Test pictures (false alarms)", test.as_ref().map(pixels).unwrap_or_default()),
        ("Drawn shapes (hits)", shapes(60, size)),
        ("Noise (hits)", noise(20, size)),
        ("Photographs (hits)", photographs(size)?),
    ];
    for (name, pixels) in asked {
        if !pixels.is_empty() {
            report(name, &model.predict_many(&mut (), pixels).await?);
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match pollster::block_on(run(&Arguments::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
