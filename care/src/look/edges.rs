//! How sharp a picture is, and how much of it is a border of one tone.

/// The widest copy on which edges are looked for, as CleanVision does.
pub(super) const SIDE: usize = 64;
/// Values of a border that differ by no more than this are of one tone.
const FLAT: u8 = 8;

/// The standard deviation of what Pillow's `FIND_EDGES` makes of a grey picture: each pixel eight times less its neighbours. The
/// outermost pixels stay as they are, as in Pillow.
pub(super) fn sharpness(grey: &[u8], width: usize) -> f32 {
    let height = grey.len() / width;
    let edge = |at: usize| {
        let (row, column) = (at / width, at % width);
        if row == 0 || column == 0 || row == height - 1 || column == width - 1 {
            return f64::from(grey[at]);
        }
        let around = [at - width, at, at + width].into_iter().flat_map(|middle| [middle - 1, middle, middle + 1]);
        let sum: i32 = around.map(|at| i32::from(grey[at])).sum();
        f64::from((9 * i32::from(grey[at]) - sum).clamp(0, 255))
    };
    let edges: Vec<f64> = (0..grey.len()).map(edge).collect();
    deviation(&edges) as f32
}

/// The standard deviation of the 256 counts of a grey picture, by which CleanVision tells a plain picture from a blurred one.
pub(super) fn spread(grey: &[u8]) -> f32 {
    let mut counts = [0.0; 256];
    for &value in grey {
        counts[usize::from(value)] += 1.0;
    }
    deviation(&counts) as f32
}

fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

/// A frame of one tone around a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Border {
    /// The share of the picture that it covers, 0 to 1.
    pub(super) share: f32,
    /// The mean of the outermost pixels, 0 to 255.
    pub(super) tone: f32,
}

/// The rows and columns at the four sides that are of the tone of a corner.
pub(super) fn border(grey: &[u8], width: usize) -> Border {
    let height = grey.len() / width;
    let tone_of = |corner: usize| grey[corner];
    let corners = [0, width - 1, grey.len() - width, grey.len() - 1].map(tone_of);
    let plain = |values: &mut dyn Iterator<Item = u8>| {
        let (least, most) = values.fold((u8::MAX, 0), |(least, most), value| (least.min(value), most.max(value)));
        most - least <= FLAT && corners.iter().any(|corner| corner.abs_diff(least) <= FLAT)
    };
    let row = |row: usize| plain(&mut grey[row * width..][..width].iter().copied());
    let column = |column: usize| plain(&mut grey[column..].iter().step_by(width).copied());
    let top = (0..height).take_while(|&at| row(at)).count();
    let bottom = (top..height).rev().take_while(|&at| row(at)).count();
    let left = (0..width).take_while(|&at| column(at)).count();
    let right = (left..width).rev().take_while(|&at| column(at)).count();
    let inner = (height - top - bottom) * (width - left - right);
    let outermost = |at: &usize| {
        let (row, column) = (at / width, at % width);
        row == 0 || column == 0 || row == height - 1 || column == width - 1
    };
    let frame: Vec<f32> = (0..grey.len()).filter(outermost).map(|at| f32::from(grey[at])).collect();
    Border { share: 1.0 - inner as f32 / grey.len() as f32, tone: frame.iter().sum::<f32>() / frame.len() as f32 }
}
