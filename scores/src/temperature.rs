//! One number that makes probabilities mean what they say.

use serde::Serialize;

use crate::predictions::Predictions;

/// The highest and, turned over, the lowest temperature.
const MOST: f64 = 20.0;

/// What [`fit_temperature`] found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Temperature {
    /// Above 1 the network was too sure of itself, below 1 not sure enough; 0.05 to 20.
    pub temperature: f64,
    /// The mean of minus the natural logarithm of the right class's probability, before.
    pub before: f64,
    /// The same with the temperature; never higher.
    pub after: f64,
    /// Whether the best temperature lies beyond the ends: every answer is right, or they are worse than chance.
    pub at_limit: bool,
}

/// The temperature T whose probabilities `softmax(ln p / T)` have the lowest log loss (Guo and others 2017). It changes no answer, only
/// how sure the network is. Fit it on one part, such as validation, and read it on another. `None` without pictures.
///
/// The log loss is a convex function of 1 / T, and Newton's method finds where its slope is 0.
#[must_use]
pub fn fit_temperature(predictions: Predictions) -> Option<Temperature> {
    if predictions.pictures() == 0 {
        return None;
    }
    let logits: Vec<f64> = predictions.rows().flatten().map(|p| logit(*p)).collect();
    let at = |sharpness: f64| Slope::new(predictions, &logits, sharpness);
    let before = at(1.0);
    let (least, most) = (at(1.0 / MOST), at(MOST));
    let (sharpness, now) = match (before.curvature == 0.0, least.rise >= 0.0, most.rise <= 0.0) {
        // Every picture has equal probabilities for all classes, at any temperature.
        (true, ..) => (1.0, before),
        (_, true, _) => (1.0 / MOST, least),
        (.., true) => (MOST, most),
        _ => newton(at, before),
    };
    let at_limit = [1.0 / MOST, MOST].contains(&sharpness);
    Some(Temperature { temperature: 1.0 / sharpness, before: before.loss, after: now.loss.min(before.loss), at_limit })
}

/// Where the slope is 0, which it is between the ends: Newton's steps, and where one leads out of what is left, its middle.
fn newton(at: impl Fn(f64) -> Slope, start: Slope) -> (f64, Slope) {
    let (mut low, mut high) = (1.0 / MOST, MOST);
    let (mut sharpness, mut now) = (1.0, start);
    for _ in 0..100 {
        if now.rise.is_sign_positive() {
            high = sharpness;
        } else {
            low = sharpness;
        }
        let step = sharpness - now.rise / now.curvature;
        let next = if (low..=high).contains(&step) { step } else { f64::midpoint(low, high) };
        if (next - sharpness).abs() <= 1e-13 * sharpness {
            break;
        }
        sharpness = next;
        now = at(sharpness);
    }
    (sharpness, now)
}

/// The probabilities at a temperature, `softmax(ln p / T)`: `[pictures, classes]`.
///
/// # Errors
///
/// A sentence, if the temperature is not above 0, or the probabilities are not rows of so many classes.
pub fn with_temperature(probabilities: &[f32], classes: usize, temperature: f64) -> Result<Vec<f32>, String> {
    if !(temperature > 0.0 && temperature.is_finite()) {
        return Err(format!("A temperature is above 0, not {temperature}."));
    }
    if classes == 0 || !probabilities.len().is_multiple_of(classes) {
        return Err(format!("{} probabilities are not rows of {classes} classes.", probabilities.len()));
    }
    let mut changed = Vec::with_capacity(probabilities.len());
    for row in probabilities.chunks_exact(classes) {
        let scaled: Vec<f64> = row.iter().map(|&p| logit(p) / temperature).collect();
        let largest = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scaled.iter().map(|logit| (logit - largest).exp()).sum();
        changed.extend(scaled.iter().map(|logit| ((logit - largest).exp() / sum) as f32));
    }
    Ok(changed)
}

/// The logarithm of a probability, of 0 that of the smallest 32-bit number: the logits of a network, up to a number that they share.
fn logit(p: f32) -> f64 {
    f64::from(p.max(f32::MIN_POSITIVE)).ln()
}

/// The mean log loss where logits are multiplied by a sharpness, with its first two derivatives by the sharpness.
#[derive(Debug, Clone, Copy)]
struct Slope {
    loss: f64,
    rise: f64,
    curvature: f64,
}

impl Slope {
    fn new(predictions: Predictions, logits: &[f64], sharpness: f64) -> Self {
        let (mut loss, mut rise, mut curvature) = (0.0, 0.0, 0.0);
        for (label, row) in predictions.labels().zip(logits.chunks_exact(predictions.classes())) {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
            for logit in row {
                let logit = logit - largest;
                let weight = (logit * sharpness).exp();
                sum += weight;
                first += weight * logit;
                second += weight * logit * logit;
            }
            let right = row[label] - largest;
            loss += sum.ln() - sharpness * right;
            rise += first / sum - right;
            curvature += second / sum - (first / sum).powi(2);
        }
        let n = predictions.pictures() as f64;
        Self { loss: loss / n, rise: rise / n, curvature: curvature / n }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of pictures that are said with 0.9, six in ten are right: the best probability is 0.6.
    #[test]
    fn too_sure_answers_are_made_less_sure() {
        let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        let rows = [0.9_f32, 0.1].repeat(10);
        let found = fit_temperature(Predictions::new(&labels, &rows, 2).unwrap()).unwrap();
        assert!((found.temperature - 9.0_f64.ln() / 1.5_f64.ln()).abs() < 1e-6 && !found.at_limit, "{found:?}");
        assert!(found.after < found.before);
        let changed = with_temperature(&rows, 2, found.temperature).unwrap();
        assert!((changed[0] - 0.6).abs() < 1e-6 && (changed[0] + changed[1] - 1.0).abs() < 1e-6);
    }

    /// Where the loss has its least value by a rise and a curvature, and which places were asked.
    fn least(of: impl Fn(f64) -> (f64, f64)) -> (f64, Vec<f64>) {
        let asked = std::cell::RefCell::new(Vec::new());
        let slope = |sharpness: f64| {
            let (rise, curvature) = of(sharpness);
            Slope { loss: 0.0, rise, curvature }
        };
        let at = |sharpness: f64| {
            asked.borrow_mut().push(sharpness);
            slope(sharpness)
        };
        let (sharpness, _) = newton(at, slope(1.0));
        (sharpness, asked.into_inner())
    }

    #[test]
    fn a_parabola_takes_one_step_and_what_bends_away_is_halved() {
        assert_eq!(least(|sharpness| (sharpness - 3.0, 1.0)), (3.0, vec![3.0]));
        assert_eq!(least(|sharpness| (sharpness - 0.5, 1.0)), (0.5, vec![0.5]));
        // A rise too small to move the place ends it, and so does a step of less than 1e-13 of the place.
        assert_eq!(least(|_| (1e-30, 1.0)), (1.0, vec![]));
        assert_eq!(least(|sharpness| (if sharpness < 5.0 { -9.0 } else { 5e-13 }, 1.0)), (10.0, vec![10.0]));
        // Newton's steps alone would leave the curve of an arctangent further with each one.
        let bent =
            |sharpness: f64| ((10.0 * (sharpness - 3.0)).atan(), 10.0 / (1.0 + (10.0 * (sharpness - 3.0)).powi(2)));
        let (place, asked) = least(bent);
        assert!((place - 3.0).abs() < 1e-12 && asked.len() < 20, "{place}: {asked:?}");
        assert!(asked.iter().all(|place| (1.0 / MOST..=MOST).contains(place)), "{asked:?}");
    }

    #[test]
    fn answers_without_a_best_temperature_are_told() {
        let right = fit_temperature(Predictions::new(&[0, 1], &[0.75, 0.25, 0.25, 0.75], 2).unwrap()).unwrap();
        assert!(right.at_limit && (right.temperature - 0.05).abs() < 1e-9, "{right:?}");
        let wrong = fit_temperature(Predictions::new(&[1, 0], &[0.75, 0.25, 0.25, 0.75], 2).unwrap()).unwrap();
        assert!(wrong.at_limit && (wrong.temperature - 20.0).abs() < 1e-6, "{wrong:?}");
        let sure = fit_temperature(Predictions::new(&[0, 1], &[1.0, 0.0, 1.0, 0.0], 2).unwrap()).unwrap();
        assert!(sure.temperature.is_finite() && sure.after < sure.before, "{sure:?}");
        let undecided = fit_temperature(Predictions::new(&[0, 1], &[0.5; 4], 2).unwrap()).unwrap();
        assert!((undecided.temperature - 1.0).abs() < 1e-12, "{undecided:?}");
        assert_eq!(fit_temperature(Predictions::new(&[], &[], 2).unwrap()), None);
        assert!(with_temperature(&[0.5], 2, 1.0).is_err() && with_temperature(&[], 2, 0.0).is_err());
    }
}
