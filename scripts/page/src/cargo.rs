//! Runs cargo for a part, and says every half minute how far it is.

use std::{
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{part::Part, recompiled::Artifact, root::root};

/// How often somebody who waits hears of the build.
const SAID: Duration = Duration::from_secs(30);

/// What cargo built.
pub(crate) struct Built {
    /// The folder of all that cargo writes.
    pub(crate) target: PathBuf,
    pub(crate) wasm: PathBuf,
    pub(crate) artifacts: Vec<Artifact>,
}

/// Compiles a part, or finds that it is up to date.
pub(crate) fn build(part: Part) -> Result<Built> {
    let mut cargo = Command::new("cargo")
        .args(["build", "--release", "--target", "wasm32-unknown-unknown", "--package", part.package()])
        .arg("--message-format=json-render-diagnostics")
        // The only place where cargo says how many crates there are to compile.
        .envs([("CARGO_TERM_PROGRESS_WHEN", "always"), ("CARGO_TERM_PROGRESS_WIDTH", "120")])
        .env("CARGO_TERM_COLOR", "never")
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo cannot be started: please install Rust by rustup")?;
    let (Some(messages), Some(log)) = (cargo.stdout.take(), cargo.stderr.take()) else { bail!("cargo has no output") };

    let progress = Arc::new(Mutex::new("cargo has not begun.".to_string()));
    let reader = thread::spawn({
        let progress = Arc::clone(&progress);
        move || read_log(log, &progress)
    });
    let (done, waits) = mpsc::channel::<()>();
    let speaker = thread::spawn(move || {
        let start = Instant::now();
        while waits.recv_timeout(SAID) == Err(mpsc::RecvTimeoutError::Timeout) {
            let progress = progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
            println!("Compiling the {}, {} s so far: {progress}", part.title(), start.elapsed().as_secs());
        }
    });
    let messages: Vec<Value> = BufReader::new(messages)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(&line).ok())
        .collect();
    let status = cargo.wait().context("cargo has disappeared")?;
    drop(done);
    let _ = (reader.join(), speaker.join());
    ensure!(status.success(), "cargo could not compile the {}: what it said is above", part.title());
    built(part, &messages)
}

/// Passes on what cargo says, but for its progress, which is only noted.
fn read_log(log: impl Read, progress: &Mutex<String>) {
    let mut line = Vec::new();
    for byte in BufReader::new(log).bytes().map_while(Result::ok) {
        if !matches!(byte, b'\r' | b'\n') {
            line.push(byte);
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        if let Some(sentence) = progress_of(&text) {
            *progress.lock().unwrap_or_else(PoisonError::into_inner) = sentence;
        } else if is_news(&text) && byte == b'\n' {
            eprintln!("{text}");
        }
        line.clear();
    }
}

/// What `Building [==>  ] 12/266: serde, syn` says.
fn progress_of(line: &str) -> Option<String> {
    let (count, crates) = line.trim().strip_prefix("Building [")?.split_once("] ")?.1.split_once(':')?;
    let (ready, all) = count.split_once('/')?;
    Some(format!("{ready} of {all} steps are done, now{}.", crates.trim_end()))
}

/// Whether a line of cargo's says more than which crate it compiles.
fn is_news(line: &str) -> bool {
    !["Compiling ", "Downloaded ", "Downloading ", "Finished "].iter().any(|start| line.trim_start().starts_with(start))
}

fn built(part: Part, messages: &[Value]) -> Result<Built> {
    let wasm = messages
        .iter()
        .filter_map(|message| message["filenames"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .find(|file| file.ends_with(&format!("{}.wasm", part.package().replace('-', "_"))))
        .with_context(|| format!("cargo built no wasm of {}", part.package()))?;
    let wasm = PathBuf::from(wasm);
    let target = wasm.ancestors().nth(3).map(Path::to_path_buf).context("cargo wrote the wasm to a strange place")?;
    let artifacts = messages.iter().filter_map(Artifact::of).collect();
    Ok(Built { target, wasm, artifacts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_taken_from_cargos_bar() {
        let line = "    Building [=====>      ] 264/266: tabfit-kernels, serde(build.rs)   ";
        assert_eq!(
            progress_of(line).as_deref(),
            Some("264 of 266 steps are done, now tabfit-kernels, serde(build.rs).")
        );
        assert_eq!(progress_of("   Compiling serde v1.0.229"), None);
    }

    #[test]
    fn warnings_are_passed_on_and_the_names_of_crates_are_not() {
        let progress = Mutex::default();
        read_log(&b"  Compiling a v1\nwarning: b\n    Building [=> ] 1/2: a  \r"[..], &progress);
        assert_eq!(*progress.lock().unwrap(), "1 of 2 steps are done, now a.");
        assert!(is_news("warning: b") && !is_news("   Compiling a v1"));
    }
}
