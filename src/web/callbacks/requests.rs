//! What a person asks of a run that goes on. `fit` holds the model meanwhile, so that the two share this.

use std::cell::RefCell;

use crate::error::{Error, Result};
use crate::training::state::{Steerable, Steering};

/// What is asked of the run of a network.
#[derive(Debug, Default)]
pub(in crate::web) struct Requests {
    /// What can be changed in the run that goes on; `None` while there is none.
    run: RefCell<Option<Steerable>>,
    steering: RefCell<Vec<Steering>>,
}

/// A run of which something can be asked, until this is dropped.
pub(in crate::web) struct Open<'a>(&'a Requests);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.run.take();
        self.0.steering.take();
    }
}

impl Requests {
    /// A run begins in which this can be changed.
    pub(in crate::web) fn open(&self, run: Steerable) -> Open<'_> {
        self.run.replace(Some(run));
        Open(self)
    }

    /// Asks for a change.
    ///
    /// # Errors
    ///
    /// No run goes on, or it cannot be changed so.
    pub(in crate::web) fn steer(&self, steering: Steering) -> Result<()> {
        let run = self.run.borrow();
        let run = run.as_ref().ok_or_else(|| Error::config("steer", "needs a run that goes on; call fit"))?;
        steering.check(run)?;
        self.steering.borrow_mut().push(steering);
        Ok(())
    }

    /// The changes that were asked for since the last call.
    pub(super) fn taken_steering(&self) -> Vec<Steering> {
        self.steering.take()
    }
}
