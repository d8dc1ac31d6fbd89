//! Brings a step that is divided among threads to its end: where all parts wait for numbers of the whole batch, it makes them
//! of what the parts contribute, in the order of the rows, and hands them to all. Where the head of the network begins, it
//! computes the head for all of them.

use burn::tensor::{Tensor, TensorData};

use super::helpers::Helpers;
use super::part::{Part, Stop};
use super::partial::{Partial, other_answer};
use super::task::Task;
use crate::data::Rows;
use crate::device::read;
use crate::error::Result;
use crate::kernels::joined_moments;
use crate::network::{Masks, Sequential, on_device};

/// What each helper answered, or why it failed.
type Answers = Vec<Result<Vec<Vec<f32>>>>;

/// How a divided step ended.
pub(super) struct Ended {
    /// The results of the head, if the network is divided there, and of this thread's part; none if helpers failed on the way.
    pub(super) own: Vec<Partial>,
    /// The last answer of each helper, or why helpers failed on the way; none if no helper had anything left to do.
    pub(super) answers: Answers,
}

/// Goes on with a step that was begun on all threads. `head` computes the head from its features, `[rows, values]`, and the
/// masks of its first layers, and says whether the gradient of the features is wanted.
///
/// # Errors
///
/// The device failed.
pub(super) async fn go_on_together(
    network: &mut Sequential,
    helpers: &mut impl Helpers,
    (mut part, mut stop): (Option<Box<Part>>, Stop),
    rows: &[Rows],
    mut head: impl FnMut(&mut Sequential, Tensor<2>, Masks, bool) -> Partial,
) -> Result<Ended> {
    let device = network.device.clone();
    let mut own = Vec::new();
    loop {
        let answers = helpers.finish().await;
        let (numbers, joined) = match stop {
            Stop::Done(partial) => {
                own.push(*partial);
                return Ok(Ended { own, answers });
            }
            Stop::Moments(numbers, rows_of_own) => (numbers, Joined::Moments(rows_of_own / rows[0].count)),
            Stop::Sums(numbers) => (numbers, Joined::Sums),
            Stop::Features(values, masks) => (values.flatten(0, 1), Joined::Features(masks)),
        };
        let parts = match contributions(read(numbers).await?, answers, rows, &joined) {
            Ok(parts) => parts,
            Err(failures) => return Ok(Ended { own: Vec::new(), answers: failures }),
        };
        let whole = match joined {
            Joined::Moments(of_a_picture) => {
                let length = parts[0].len() / 2;
                joined_moments(rows.iter().map(|rows| rows.count * of_a_picture).zip(parts), length)
            }
            Joined::Sums => parts.into_iter().reduce(added).expect("this thread has a part"),
            Joined::Features(masks) => {
                let values = parts[0].len() / rows[0].count;
                let features = Tensor::from_data(TensorData::new(parts.concat(), [rows[0].of, values]), &device);
                let waits = part.as_ref().is_some_and(|part| part.waits());
                let mut partial = head(network, features, masks, waits);
                let gradient = partial.input.take();
                own.push(partial);
                let Some((part, gradient)) = part.as_mut().zip(gradient) else {
                    return Ok(Ended { own, answers: Vec::new() });
                };
                let gradient = read(gradient).await?;
                let of_rows = |rows: &Rows| &gradient[rows.first * values..][..rows.count * values];
                helpers.begin(rows[1..].iter().map(|rows| Task::go_on(of_rows(rows))).collect());
                stop = part.go_on(network, on_device(of_rows(&rows[0]).to_vec(), &device));
                continue;
            }
        };
        helpers.begin(rows[1..].iter().map(|_| Task::go_on(&whole)).collect());
        let part = part.as_mut().expect("only a part that trains waits for others");
        stop = part.go_on(network, on_device(whole, &device));
    }
}

/// What the numbers of the parts are joined to.
enum Joined {
    /// Those of all rows, of which a picture has so many.
    Moments(usize),
    Sums,
    Features(Masks),
}

/// The numbers of each part, this thread's first; or why helpers failed.
fn contributions(
    own: Vec<f32>,
    answers: Answers,
    rows: &[Rows],
    joined: &Joined,
) -> std::result::Result<Vec<Vec<f32>>, Answers> {
    let length = |rows_of_part: &Rows| match joined {
        Joined::Features(_) => own.len() / rows[0].count * rows_of_part.count,
        _ => own.len(),
    };
    let lengths: Vec<usize> = rows[1..].iter().map(length).collect();
    let (mut numbers, mut failures) = (vec![own], Vec::new());
    for (answer, length) in answers.into_iter().zip(lengths) {
        match answer.map(|mut answer| answer.pop().filter(|one| answer.is_empty() && one.len() == length)) {
            Ok(Some(one)) => numbers.push(one),
            Ok(None) => failures.push(Err(other_answer())),
            Err(error) => failures.push(Err(error)),
        }
    }
    if numbers.len() == rows.len() { Ok(numbers) } else { Err(failures) }
}

fn added(mut sums: Vec<f32>, more: Vec<f32>) -> Vec<f32> {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    sums
}
