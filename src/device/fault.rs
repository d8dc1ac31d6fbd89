//! Remembers the first fault of the GPU.

use std::sync::Mutex;

static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// Records that the GPU failed; every later read from it is an error.
pub fn report_fault(fault: impl Into<String>) {
    if let Ok(mut first) = FAULT.lock() {
        first.get_or_insert(fault.into());
    }
}

/// The first fault since the program began.
pub(super) fn first_fault() -> Option<String> {
    FAULT.lock().ok().and_then(|fault| fault.clone())
}
