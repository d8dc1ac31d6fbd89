//! Notices when the GPU's runtime reports a fault.
//!
//! In a browser a faulty shader is only logged: it does not run, and old numbers stay in its output. So a line
//! in the log is the only sign of a fault.

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::device::report_fault;

/// Becomes the program's logger, to see faults. If the program has another logger already, faults are not seen.
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
