//! How often the metrics of a running epoch are read, and the time that is left. Times are milliseconds.

/// The metrics are read about this often: for the progress line, and because waiting for a read keeps the
/// queue of a GPU short.
const BETWEEN_READS: f64 = 250.0;

/// The most steps between two reads.
const MOST_STEPS: f64 = 64.0;

/// The clock of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    run_began: f64,
    epoch_began: f64,
    last_read: f64,
    steps_done: usize,
    steps_since_read: usize,
    steps_between_reads: usize,
}

impl Pace {
    /// Starts the clock of a run.
    #[must_use]
    pub fn new(now: f64) -> Self {
        Self {
            run_began: now,
            epoch_began: now,
            last_read: now,
            steps_done: 0,
            steps_since_read: 0,
            steps_between_reads: 1,
        }
    }

    /// Does not count a pause of this length as time spent training.
    pub fn leave_out(&mut self, pause: f64) {
        self.run_began += pause;
        self.epoch_began += pause;
        self.last_read += pause;
    }

    /// Counts a step; true if a read is due.
    pub fn step(&mut self) -> bool {
        self.steps_done += 1;
        self.steps_since_read += 1;
        self.steps_since_read >= self.steps_between_reads
    }

    /// Plans the next read from the time since the last one; `now` is the end of a read. Returns the seconds of
    /// the run so far.
    pub fn read(&mut self, now: f64) -> f64 {
        let steps = self.steps_since_read as f64 * BETWEEN_READS / (now - self.last_read).max(1.0);
        self.steps_between_reads = steps.round().clamp(1.0, MOST_STEPS) as usize;
        (self.last_read, self.steps_since_read) = (now, 0);
        ((now - self.run_began) / 1000.0).max(1e-3)
    }

    /// The seconds that the remaining steps will take at the speed so far.
    #[must_use]
    pub fn seconds_left(&self, seconds: f64, steps: usize) -> f64 {
        seconds / self.steps_done as f64 * steps as f64
    }

    /// Ends an epoch; returns its seconds.
    pub fn end_epoch(&mut self, now: f64) -> f64 {
        let seconds = (now - self.epoch_began) / 1000.0;
        self.epoch_began = now;
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_every_quarter_of_a_second_and_at_most_64_steps_apart() {
        let mut pace = Pace::new(1000.0);
        assert!(pace.step());
        let seconds = pace.read(1050.0); // 50 ms a step
        assert!((seconds - 0.05).abs() < 1e-12);
        assert_eq!((0..5).map(|_| pace.step()).collect::<Vec<_>>(), [false, false, false, false, true]);
        assert!((pace.seconds_left(0.3, 10) - 0.5).abs() < 1e-12);
        pace.read(1051.0); // 0.2 ms a step
        assert_eq!((1..=64).filter(|_| pace.step()).count(), 1);
        pace.read(61_051.0); // a minute
        assert!(pace.step());
    }

    #[test]
    fn a_pause_is_no_time_spent_training() {
        let mut pace = Pace::new(0.0);
        pace.leave_out(5000.0);
        assert!((pace.end_epoch(7000.0) - 2.0).abs() < 1e-12);
        assert!((pace.end_epoch(8000.0) - 1.0).abs() < 1e-12);
    }
}
