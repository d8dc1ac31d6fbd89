//! Of every part: leaves the name section out of the wasm, up to 6 MB that only a debugger reads, and keeps the section that
//! tells wasm-bindgen what the compiler was allowed to use.

fn main() {
    println!("cargo:rerun-if-changed=../build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo:rustc-link-arg-cdylib=--strip-all");
        println!("cargo:rustc-link-arg-cdylib=--keep-section=target_features");
    }
}
