//! Every score that needs resamples for its interval, as a function of how often each picture counts.

use crate::{
    bootstrap::{Bootstrap, percentiles},
    confusion::{Tally, mean as plain_mean, pairs},
    groups::Groups,
    interval::{Method, Value, defined},
    losses::{brier_losses, log_losses, mean},
    predictions::Predictions,
    ranking::{Areas, Ranking},
};

/// The scores of all classes together, in the order in which they are computed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Overall {
    BalancedAccuracy,
    Mcc,
    LogLoss,
    Brier,
    MacroF1,
    MacroAuc,
}

/// The scores of one class against the rest, likewise.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OfClass {
    F1,
    Auc,
    AveragePrecision,
}

const OVERALL: usize = Overall::MacroAuc as usize + 1;
const OF_CLASS: usize = OfClass::AveragePrecision as usize + 1;

/// What all resamples share: the pictures sorted by each class, and what each of them costs.
pub(crate) struct Statistics {
    pairs: Vec<(u32, u32)>,
    log_losses: Vec<f64>,
    brier_losses: Vec<f64>,
    rankings: Vec<Ranking>,
}

impl Statistics {
    pub(crate) fn new(predictions: Predictions) -> Self {
        Self {
            pairs: pairs(predictions),
            log_losses: log_losses(predictions),
            brier_losses: brier_losses(predictions),
            rankings: (0..predictions.classes()).map(|class| Ranking::new(predictions, class)).collect(),
        }
    }

    /// The pictures sorted by each class.
    pub(crate) fn rankings(&self) -> &[Ranking] {
        &self.rankings
    }

    /// Every score: first those of [`Overall`], then those of [`OfClass`] for each class; NaN where a score is not defined.
    ///
    /// # Shapes
    /// - `weights`: how often each picture counts
    pub(crate) fn of(&self, weights: &[u32]) -> Vec<f64> {
        let classes = self.rankings.len();
        let tally = Tally::new(classes, &self.pairs, weights);
        let areas: Vec<Areas> = self.rankings.iter().map(|ranking| ranking.areas(weights)).collect();
        let mut all = vec![f64::NAN; OVERALL + classes * OF_CLASS];
        let mut set = |score: Overall, value: f64| all[score as usize] = value;
        set(Overall::BalancedAccuracy, tally.balanced_accuracy());
        set(Overall::Mcc, tally.mcc());
        set(Overall::LogLoss, mean(&self.log_losses, weights));
        set(Overall::Brier, mean(&self.brier_losses, weights));
        set(Overall::MacroF1, tally.macro_f1());
        set(Overall::MacroAuc, plain_mean(areas.iter().map(|areas| areas.auc).filter(|auc| auc.is_finite())));
        for (class, (f1, areas)) in tally.f1().zip(areas).enumerate() {
            all[place(class, OfClass::F1)] = f1;
            all[place(class, OfClass::Auc)] = areas.auc;
            all[place(class, OfClass::AveragePrecision)] = areas.average_precision;
        }
        all
    }
}

/// The place of a class's score.
pub(crate) fn place(class: usize, score: OfClass) -> usize {
    OVERALL + class * OF_CLASS + score as usize
}

/// Every score of all pictures, and of each resample.
pub(crate) struct Drawn {
    /// Of all pictures, in the order of [`Statistics::of`].
    values: Vec<f64>,
    /// `[score][resample]`
    resamples: Vec<Vec<f64>>,
    method: Method,
}

impl Drawn {
    pub(crate) fn new(statistics: &Statistics, groups: &Groups, bootstrap: Bootstrap) -> Self {
        let values = statistics.of(&vec![1; groups.of().len()]);
        let mut resamples = vec![Vec::with_capacity(bootstrap.resamples); values.len()];
        bootstrap.draw(groups, |weights| {
            for (all, value) in resamples.iter_mut().zip(statistics.of(weights)) {
                all.push(value);
            }
        });
        Self { values, resamples, method: by_bootstrap(groups) }
    }

    /// The score at a place, with the percentiles of its resamples. They are used up: a place is asked for once.
    pub(crate) fn value(&mut self, place: usize) -> Value {
        let resamples = std::mem::take(&mut self.resamples[place]);
        Value::new(defined(self.values[place]), percentiles(resamples), self.method)
    }
}

/// How intervals of resamples are called.
pub(crate) fn by_bootstrap(groups: &Groups) -> Method {
    if groups.together() { Method::BootstrapByGroup } else { Method::Bootstrap }
}
