//! A clock and a way to print, natively and in `WebAssembly`.

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::sync::LazyLock;
    use std::time::Instant;

    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(crate) fn milliseconds() -> f64 {
        1e3 * BEGAN.elapsed().as_secs_f64()
    }

    pub(crate) fn say(line: &str) {
        println!("{line}");
    }
}

#[cfg(target_family = "wasm")]
mod wasm {
    #![expect(unsafe_code, reason = "imports are declared in an unsafe block")]

    // What `run.mjs` gives.
    #[link(wasm_import_module = "machine")]
    unsafe extern "C" {
        pub(crate) safe fn milliseconds() -> f64;
        safe fn print(start: *const u8, length: usize);
    }

    pub(crate) fn say(line: &str) {
        print(line.as_ptr(), line.len());
    }
}

#[cfg(not(target_family = "wasm"))]
pub(crate) use self::native::{milliseconds, say};
#[cfg(target_family = "wasm")]
pub(crate) use self::wasm::{milliseconds, say};
