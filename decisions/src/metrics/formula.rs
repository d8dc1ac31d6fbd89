//! Keras's formulas, which turn counts into one number.

use super::auc::{area, ratio};
use super::config::{Average, Curve};

/// Keras's `epsilon`, which its F score adds to each denominator.
const EPSILON: f64 = 1e-7;

/// The classes that a number is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Over {
    Classes(Average),
    Class(usize),
}

/// A number computed from counts. `hits`, `positives`, `scores` and `support` are indices of tables of
/// [`super::count::Count`] in the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Formula {
    Accuracy,
    TopK { hits: usize },
    Precision { positives: usize, over: Over },
    Recall { positives: usize, support: usize, over: Over },
    F1 { positives: usize, support: usize, over: Over },
    Auc { scores: usize, curve: Curve, over: Over },
}

/// The counts of an epoch.
pub(super) struct EpochCounts<'a> {
    pub(super) pictures: f64,
    pub(super) accuracy: f64,
    /// One slice per table of the plan.
    pub(super) tables: Vec<&'a [f32]>,
    pub(super) classes: usize,
}

/// The counts of one class, or of all together.
#[derive(Clone, Copy, Default)]
struct Positives {
    predicted: f64,
    hits: f64,
    support: f64,
}

impl Formula {
    pub(super) fn value(self, counts: &EpochCounts<'_>) -> f64 {
        match self {
            Self::Accuracy => counts.accuracy,
            Self::TopK { hits } => f64::from(counts.tables[hits][0]) / counts.pictures,
            Self::Precision { positives, over } => {
                let class = counts.positives(positives, None, over);
                ratio(class.hits, class.predicted)
            }
            Self::Recall { positives, support, over } => {
                let class = counts.positives(positives, Some(support), over);
                ratio(class.hits, class.support)
            }
            Self::F1 { positives, support, over } => {
                let f1 = |over| counts.positives(positives, Some(support), over).f1();
                let each = |class| f1(Over::Class(class));
                match over {
                    Over::Class(_) | Over::Classes(Average::Micro) => f1(over),
                    Over::Classes(Average::Macro) => counts.mean(each),
                    Over::Classes(Average::Weighted) => {
                        let support = counts.tables[support].iter().map(|&count| f64::from(count));
                        let total: f64 = support.clone().sum();
                        support.enumerate().map(|(class, count)| each(class) * count / (total + EPSILON)).sum()
                    }
                }
            }
            Self::Auc { scores, curve, over } => {
                let of = |over| {
                    let (all, positives) = counts.histograms(scores, over);
                    area(curve, &positives, &all)
                };
                match over {
                    Over::Classes(Average::Macro) => counts.mean(|class| of(Over::Class(class))),
                    _ => of(over),
                }
            }
        }
    }
}

impl EpochCounts<'_> {
    fn positives(&self, positives: usize, support: Option<usize>, over: Over) -> Positives {
        let (predicted, hits) = self.tables[positives].split_at(self.classes);
        let sum = |table: &[f32]| match over {
            Over::Class(class) => f64::from(table[class]),
            Over::Classes(_) => table.iter().map(|&count| f64::from(count)).sum(),
        };
        let support = support.map_or(0.0, |support| sum(self.tables[support]));
        Positives { predicted: sum(predicted), hits: sum(hits), support }
    }

    /// The entries per interval, and the true ones among them.
    fn histograms(&self, scores: usize, over: Over) -> (Vec<f64>, Vec<f64>) {
        let table = self.tables[scores];
        let (all, positives) = table.split_at(table.len() / 2);
        let thresholds = all.len() / self.classes;
        let sum = |table: &[f32]| {
            let rows = table.chunks_exact(thresholds).enumerate();
            let chosen = rows.filter(|(class, _)| !matches!(over, Over::Class(one) if one != *class));
            chosen.fold(vec![0.0; thresholds], |sums, (_, row)| {
                sums.iter().zip(row).map(|(sum, &count)| sum + f64::from(count)).collect()
            })
        };
        (sum(all), sum(positives))
    }

    fn mean(&self, of_class: impl Fn(usize) -> f64) -> f64 {
        (0..self.classes).map(of_class).sum::<f64>() / self.classes as f64
    }
}

impl Positives {
    fn f1(self) -> f64 {
        let (precision, recall) = (self.hits / (self.predicted + EPSILON), self.hits / (self.support + EPSILON));
        2.0 * precision * recall / (precision + recall + EPSILON)
    }
}
