//! How bright and how rich in tones a picture is, by the formulas of CleanVision.

/// Pictures of more pixels than this are cut into [`COUNTED`] stretches, and one pixel of each is counted, now here and now there, so
/// that no pattern of a picture is met again and again. That changes the numbers by about a hundredth.
const ALL_COUNTED: usize = 128 * 128;
const COUNTED: usize = ALL_COUNTED / 2;
/// Steps of brightness that are told apart.
const STEPS: usize = 1024;
/// Channels that differ by no more than this are grey to a person, and to JPEG.
const GREY: u8 = 8;

/// What the tones of a picture say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tones {
    /// The average colour: red, green and blue, 0 to 255.
    pub(super) colour: [f32; 3],
    /// Of the average colour, 0 to 1.
    pub(super) brightness: f32,
    /// The brightness below which 5 % and 99 % of the pixels lie.
    pub(super) low: f32,
    pub(super) high: f32,
    /// Bits for each value, as Pillow's `Image.entropy` has it: 0 to 9.6, or to 8 of a grey picture.
    pub(super) entropy: f32,
    pub(super) is_grey: bool,
}

/// The tones of opaque pixels with `CHANNELS` bytes each.
pub(super) fn tones<const CHANNELS: usize>(pixels: &[u8]) -> Tones {
    let pixels = pixels.as_chunks::<CHANNELS>().0;
    let mut counts = [[0u32; 256]; 3];
    let mut bright = [0u32; STEPS];
    let mut is_grey = true;
    let stretch = if pixels.len() > ALL_COUNTED { pixels.len().div_ceil(COUNTED) } else { 1 };
    for (at, pixels) in pixels.chunks(stretch).enumerate() {
        // Knuth's multiplicative hash: places that look random, and are the same for all.
        let place = ((at as u32).wrapping_mul(2_654_435_761) >> 16) as usize; // of 65,536
        let place = (place * pixels.len()) >> 16;
        let [red, green, blue] = [0, 1, 2].map(|channel| pixels[place][channel]);
        counts[0][usize::from(red)] += 1;
        counts[1][usize::from(green)] += 1;
        counts[2][usize::from(blue)] += 1;
        let place = brightness([red, green, blue].map(f32::from)) * (STEPS - 1) as f32;
        bright[(place + 0.5) as usize] += 1;
        is_grey &= red.max(green).max(blue) - red.min(green).min(blue) <= GREY;
    }
    let counted: u32 = bright.iter().sum();
    let mean = |counts: &[u32; 256]| {
        let sum: f64 = counts.iter().enumerate().map(|(value, &count)| value as f64 * f64::from(count)).sum();
        (sum / f64::from(counted)) as f32
    };
    let channels = if is_grey { &counts[..1] } else { &counts[..] };
    let all = f64::from(counted) * channels.len() as f64;
    let bits = |&count: &u32| match f64::from(count) / all {
        0.0 => 0.0,
        share => -share * share.log2(),
    };
    let colour = [mean(&counts[0]), mean(&counts[1]), mean(&counts[2])];
    Tones {
        colour,
        brightness: brightness(colour),
        low: percentile(&bright, counted, 0.05),
        high: percentile(&bright, counted, 0.99),
        entropy: channels.iter().flatten().map(bits).sum::<f64>() as f32,
        is_grey,
    }
}

/// How bright a colour looks, 0 to 1 (the HSP model of Finley 2006, which CleanVision takes).
fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    (0.241 * red * red + 0.691 * green * green + 0.068 * blue * blue).sqrt() / 255.0
}

/// The brightness below which this share of the pixels lies, as numpy's `percentile` places it among sorted values.
fn percentile(bright: &[u32; STEPS], counted: u32, share: f64) -> f32 {
    let place = (f64::from(counted) - 1.0) * share;
    let at = |rank: f64| {
        let mut before = 0.0;
        let step = bright.iter().position(|&count| {
            before += f64::from(count);
            before > rank
        });
        step.unwrap_or(STEPS - 1) as f64 / (STEPS - 1) as f64
    };
    let (lower, upper) = (at(place.floor()), at(place.ceil()));
    (lower + (upper - lower) * place.fract()) as f32
}
