//! How often a 95 % interval holds the true score, of simulated sets:
//!
//! ```text
//! cargo run --release -p tabfit-scores --example coverage -- 2000
//! ```

#[path = "../tests/simulated/mod.rs"]
mod simulated;

fn main() {
    let sets = std::env::args().nth(1).and_then(|sets| sets.parse().ok()).unwrap_or(500);
    println!("The share of {sets} simulated sets of 3 classes whose 95 % interval holds the true score.");
    for (pictures, together) in [(60, 1), (150, 1), (300, 1), (900, 1), (300, 3), (900, 3)] {
        println!("\n{pictures} pictures, {together} of a group:");
        for (name, share) in simulated::coverage(sets, pictures, together, 1_000) {
            println!("  {:5.1} %  {name}", share * 100.0);
        }
    }
}
