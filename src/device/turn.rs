//! Lets one task at a time open the GPU, while others wait.

use std::future;
use std::sync::Mutex;
use std::task::{Poll, Waker};

/// Whether a task has the turn, and who waits for it.
static QUEUE: Mutex<(bool, Vec<Waker>)> = Mutex::new((false, Vec::new()));

/// The turn of one task; it ends on drop.
pub(super) struct Turn(());

impl Turn {
    /// Waits until no other task has the turn.
    pub(super) async fn take() -> Self {
        future::poll_fn(|context| {
            let Ok(mut queue) = QUEUE.lock() else { return Poll::Ready(Self(())) };
            if queue.0 {
                queue.1.push(context.waker().clone());
                return Poll::Pending;
            }
            queue.0 = true;
            Poll::Ready(Self(()))
        })
        .await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(mut queue) = QUEUE.lock() {
            queue.0 = false;
            queue.1.drain(..).for_each(Waker::wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn a_second_task_waits_until_the_first_has_ended() {
        let mut context = Context::from_waker(Waker::noop());
        let first = pollster::block_on(Turn::take());
        let mut second = pin!(Turn::take());
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(second.as_mut().poll(&mut context).is_ready());
    }
}
