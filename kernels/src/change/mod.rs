//! How augmentation changes a training picture, step by step as Keras does.

mod erased;
mod fill_mode;
mod kinds;

use serde::{Deserialize, Serialize};

pub use self::{
    erased::{Erased, noise},
    fill_mode::FillMode,
    kinds::ChangeKinds,
};

/// The random changes drawn for one picture: what Keras's `ImageDataGenerator.get_random_transform` returns, by its
/// names, and after it what `RandomContrast` and `RandomErasing` draw.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The rotation, in degrees.
    pub theta: f64,
    /// How far to the right of a pixel's own place its value comes from, in pixels.
    pub tx: f64,
    /// How far below a pixel's own place its value comes from, in pixels.
    pub ty: f64,
    /// The angle of shear, in degrees.
    pub shear: f64,
    /// How far apart neighbouring columns are taken from; 2 shows everything half as wide.
    pub zx: f64,
    /// How far apart neighbouring rows are taken from; 2 shows everything half as high.
    pub zy: f64,
    /// Whether left and right are exchanged.
    pub flip_horizontal: bool,
    /// Whether top and bottom are exchanged.
    pub flip_vertical: bool,
    /// What is added to all values; they stay within the smallest and the largest value of the picture.
    pub channel_shift_intensity: Option<f32>,
    /// The factor of all values, which are cut to whole numbers before and after, as in Keras.
    pub brightness: Option<f32>,
    /// The factor of each value's distance from the mean of its channel.
    pub contrast: Option<f32>,
    /// The rectangle that is erased.
    pub erased: Option<Erased>,
    /// What is outside the picture.
    pub fill_mode: FillMode,
    /// The value outside the picture, 0 to 255, if `fill_mode` is [`FillMode::Constant`].
    pub cval: f32,
}

impl Default for Change {
    /// Leaves a picture as it is.
    fn default() -> Self {
        Self {
            theta: 0.0,
            tx: 0.0,
            ty: 0.0,
            shear: 0.0,
            zx: 1.0,
            zy: 1.0,
            flip_horizontal: false,
            flip_vertical: false,
            channel_shift_intensity: None,
            brightness: None,
            contrast: None,
            erased: None,
            fill_mode: FillMode::default(),
            cval: 0.0,
        }
    }
}

impl Change {
    /// The source `(x, y)` of the pixel at `(column, row)`: `x = a column + b row + c` for `[[a, b, c], ..]`, and the
    /// same for `y`. About the centre, Keras's product of rotation, shift, shear and zoom.
    #[must_use]
    pub fn from(&self, size: usize) -> [[f32; 3]; 2] {
        let ((sin, cos), (slope, height)) = (self.theta.to_radians().sin_cos(), self.shear.to_radians().sin_cos());
        // Flips come after the map, so they turn the axes that it starts from.
        let across = if self.flip_horizontal { -self.zx } else { self.zx };
        let down = if self.flip_vertical { -self.zy } else { self.zy };
        let centre = size as f64 / 2.0 - 0.5;
        [[cos, -sin], [sin, cos]].map(|[x, y]| {
            let (a, b) = (x * across, (y * height - x * slope) * down);
            [a, b, x * self.tx + y * self.ty + centre - (a + b) * centre].map(|value| value as f32)
        })
    }

    /// Appends a changed copy of a picture, `[size, size, 3]`, values 0 to 255.
    pub fn apply(&self, pixels: &[u8], size: usize, out: &mut Vec<f32>) {
        let begin = out.len();
        let from = self.from(size);
        if from == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] {
            out.extend(pixels.iter().map(|&value| f32::from(value)));
        } else {
            self.move_to(from, pixels, size, out);
        }
        let picture = &mut out[begin..];
        if let Some(intensity) = self.channel_shift_intensity {
            let (least, most) =
                picture.iter().fold((f32::MAX, f32::MIN), |(a, b), &value| (a.min(value), b.max(value)));
            for value in picture.iter_mut() {
                *value = (*value + intensity).clamp(least, most);
            }
        }
        if let Some(factor) = self.brightness {
            for value in picture.iter_mut() {
                *value = (value.trunc() * factor).clamp(0.0, 255.0).trunc();
            }
        }
        if let Some(factor) = self.contrast {
            let mut sums = [0.0; 3];
            picture
                .chunks_exact(3)
                .for_each(|pixel| (0..3).for_each(|channel| sums[channel] += f64::from(pixel[channel])));
            let means = sums.map(|sum| (sum / (size * size) as f64) as f32);
            for pixel in picture.chunks_exact_mut(3) {
                for (value, mean) in pixel.iter_mut().zip(means) {
                    *value = ((*value - mean) * factor + mean).clamp(0.0, 255.0);
                }
            }
        }
        if let Some(erased) = self.erased {
            erased.erase(picture, size);
        }
    }

    /// Appends the bilinear mean of the four pixels around each source.
    fn move_to(&self, [[a, b, c], [d, e, f]]: [[f32; 3]; 2], pixels: &[u8], size: usize, out: &mut Vec<f32>) {
        let last = (size - 1) as f32;
        for row in 0..size {
            let (start_x, start_y) = (b * row as f32 + c, e * row as f32 + f);
            for column in 0..size {
                let x = self.fill_mode.inside(a * column as f32 + start_x, last);
                let y = self.fill_mode.inside(d * column as f32 + start_y, last);
                let (Some(x), Some(y)) = (x, y) else {
                    out.extend([self.cval; 3]);
                    continue;
                };
                let (left, top) = (x as usize, y as usize);
                let (right, bottom) = ((left + 1).min(size - 1), (top + 1).min(size - 1));
                let (dx, dy) = (x - left as f32, y - top as f32);
                let pixel = |row: usize, column: usize| &pixels[(row * size + column) * 3..][..3];
                let corners = [pixel(top, left), pixel(top, right), pixel(bottom, left), pixel(bottom, right)];
                for channel in 0..3 {
                    let [upper_left, upper_right, lower_left, lower_right] =
                        corners.map(|corner| f32::from(corner[channel]));
                    let upper = upper_left * (1.0 - dx) + upper_right * dx;
                    let lower = lower_left * (1.0 - dx) + lower_right * dx;
                    out.push(upper * (1.0 - dy) + lower * dy);
                }
            }
        }
    }
}
