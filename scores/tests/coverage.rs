//! A 95 % interval holds the true score about 95 times in 100.

mod simulated;

/// Of 1,000 simulated sets, 93 to 97 % of the intervals hold the true score, of pictures that stand for themselves and of groups.
/// `cargo run --release -p tabfit-scores --example coverage` prints it for other numbers of pictures.
#[test]
fn intervals_hold_the_true_score() {
    for (pictures, together) in [(300, 1), (900, 3)] {
        for (name, share) in simulated::coverage(1_000, pictures, together, 300) {
            assert!((0.93..=0.97).contains(&share), "{name}: {share} with {together} of a group");
        }
    }
}

/// An interval that takes the pictures of a group for independent is too narrow.
#[test]
fn groups_matter() {
    let (grouped, alone) =
        (simulated::Set::new(1, 900, 3).report(300), simulated::Set::new(1, 900, 3).alone().report(300));
    let width = |value: tabfit_scores::Value| value.interval.map(|interval| interval.high - interval.low).unwrap();
    assert!(width(grouped.accuracy) > 1.1 * width(alone.accuracy));
    assert!(width(grouped.log_loss) > 1.1 * width(alone.log_loss));
    assert_eq!((grouped.groups, alone.groups), (300, 900));
}
