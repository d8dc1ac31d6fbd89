//! Says that the memory of the tab ran out. Without it, a failed allocation ends the program without a word.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use super::fatal;

/// A tab's addresses have 32 bits.
const SENTENCE: &str =
    "The memory of this tab ran out, which may use 4 GB; choose smaller batches, smaller pictures or a smaller network";

/// The usual allocator, which reports its first failure.
struct Reporting;

#[global_allocator]
static ALLOCATOR: Reporting = Reporting;

/// A report may allocate, and must not report itself.
static REPORTED: AtomicBool = AtomicBool::new(false);

#[cold]
fn report() {
    if !REPORTED.swap(true, Ordering::Relaxed) {
        fatal(SENTENCE);
    }
}

fn checked(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        report();
    }
    memory
}

#[expect(unsafe_code, reason = "each call is passed on as it came")]
// SAFETY: the usual allocator does all of it.
unsafe impl GlobalAlloc for Reporting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        checked(unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        checked(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        checked(unsafe { System.realloc(memory, layout, size) })
    }
}
