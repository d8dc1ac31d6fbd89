//! Learning rates by Keras's formulas, and the arguments that are refused.

use serde_json::{Value, json};
use tabfit_decisions::callbacks::LearningRateScheduler;
use tabfit_decisions::schedule::{LearningRate, Schedule};

fn rates(rate: Value, steps: &[u64]) -> Vec<f64> {
    let rate: LearningRate = serde_json::from_value(rate).unwrap();
    rate.check().unwrap();
    steps.iter().map(|&step| rate.at(step)).collect()
}

#[track_caller]
fn assert_near(rates: Vec<f64>, expected: &[f64]) {
    let near = rates.iter().zip(expected).all(|(rate, expected)| (rate - expected).abs() <= 1e-12);
    assert!(near && rates.len() == expected.len(), "{rates:?} are not {expected:?}");
}

#[test]
fn a_constant_is_the_same_at_every_step() {
    assert_near(rates(json!(0.25), &[0, 1, 1000]), &[0.25; 3]);
}

#[test]
fn an_exponential_decay_falls_smoothly_or_by_stairs() {
    let decay = |staircase: bool| json!({"type": "ExponentialDecay", "initialLearningRate": 0.8, "decaySteps": 4, "decayRate": 0.25, "staircase": staircase});
    assert_near(rates(decay(false), &[0, 2, 4, 8]), &[0.8, 0.4, 0.2, 0.05]);
    assert_near(rates(decay(true), &[0, 2, 3, 4, 7, 8]), &[0.8, 0.8, 0.8, 0.2, 0.2, 0.05]);
}

#[test]
fn a_cosine_without_a_rise_falls_from_its_first_rate() {
    let cosine = json!({"type": "CosineDecay", "initialLearningRate": 2, "decaySteps": 4, "alpha": 0.25});
    // At half of the way half of what lies above the floor is left, 0.75 of the rate.
    assert_near(rates(cosine, &[0, 2, 4, 9]), &[2.0, 1.25, 0.5, 0.5]);
    let rising =
        json!({"type": "CosineDecay", "initialLearningRate": 1, "decaySteps": 4, "warmupTarget": 3, "warmupSteps": 4});
    assert_near(rates(rising, &[0, 1, 3, 4, 6, 8]), &[1.0, 1.5, 2.5, 3.0, 1.5, 0.0]);
    // The rise ends before its last step, so that the target is reached to the bit.
    let rising = json!({"type": "CosineDecay", "initialLearningRate": 0.2, "decaySteps": 4, "warmupTarget": 0.9, "warmupSteps": 4});
    assert_eq!(rates(rising, &[4])[0].to_bits(), 0.9f64.to_bits());
}

#[test]
fn a_schedule_of_a_callback_counts_epochs_from_zero() {
    let schedule = json!({"schedule": {"type": "PiecewiseConstantDecay", "boundaries": [1, 3], "values": [3, 2, 1]}});
    let rule: LearningRateScheduler = serde_json::from_value(schedule).unwrap();
    assert_near((1..7).map(|epoch| rule.rate(epoch)).collect(), &[3.0, 3.0, 2.0, 2.0, 1.0, 1.0]);
}

#[test]
fn each_argument_has_its_bounds() {
    let exponential = |field: &str, value: f64| {
        let mut schedule =
            json!({"type": "ExponentialDecay", "initialLearningRate": 1, "decaySteps": 1, "decayRate": 1});
        schedule[field] = json!(value);
        schedule
    };
    let cosine = |field: &str, value: f64| {
        let mut schedule = json!({"type": "CosineDecay", "initialLearningRate": 1, "decaySteps": 1, "warmupTarget": 1, "warmupSteps": 1});
        schedule[field] = json!(value);
        schedule
    };
    let pieces = |boundaries: &[f64], values: &[f64]| json!({"type": "PiecewiseConstantDecay", "boundaries": boundaries, "values": values});
    for (schedule, field) in [
        (json!(1e-9), ""),
        (json!(0), "learningRate"),
        (json!(-1), "learningRate"),
        (exponential("initialLearningRate", 0.0), ""),
        (exponential("initialLearningRate", -1.0), "initialLearningRate"),
        (exponential("decaySteps", 0.5), ""),
        (exponential("decaySteps", 0.0), "decaySteps"),
        (exponential("decayRate", 0.0), ""),
        (exponential("decayRate", -0.5), "decayRate"),
        (cosine("initialLearningRate", 0.0), ""),
        (cosine("initialLearningRate", -1.0), "initialLearningRate"),
        (cosine("decaySteps", -1.0), "decaySteps"),
        (cosine("alpha", 0.0), ""),
        (cosine("alpha", 1.0), ""),
        (cosine("alpha", -0.1), "alpha"),
        (cosine("alpha", 1.1), "alpha"),
        (cosine("warmupTarget", 0.0), ""),
        (cosine("warmupTarget", -1.0), "warmupTarget"),
        (cosine("warmupSteps", 0.0), "warmupTarget"),
        (json!({"type": "CosineDecay", "initialLearningRate": 1, "decaySteps": 1, "warmupSteps": 0}), ""),
        (pieces(&[], &[1.0]), ""),
        (pieces(&[1.0, 2.0], &[0.0, 1.0, 2.0]), ""),
        (pieces(&[1.0, 1.0], &[1.0, 1.0, 1.0]), "boundaries"),
        (pieces(&[2.0, 1.0], &[1.0, 1.0, 1.0]), "boundaries"),
        (pieces(&[1.0, 2.0], &[1.0, 1.0]), "boundaries"),
        (pieces(&[1.0], &[1.0, -1.0]), "boundaries"),
    ] {
        let rate: LearningRate = serde_json::from_value(schedule.clone()).unwrap();
        let sentence = rate.check().err().map_or(String::new(), |error| error.to_string());
        assert!(sentence.starts_with(field) && field.is_empty() == sentence.is_empty(), "{schedule}: {sentence}");
    }
    for rate in [f64::INFINITY, f64::NAN] {
        assert!(LearningRate::Constant(rate).check().is_err());
        let endless = Schedule::ExponentialDecay {
            initial_learning_rate: rate,
            decay_steps: 1.0,
            decay_rate: 1.0,
            staircase: false,
        };
        assert!(LearningRate::Schedule(endless).check().is_err());
        let never = Schedule::ExponentialDecay {
            initial_learning_rate: 1.0,
            decay_steps: rate,
            decay_rate: 1.0,
            staircase: false,
        };
        assert!(LearningRate::Schedule(never).check().is_err());
    }
}
