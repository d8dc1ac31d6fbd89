//! Trains natively on a local folder, with the same code as the page.
//!
//! `DIR/Training` is shuffled by the seed and its last tenth held out, unless there is a
//! `DIR/Validation`; `DIR/Testing` is evaluated at the end. As in the tutorial, the learning rate is reduced on a
//! plateau of `val_accuracy`, with factor 0.3 and patience 2.

mod folder;

use std::{fs, process::ExitCode, time::Instant};

use clap::{Parser, ValueEnum};
use folder::{pretrained, read};
use serde_json::json;
use tabfit::{
    Callback, CallbackConfig, DeviceKind, EpochRecord, Error, FitConfig, FitPlan, Fitted, FolderDataset, Loss, Model,
    OptimizerConfig, Preset, Result, Run, Seed, SkippedFile, SplitRule, fit,
};

#[derive(Parser)]
#[command(about = "Trains a CNN on a folder of labelled pictures")]
struct Arguments {
    /// A folder with Training/CLASS/*.jpg and perhaps Validation/CLASS/*.jpg and Testing/CLASS/*.jpg.
    dir: std::path::PathBuf,
    /// Height and width of the pictures, in pixels.
    #[arg(long, default_value_t = 64)]
    size: usize,
    #[arg(long, default_value_t = 20)]
    epochs: u32,
    #[arg(long, default_value_t = 32)]
    batch_size: u32,
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// small, bench, resnet, mobilenet, tutorial4, tutorial3 or efficientnet-lite0, which knows ImageNet.
    #[arg(long, default_value = "bench")]
    model: String,
    #[arg(long, value_enum, default_value_t = On::Cpu)]
    device: On,
    /// Where to write the numbers.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum On {
    Cpu,
    Gpu,
}

/// Prints one line per epoch, as Keras does with `verbose=2`.
struct Print(Instant);

impl Callback for Print {
    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        let logs: Vec<String> = record
            .logs
            .iter()
            .map(|(name, &value)| match name.as_str() {
                "learning_rate" => format!("{name}: {value:.1e}"),
                _ => format!("{name}: {value:.4}"),
            })
            .collect();
        println!("Epoch {} - {:.1}s - {}", record.epoch, self.0.elapsed().as_secs_f64(), logs.join(" - "));
        run.notes.iter().for_each(|note| println!("{note}"));
        self.0 = Instant::now();
        Ok(())
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let FolderDataset { training, validation, test, skipped, warnings, .. } = read(&arguments.dir, arguments.size)?;
    for SkippedFile { path, reason } in skipped.list() {
        println!("Skipped: {path} {reason}.");
    }
    for warning in &warnings {
        println!("{warning}");
    }
    let (class_names, seed) = (training.class_names().to_vec(), Seed(u64::from(arguments.seed)));
    let preset = Preset::named(&arguments.model)?;
    let kind = match arguments.device {
        On::Cpu => DeviceKind::Cpu,
        On::Gpu => DeviceKind::Webgpu,
    };
    let mut model =
        Model::new(preset.config(arguments.size, class_names.len()), class_names.clone(), kind, seed).await?;
    if preset.is_pretrained() {
        model.load_pretrained(&pretrained(preset)?).await?;
    }
    model.compile(OptimizerConfig::default(), Loss::default(), &[])?;
    let parameters = model.architecture().summary().parameters;
    println!("{}", model.architecture().summary().text);
    println!("Device: {}, {} training pictures", model.device_info().name, training.len());
    let plateau = json!({
        "type": "ReduceLROnPlateau", "monitor": "val_accuracy", "factor": 0.3, "patience": 2, "minDelta": 0.001,
    });
    let plateau: CallbackConfig = serde_json::from_value(plateau).expect("a well-formed callback");
    let config = FitConfig {
        epochs: f64::from(arguments.epochs),
        batch_size: f64::from(arguments.batch_size),
        seed: f64::from(arguments.seed),
        validation_split: 0.1.into(),
        split: SplitRule::Last,
        callbacks: vec![plateau],
        ..FitConfig::default()
    };
    let start = Instant::now();
    let plan = FitPlan::new(config, training.shuffled(seed), validation)?;
    let Fitted { history, .. } = fit(&mut model, plan, &mut Print(start)).await?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", history.reading);
    let evaluation = match &test {
        Some(test) => Some(model.evaluate(test, arguments.batch_size as usize).await?),
        None => None,
    };
    if let Some(evaluation) = &evaluation {
        println!(
            "Test accuracy {:.4} on {} pictures, {seconds:.1} s of training",
            evaluation.accuracy, evaluation.images
        );
    }
    if let Some(path) = &arguments.json {
        let numbers = json!({
            "history": history.columns(),
            "test_accuracy": evaluation.as_ref().map(|evaluation| evaluation.accuracy),
            "confusion_matrix": evaluation.map(|evaluation| evaluation.confusion_matrix),
            "class_names": class_names,
            "parameters": parameters,
            "seconds": seconds,
            "device": model.device_info().name,
        });
        fs::write(path, format!("{numbers:#}\n"))
            .map_err(|error| Error::Dataset(format!("{} cannot be written: {error}.", path.display())))?;
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
