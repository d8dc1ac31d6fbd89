//! Prints the lines of each folder of `src`, `convolutions/src`, `decisions/src`, `kernels/src` and `www` without tests, and their sums.

use std::{env, path::PathBuf};

fn main() {
    let root = env::args().nth(1).map_or(PathBuf::from("."), PathBuf::from);
    let folders = tabfit_house::lines::per_folder(&root);
    for (folder, lines) in &folders {
        println!("{lines:7}  {folder}");
    }
    println!();
    let sum = |base: &str| {
        folders.iter().filter(|(folder, _)| folder.starts_with(base)).map(|(_, lines)| lines).sum::<usize>()
    };
    for base in ["src", "convolutions/src", "decisions/src", "kernels/src", "www", ""] {
        println!("{:7}  {}", sum(base), if base.is_empty() { "in total" } else { base });
    }
}
