//! How augmentation changes a training picture.

use serde::{Deserialize, Serialize};

/// The random changes drawn for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The rotation, in radians.
    pub angle: f64,
    /// To the right, in pixels.
    pub shift_x: f64,
    /// Downwards, in pixels.
    pub shift_y: f64,
    /// Above 0; 1 leaves the size as it is.
    pub zoom: f64,
    /// The factor of all values.
    pub brightness: f32,
    /// Whether left and right are exchanged.
    pub mirror_x: bool,
    /// Whether top and bottom are exchanged.
    pub mirror_y: bool,
}

impl Change {
    /// Leaves a picture as it is.
    pub const NONE: Self =
        Self { angle: 0.0, shift_x: 0.0, shift_y: 0.0, zoom: 1.0, brightness: 1.0, mirror_x: false, mirror_y: false };

    /// The source `(x, y)` of the pixel at `(column, row)`: `x = a column + b row + c` for `[[a, b, c], ..]`, and the
    /// same for `y`.
    #[must_use]
    pub fn from(&self, size: usize) -> [[f32; 3]; 2] {
        let (sin, cos) = self.angle.sin_cos();
        let last = size as f64 - 1.0;
        let axis = |mirror: bool, shift: f64| {
            let (slope, start) = if mirror { (-1.0, last) } else { (1.0, 0.0) };
            (slope / self.zoom, (start - last / 2.0) / self.zoom - shift)
        };
        let ((across, x), (down, y)) = (axis(self.mirror_x, self.shift_x), axis(self.mirror_y, self.shift_y));
        let of_x = [cos * across, -sin * down, cos * x - sin * y + last / 2.0];
        let of_y = [sin * across, cos * down, sin * x + cos * y + last / 2.0];
        [of_x, of_y].map(|row| row.map(|value| value as f32))
    }

    /// Appends a changed copy of a picture, `[size, size, 3]`, values 0 to 255.
    pub fn apply(&self, pixels: &[u8], size: usize, out: &mut Vec<f32>) {
        let &Self { angle, shift_x, shift_y, zoom, brightness, mirror_x, mirror_y } = self;
        let (sin, cos) = angle.sin_cos();
        let centre = (size as f64 - 1.0) / 2.0;
        let at = |row: usize, column: usize, channel: usize| f32::from(pixels[(row * size + column) * 3 + channel]);
        for row in 0..size {
            for column in 0..size {
                let flip = |position: usize, mirror: bool| if mirror { size - 1 - position } else { position };
                let x = (flip(column, mirror_x) as f64 - centre) / zoom - shift_x;
                let y = (flip(row, mirror_y) as f64 - centre) / zoom - shift_y;
                let last = (size - 1) as f64;
                let source_x = (cos * x - sin * y + centre).clamp(0.0, last);
                let source_y = (sin * x + cos * y + centre).clamp(0.0, last);
                let (left, top) = (source_x as usize, source_y as usize);
                let (right, bottom) = ((left + 1).min(size - 1), (top + 1).min(size - 1));
                let (dx, dy) = (source_x.fract() as f32, source_y.fract() as f32);
                for channel in 0..3 {
                    let upper = at(top, left, channel) * (1.0 - dx) + at(top, right, channel) * dx;
                    let lower = at(bottom, left, channel) * (1.0 - dx) + at(bottom, right, channel) * dx;
                    out.push(((upper * (1.0 - dy) + lower * dy) * brightness).clamp(0.0, 255.0));
                }
            }
        }
    }
}
