//! Brings a step that is divided among threads to its end: where all parts wait for numbers of the whole batch, it makes them
//! of what the parts contribute, in the order of the rows, and hands them to all.

use super::helpers::Helpers;
use super::part::{Part, Stop};
use super::partial::{Partial, other_answer};
use super::task::Task;
use crate::data::Rows;
use crate::device::read;
use crate::error::Result;
use crate::kernels::joined_moments;
use crate::network::{Sequential, on_device};

/// The result of this thread's part, and the last answer of each helper; or no result, and why helpers failed on the way.
///
/// # Errors
///
/// The device failed.
pub(super) async fn go_on_together(
    network: &mut Sequential,
    helpers: &mut impl Helpers,
    (mut part, mut stop): (Option<Box<Part>>, Stop),
    rows: &[Rows],
) -> Result<(Option<Partial>, Vec<Result<Vec<Vec<f32>>>>)> {
    loop {
        let answers = helpers.finish().await;
        let (own, moments_of) = match stop {
            Stop::Done(own) => return Ok((Some(*own), answers)),
            Stop::Moments(own, rows_of_own) => (own, Some(rows_of_own / rows[0].count)),
            Stop::Sums(own) => (own, None),
        };
        let mut numbers = vec![read(own).await?];
        let length = numbers[0].len();
        let mut failures = Vec::new();
        for answer in answers {
            match answer.map(|mut answer| answer.pop().filter(|one| answer.is_empty() && one.len() == length)) {
                Ok(Some(one)) => numbers.push(one),
                Ok(None) => failures.push(Err(other_answer())),
                Err(error) => failures.push(Err(error)),
            }
        }
        let Some(part) = part.as_mut().filter(|_| numbers.len() == rows.len()) else { return Ok((None, failures)) };
        let whole = match moments_of {
            Some(of_a_picture) => {
                joined_moments(rows.iter().map(|rows| rows.count * of_a_picture).zip(numbers), length / 2)
            }
            None => numbers.into_iter().reduce(added).expect("this thread has a part"),
        };
        helpers.begin(rows[1..].iter().map(|_| Task::go_on(&whole)).collect());
        stop = part.go_on(network, on_device(whole, &network.device.clone()));
    }
}

fn added(mut sums: Vec<f32>, more: Vec<f32>) -> Vec<f32> {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    sums
}
