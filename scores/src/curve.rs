//! ROC and precision-recall curves of one class against the rest.

use crate::{
    bootstrap::{Bootstrap, percentiles},
    groups::Groups,
    interval::{Value, defined},
    outline::outline,
    predictions::Predictions,
    ranking::Ranking,
    statistics::by_bootstrap,
};

/// What happens at one threshold: pictures whose probability of the class is at least it are called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Operating {
    /// Infinite where nothing is called.
    pub(crate) threshold: f64,
    /// The called pictures of the class.
    pub(crate) hits: f64,
    /// The called pictures of other classes.
    pub(crate) alarms: f64,
}

/// Every threshold that makes a difference, the highest first. The last one calls every picture.
pub(crate) fn operating_points(predictions: Predictions, ranking: &Ranking, class: usize) -> Vec<Operating> {
    let mut points = vec![Operating { threshold: f64::INFINITY, hits: 0.0, alarms: 0.0 }];
    let (mut hits, mut alarms) = (0.0, 0.0);
    ranking.each(|picture, of_class, ends| {
        if of_class {
            hits += 1.0;
        } else {
            alarms += 1.0;
        }
        if ends {
            let threshold = f64::from(predictions.probability(picture, class));
            points.push(Operating { threshold, hits, alarms });
        }
    });
    points
}

/// A curve of one class, from the highest threshold to the lowest. All lists have the same length; they are empty where the curve
/// is not defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Across: the false positive rate of ROC, the recall of precision and recall.
    pub across: Vec<f64>,
    /// Upwards: the true positive rate of ROC, the precision of precision and recall.
    pub upwards: Vec<f64>,
    /// The threshold of each point; infinite where no picture is called.
    pub thresholds: Vec<f64>,
    /// The area under the ROC curve, or the average precision.
    pub area: Value,
}

/// Both curves of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// From (0, 0) to (1, 1); not defined unless there are pictures of the class and others.
    pub roc: Curve,
    /// From recall 0, where the precision is taken as 1 as scikit-learn does, to recall 1; not defined without pictures of the
    /// class.
    pub precision_recall: Curve,
}

/// The curves of one class against the rest.
///
/// Points that lie within a thousandth of the drawn line are left out: no corner that an eye could see is lost, and a chart gets some
/// hundred points of however many pictures.
///
/// # Errors
///
/// A sentence, if there is no such class or there are groups of other pictures.
pub fn curves(predictions: Predictions, class: usize, groups: &Groups, bootstrap: Bootstrap) -> Result<Curves, String> {
    predictions.check_class(class)?;
    groups.check(predictions.pictures())?;
    let ranking = Ranking::new(predictions, class);
    let points = operating_points(predictions, &ranking, class);
    let whole = ranking.areas(&vec![1; predictions.pictures()]);
    let (mut areas, mut precisions) = (Vec::new(), Vec::new());
    bootstrap.affordable(predictions.pictures(), 1).draw(groups, |weights| {
        let drawn = ranking.areas(weights);
        areas.push(drawn.auc);
        precisions.push(drawn.average_precision);
    });
    let method = by_bootstrap(groups);
    let last = points[points.len() - 1];
    let roc = |point: &Operating| (point.alarms / last.alarms, point.hits / last.hits);
    let precision_recall = |point: &Operating| match point.hits + point.alarms {
        0.0 => (0.0, 1.0),
        called => (point.hits / last.hits, point.hits / called),
    };
    Ok(Curves {
        roc: Curve::new(&points, roc, Value::new(defined(whole.auc), percentiles(areas), method)),
        precision_recall: Curve::new(
            &points,
            precision_recall,
            Value::new(defined(whole.average_precision), percentiles(precisions), method),
        ),
    })
}

impl Curve {
    fn new(points: &[Operating], place: impl Fn(&Operating) -> (f64, f64), area: Value) -> Self {
        let places: Vec<(f64, f64)> = points.iter().map(place).collect();
        let kept = if area.value.is_some() { outline(&places) } else { Vec::new() };
        Self {
            across: kept.iter().map(|&index| places[index].0).collect(),
            upwards: kept.iter().map(|&index| places[index].1).collect(),
            thresholds: kept.iter().map(|&index| points[index].threshold).collect(),
            area,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_kept_and_points_on_a_line_are_not() {
        let scores: [(f32, u32); 5] = [(0.875, 1), (0.75, 1), (0.5, 0), (0.25, 1), (0.125, 0)];
        let labels = scores.map(|(_, of_class)| of_class);
        let probabilities: Vec<f32> = scores.iter().flat_map(|(score, _)| [1.0 - score, *score]).collect();
        let predictions = Predictions::new(&labels, &probabilities, 2).unwrap();
        let curves = curves(predictions, 1, &Groups::alone(5), Bootstrap::default()).unwrap();
        assert_eq!(curves.roc.across, [0.0, 0.0, 0.5, 0.5, 1.0]);
        assert_eq!(curves.roc.upwards, [0.0, 2.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
        assert_eq!(curves.roc.thresholds, [f64::INFINITY, 0.75, 0.5, 0.25, 0.125]);
        assert_eq!(curves.precision_recall.across, [0.0, 2.0 / 3.0, 2.0 / 3.0, 1.0, 1.0]);
        assert_eq!(curves.precision_recall.upwards, [1.0, 1.0, 2.0 / 3.0, 0.75, 0.6]);
    }

    #[test]
    fn a_class_without_pictures_has_no_curve() {
        let predictions = Predictions::new(&[0, 0], &[0.5, 0.5, 0.25, 0.75], 2).unwrap();
        let of = |class| curves(predictions, class, &Groups::alone(2), Bootstrap::default());
        let absent = of(1).unwrap();
        assert!(absent.roc.across.is_empty() && absent.precision_recall.across.is_empty());
        assert_eq!((absent.roc.area.value, absent.precision_recall.area.value), (None, None));
        let only = of(0).unwrap();
        assert_eq!((only.roc.area.value, only.precision_recall.area.value), (None, Some(1.0)));
        assert!(of(2).unwrap_err().contains("no class 2"));
    }
}
