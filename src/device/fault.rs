//! Notices when the GPU's runtime reports a fault.
//!
//! In a browser a faulty shader is only logged: its work is skipped and stale numbers are left behind, so
//! a line in the log is the one sign there is.

use std::sync::Mutex;

use log::{Level, LevelFilter, Log, Metadata, Record};

/// The first fault that was reported.
static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// Remembers that the GPU failed; every later read on it is refused.
pub fn report_fault(fault: impl Into<String>) {
    if let Ok(mut first) = FAULT.lock() {
        first.get_or_insert(fault.into());
    }
}

/// The first fault since the program began.
pub(super) fn first_fault() -> Option<String> {
    FAULT.lock().ok().and_then(|fault| fault.clone())
}

/// Listens to the log. A logger that somebody else has set stays, and then that logger hears of the faults.
pub(super) fn listen() {
    if log::set_logger(&FaultLog).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

struct FaultLog;

impl Log for FaultLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("[{}] {}", record.target(), record.args());
        if record.level() == Level::Error {
            let first_line = line.lines().next().unwrap_or_default();
            report_fault(first_line.chars().take(200).collect::<String>());
        }
        #[cfg(target_family = "wasm")]
        web_sys::console::error_1(&line.into());
        #[cfg(not(target_family = "wasm"))]
        eprintln!("{line}");
    }

    fn flush(&self) {}
}
