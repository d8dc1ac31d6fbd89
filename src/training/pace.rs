//! How often the metrics of a running epoch are read, and the time that is left. Times are milliseconds.

/// The metrics are read about this often: for the progress line, and because waiting for a read keeps the
/// queue of a GPU short.
const BETWEEN_READS: f64 = 250.0;

/// The most steps between two reads.
const MOST_STEPS: f64 = 64.0;

/// A gap between two moments of a run is a sleep of the machine, or of its tab, if it is longer than this
const SLEEP: f64 = 5000.0;
/// and so many times as long as every gap before it.
const UNUSUAL: f64 = 10.0;

/// The clock of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    run_began: f64,
    epoch_began: f64,
    last_read: f64,
    last_seen: f64,
    /// The longest gap between two moments, from the second step on: the first one prepares the device.
    longest: f64,
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
            last_seen: now,
            longest: 0.0,
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
        self.last_seen += pause;
    }

    /// How long the machine slept since it was last asked; 0 if it did not.
    pub fn slept(&mut self, now: f64) -> f64 {
        let gap = now - self.last_seen;
        self.last_seen = now;
        if self.steps_done < 2 {
            return 0.0;
        }
        if self.longest > 0.0 && gap > SLEEP.max(UNUSUAL * self.longest) {
            return gap - self.longest;
        }
        self.longest = self.longest.max(gap);
        0.0
    }

    /// Counts a step that ended now; true if a read is due.
    pub fn step(&mut self, now: f64) -> bool {
        self.wake(now);
        self.steps_done += 1;
        self.steps_since_read += 1;
        self.steps_since_read >= self.steps_between_reads
    }

    /// Plans the next read from the time since the last one; `now` is the end of a read. Returns the seconds of
    /// the run so far.
    pub fn read(&mut self, now: f64) -> f64 {
        self.wake(now);
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

    fn wake(&mut self, now: f64) {
        let slept = self.slept(now);
        self.leave_out(slept);
        self.last_seen = now;
    }

    /// Ends an epoch, with whatever followed its last step; returns its seconds.
    pub fn end_epoch(&mut self, now: f64) -> f64 {
        self.last_seen = now;
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
        assert!(pace.step(1050.0));
        let seconds = pace.read(1050.0); // 50 ms a step
        assert!((seconds - 0.05).abs() < 1e-12);
        assert_eq!((0..5).map(|_| pace.step(1050.0)).collect::<Vec<_>>(), [false, false, false, false, true]);
        assert!((pace.seconds_left(0.3, 10) - 0.5).abs() < 1e-12);
        pace.read(1051.0); // 0.2 ms a step
        assert_eq!((1..=64).filter(|_| pace.step(1051.0)).count(), 1);
        pace.read(5_051.0); // the last 64 steps took four seconds
        assert_eq!((1..=8).filter(|_| pace.step(5_051.0)).count(), 5);
    }

    /// A run of 50 steps of 100 ms, with the reads of a GPU, during which the machine sleeps for ten seconds.
    #[test]
    fn a_sleep_of_the_machine_is_no_time_spent_training() {
        let mut pace = Pace::new(0.0);
        let (mut now, mut seconds) = (0.0, 0.0);
        for step in 1..=25 {
            now += if step == 20 { 10_100.0 } else { 100.0 };
            if pace.step(now) {
                seconds = pace.read(now);
            }
        }
        assert!((2.0..2.7).contains(&seconds), "{seconds}");
        assert!(pace.seconds_left(seconds, 25) < 2.0 * 2.5);
        assert!(pace.end_epoch(now) < 3.0);
    }

    #[test]
    fn a_slow_first_step_and_a_slow_validation_are_no_sleep() {
        let mut pace = Pace::new(0.0);
        assert!(pace.step(20_000.0));
        assert!((pace.read(20_000.0) - 20.0).abs() < 1e-9);
        pace.step(20_100.0);
        pace.step(20_200.0);
        assert!((pace.end_epoch(60_200.0) - 60.2).abs() < 1e-9);
        pace.step(60_300.0);
        assert!((pace.read(60_300.0) - 60.3).abs() < 1e-9);
    }

    #[test]
    fn a_pause_is_no_time_spent_training() {
        let mut pace = Pace::new(0.0);
        pace.leave_out(5000.0);
        assert!((pace.end_epoch(7000.0) - 2.0).abs() < 1e-12);
        assert!((pace.end_epoch(8000.0) - 1.0).abs() < 1e-12);
    }
}
