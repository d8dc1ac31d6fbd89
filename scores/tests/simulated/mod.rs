//! Pictures that were never taken: labels and probabilities drawn from a known distribution, so that the true scores are known, too.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tabfit_scores::{Bootstrap, Groups, Interval, Predictions, ScoresReport, scores};

/// The classes, of which the first has half of the pictures.
const CLASSES: usize = 3;

/// How many pictures the true scores are computed from.
const MANY: usize = 400_000;

/// A set of pictures.
pub(crate) struct Set {
    labels: Vec<u32>,
    probabilities: Vec<f32>,
    groups: Vec<u32>,
}

impl Set {
    /// Groups of `together` pictures of one class, which resemble each other: half of what makes a picture hard is the group's.
    pub(crate) fn new(seed: u64, pictures: usize, together: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (mut labels, mut probabilities, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        for group in 0..pictures / together {
            let label = [0, 0, 1, 2][random.random_range(0..4)];
            let shared = normals(&mut random);
            for _ in 0..together {
                let own = normals(&mut random);
                let logit = |class: usize| {
                    let hard = if together > 1 { (shared[class] + own[class]) / 2_f64.sqrt() } else { own[class] };
                    (hard + if class == label { 1.2 } else { 0.0 }).exp()
                };
                let powers: [f64; CLASSES] = std::array::from_fn(logit);
                let sum: f64 = powers.iter().sum();
                probabilities.extend(powers.iter().map(|power| (power / sum) as f32));
                labels.push(label as u32);
                groups.push(group as u32);
            }
        }
        Self { labels, probabilities, groups }
    }

    /// The same pictures, as if each stood for itself.
    #[allow(dead_code, reason = "the example does not need it")]
    pub(crate) fn alone(self) -> Self {
        let groups = (0..self.labels.len() as u32).collect();
        Self { groups, ..self }
    }

    /// Its scores.
    pub(crate) fn report(&self, resamples: usize) -> ScoresReport {
        let predictions = Predictions::new(&self.labels, &self.probabilities, CLASSES).expect("a valid set");
        let groups = Groups::new(Some(&self.groups), self.labels.len()).expect("a group for each picture");
        let names: Vec<String> = (0..CLASSES).map(|class| class.to_string()).collect();
        scores(predictions, &names, &groups, Bootstrap { seed: 1, resamples }).expect("a valid set")
    }
}

/// A number of the standard normal distribution for each class (Box and Muller 1958).
fn normals(random: &mut ChaCha8Rng) -> [f64; CLASSES] {
    std::array::from_fn(|_| {
        let (radius, angle): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    })
}

/// The scores with intervals, by name.
fn named(report: &ScoresReport) -> Vec<(&'static str, f64, Interval)> {
    let class = &report.per_class[1];
    let all = [
        ("accuracy", report.accuracy),
        ("balanced accuracy", report.balanced_accuracy),
        ("MCC", report.mcc),
        ("log loss", report.log_loss),
        ("Brier", report.brier),
        ("macro F1", report.macro_f1),
        ("macro AUC", report.macro_auc),
        ("sensitivity", class.sensitivity),
        ("specificity", class.specificity),
        ("precision", class.precision),
        ("F1", class.f1),
        ("AUC", class.auc),
        ("average precision", class.average_precision),
    ];
    all.map(|(name, value)| (name, value.value.expect("a score"), value.interval.expect("an interval"))).to_vec()
}

/// For each score the share of `sets` simulated sets whose interval holds the true score.
pub(crate) fn coverage(sets: usize, pictures: usize, together: usize, resamples: usize) -> Vec<(&'static str, f64)> {
    let truth = named(&Set::new(u64::MAX, MANY, together).report(10));
    let mut held = vec![0; truth.len()];
    for seed in 0..sets {
        let found = named(&Set::new(seed as u64, pictures, together).report(resamples));
        for (held, ((_, _, interval), (_, truth, _))) in held.iter_mut().zip(found.iter().zip(&truth)) {
            *held += usize::from(interval.low <= *truth && *truth <= interval.high);
        }
    }
    truth.iter().zip(held).map(|((name, ..), held)| (*name, f64::from(held as u32) / sets as f64)).collect()
}
