//! The confusion matrix as a picture.

use embedded_graphics::pixelcolor::{Rgb888, WebColors};
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::Alignment;

use super::canvas::{Canvas, GLYPH, Picture, label, width};

/// A matrix of more classes is not drawn, because nobody could read it.
pub const MOST_CLASSES: usize = 50;

/// The space between the parts of the picture, in pixels.
const GAP: u32 = 8;

/// Draws `matrix[truth][predicted]`, in the order of `class_names`. Every cell shows its count, and a larger
/// share of its row makes it darker. The diagonal, where the network is right, is framed. Names are cut to
/// 20 characters; a name that no font has is drawn as `class` and its number, from 0.
///
/// `None` where there is no class or more than [`MOST_CLASSES`].
#[must_use]
pub fn confusion_matrix(matrix: &[Vec<usize>], class_names: &[String]) -> Option<Picture> {
    let classes = matrix.len();
    if classes == 0 || classes > MOST_CLASSES || matrix.iter().any(|row| row.len() != classes) {
        return None;
    }
    let labels: Vec<String> = (0..classes).map(|class| label(class_names, class, 20)).collect();
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let largest = matrix.iter().flatten().max().copied().unwrap_or(0);
    let cell = (width(&largest.to_string()) + 2 * GAP).max(4 * GAP);
    // Names above the columns are written upright if they are wider than a column.
    let upright = widest + GAP > cell;
    let left = GAP + GLYPH.height + GAP + widest + GAP;
    let top = GAP + GLYPH.height + GAP + if upright { widest } else { GLYPH.height } + GAP;
    let side = cell * classes as u32;
    // Also a single narrow cell leaves room for the titles.
    let body = side.max(width("predicted"));
    let mut canvas = Canvas::new(left + body + GAP, top + body + GAP);

    let at = |column: u32, row: u32| Point::new((left + column * cell) as i32, (top + row * cell) as i32);
    let middle = Point::new_equal(cell as i32 / 2);
    let title = (GAP + GLYPH.height / 2) as i32;
    canvas.text("predicted", Point::new((left + body / 2) as i32, title), Alignment::Center, Rgb888::BLACK);
    canvas.upright_text("true", Point::new(title, (top + (body - width("true")) / 2) as i32));
    for (index, label) in labels.iter().enumerate() {
        let index = index as u32;
        let row = Point::new((left - GAP) as i32, at(0, index).y + middle.y);
        canvas.text(label, row, Alignment::Right, Rgb888::BLACK);
        let column = at(index, 0).x + middle.x;
        if upright {
            canvas.upright_text(label, Point::new(column, (top - GAP - width(label)) as i32));
        } else {
            let above = (top - GAP - GLYPH.height / 2) as i32;
            canvas.text(label, Point::new(column, above), Alignment::Center, Rgb888::BLACK);
        }
    }
    for (truth, row) in matrix.iter().enumerate() {
        let total = row.iter().sum::<usize>().max(1);
        for (predicted, &count) in row.iter().enumerate() {
            let corner = at(predicted as u32, truth as u32);
            let area = Rectangle::new(corner, Size::new_equal(cell));
            let share = count as f64 / total as f64;
            canvas.fill(area, shade(share));
            let ink = if share > 0.5 { Rgb888::WHITE } else { Rgb888::BLACK };
            canvas.text(&count.to_string(), corner + middle, Alignment::Center, ink);
            canvas.frame(area, Rgb888::CSS_LIGHT_GRAY, 1);
        }
    }
    for class in 0..classes as u32 {
        canvas.frame(Rectangle::new(at(class, class), Size::new_equal(cell)), Rgb888::BLACK, 2);
    }
    Some(canvas.into_picture())
}

/// White at 0, dark blue at 1.
fn shade(share: f64) -> Rgb888 {
    let between = |light: f64, dark: f64| (light + (dark - light) * share) as u8;
    Rgb888::new(between(255.0, 8.0), between(255.0, 48.0), between(255.0, 107.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(matrix: &[&[usize]], names: &[&str]) -> Option<image::GrayImage> {
        let matrix: Vec<Vec<usize>> = matrix.iter().map(|row| row.to_vec()).collect();
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let picture = confusion_matrix(&matrix, &names)?;
        let decoded = image::load_from_memory(&picture.png).unwrap().to_luma8();
        assert_eq!(decoded.dimensions(), (picture.width, picture.height));
        Some(decoded)
    }

    #[test]
    fn a_cell_is_the_darker_the_larger_its_share_of_the_row() {
        let picture = drawn(&[&[9, 1, 0], &[5, 5, 0], &[0, 0, 0]], &["cat", "dog", "fox"]).unwrap();
        let (width, height) = picture.dimensions();
        // The cells are 32 pixels wide and end 8 pixels from the edges; the sample lies above the number.
        let ground = |column: u32, row: u32| {
            picture.get_pixel(width - 8 - 32 * (3 - column) + 16, height - 8 - 32 * (3 - row) + 4).0[0]
        };
        let shades = [ground(0, 0), ground(0, 1), ground(1, 0), ground(2, 0)];
        assert!(shades.is_sorted_by(|darker, lighter| darker < lighter), "{shades:?}");
        assert_eq!(ground(0, 1), ground(1, 1));
        assert_eq!(ground(2, 0), ground(2, 2));
    }

    #[test]
    fn every_number_and_name_is_written() {
        let before = drawn(&[&[1, 1], &[1, 1]], &["cat", "dog"]).unwrap();
        for (matrix, names) in [([[2, 2], [2, 2]], ["cat", "dog"]), ([[1, 1], [1, 1]], ["cat", "cow"])] {
            let after = drawn(&[&matrix[0], &matrix[1]], &names).unwrap();
            assert_eq!(before.dimensions(), after.dimensions());
            let changed = before.pixels().zip(after.pixels()).filter(|(before, after)| before != after).count();
            assert!((10..2000).contains(&changed), "{changed} pixels for {names:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_drawn() {
        assert!(drawn(&[], &[]).is_none());
        assert!(drawn(&[&[1, 2], &[3]], &["a", "b"]).is_none());
        let row = vec![7; MOST_CLASSES + 1];
        assert!(drawn(&vec![row.as_slice(); MOST_CLASSES + 1], &[]).is_none());
        let row = vec![12_345; MOST_CLASSES];
        let picture = drawn(&vec![row.as_slice(); MOST_CLASSES], &[]).unwrap();
        assert!(picture.width() < 4000 && picture.height() < 4000);
        assert!(drawn(&[&[usize::MAX]], &["\u{0}\n"]).is_some());
    }
}
