//! A line with fewer points that looks the same.

/// How far a left out point may lie from the line: a chart of 500 pixels shows half a pixel.
const TOLERANCE: f64 = 1e-3;

/// The indices of the points to keep, in their order, so that no other point is further than a thousandth from the line through
/// them (Douglas and Peucker 1973). The first and the last point stay.
pub(crate) fn outline(points: &[(f64, f64)]) -> Vec<usize> {
    let mut keep = vec![false; points.len()];
    let mut open = Vec::new();
    if let Some(last) = points.len().checked_sub(1) {
        (keep[0], keep[last]) = (true, true);
        open.push((0, last));
    }
    while let Some((first, last)) = open.pop() {
        // The first of the farthest ones.
        let farthest = (first + 1..last)
            .rev()
            .map(|index| (index, distance(points[index], points[first], points[last])))
            .filter(|(_, distance)| *distance > TOLERANCE)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((index, _)) = farthest {
            keep[index] = true;
            open.extend([(first, index), (index, last)]);
        }
    }
    (0..points.len()).filter(|index| keep[*index]).collect()
}

/// How far a point is from the piece of line between two others.
fn distance(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x * x + y * y;
    let (dx, dy) = (point.0 - from.0, point.1 - from.1);
    let along = if length > 0.0 { ((dx * x + dy * y) / length).clamp(0.0, 1.0) } else { 0.0 };
    (dx - along * x).hypot(dy - along * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_lies_on_the_line() {
        // A quarter of a circle in 2,001 points: every one of them is a corner to scikit-learn.
        let points: Vec<(f64, f64)> =
            (0..=2_000).map(|step| f64::from(step) / 2_000.0).map(|x| (x, (1.0 - (1.0 - x).powi(2)).sqrt())).collect();
        let kept = outline(&points);
        assert!((10..200).contains(&kept.len()), "{} points", kept.len());
        let worst = kept
            .windows(2)
            .flat_map(|ends| (ends[0]..ends[1]).map(|index| distance(points[index], points[ends[0]], points[ends[1]])))
            .fold(0.0, f64::max);
        assert!(worst <= TOLERANCE, "{worst}");
        assert!((distance((3.0, 4.0), (0.0, 0.0), (0.0, 0.0)) - 5.0).abs() < 1e-12, "from a point");
        assert_eq!(outline(&[]), [0_usize; 0]);
        assert_eq!(outline(&[(0.0, 0.0)]), [0]);
        assert_eq!(outline(&[(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]), [0, 2]);
        let bent = |by: f64| outline(&[(0.0, 0.0), (0.5, by), (1.0, 0.0)]).len();
        assert_eq!([bent(TOLERANCE), bent(1.01 * TOLERANCE)], [2, 3]);
    }
}
