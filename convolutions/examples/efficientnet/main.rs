//! Prints how long each layer of `EfficientNet-Lite0` (`src/network/efficientnet_lite.rs`) takes, one after the other as in the
//! network: milliseconds for a picture, GFLOP/s, and the share of the whole.
//!
//! ```sh
//! cargo build --release -p tabfit-convolutions --example efficientnet --target wasm32-unknown-unknown
//! node convolutions/examples/efficientnet/run.mjs              # as a browser computes it: `simd128`, on one thread; Node 22 or newer
//! cargo run --release -p tabfit-convolutions --example efficientnet      # with this processor's registers, on all cores
//! ```

mod layers;
mod machine;

use self::layers::{Layer, lite};
use self::machine::{milliseconds, say};

/// A layer's time is that of its fastest round.
const ROUNDS: usize = 12;
/// Of what a layer makes of the pictures that are computed at once; `src/network/sequential.rs` says why.
const CACHED: usize = 2 << 20;
/// The pictures of a thread's part of a batch.
const MOST: usize = 16;

fn main() {
    [96, 160, 224].into_iter().for_each(measure);
}

/// Runs the network on pictures of this size.
fn measure(size: usize) {
    let layers = lite(size);
    let pictures = at_once(&layers);
    // The milliseconds for a picture.
    let mut best = vec![f64::INFINITY; layers.len()];
    for _ in 0..ROUNDS {
        let (mut x, mut kept) = (vec![0.5; pictures[0] * size * size * 3], Vec::new());
        for ((index, layer), best) in layers.iter().enumerate().zip(&mut best) {
            if index > 0 && pictures[index] > pictures[index - 1] {
                x = x.repeat(pictures[index].div_ceil(pictures[index - 1]));
                x.truncate(pictures[index] * layer.reads());
            }
            if layer.begins_block {
                kept.clone_from(&x);
            }
            let began = milliseconds();
            x = layer.run(&x, &mut kept);
            *best = best.min((milliseconds() - began) / pictures[index] as f64);
        }
    }
    let all: f64 = best.iter().sum();
    say(&format!("\n{size} x {size}                     ms/picture   GFLOP/s   share"));
    let line = |name: &str, ms: f64, operations: usize| {
        say(&format!("{name:32}{ms:8.3}{:10.1}{:7.1}%", operations as f64 / ms / 1e6, 100.0 * ms / all));
    };
    for (layer, &ms) in layers.iter().zip(&best) {
        line(&layer.name, ms, layer.operations());
    }
    for kind in ["stem", "expand", "depthwise", "project", "top"] {
        let some = layers.iter().zip(&best).filter(|(layer, _)| layer.kind == kind);
        let (ms, operations) = some.fold((0.0, 0), |(ms, sum), (layer, own)| (ms + own, sum + layer.operations()));
        line(&format!("all of {kind}"), ms, operations);
    }
    line("all", all, layers.iter().map(Layer::operations).sum());
}

/// How many pictures each layer computes at once, by the rule of `src/network/stage.rs`.
fn at_once(layers: &[Layer]) -> Vec<usize> {
    let mut largest = usize::MAX;
    let most = |index: usize| {
        let (layer, rest) = (&layers[index], &layers[index..]);
        let bytes = rest.iter().map(|layer| 4 * layer.values().max(layer.reads())).max().unwrap_or(1);
        if index == 0 || layer.kind == "expand" && 2 * bytes <= largest {
            largest = bytes;
        }
        (CACHED / largest).clamp(1, MOST)
    };
    (0..layers.len()).map(most).collect()
}
