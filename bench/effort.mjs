/** How much is measured. Slow contenders are measured too, with fewer steps. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * @typedef {object} Effort
 * @property {number} checkSteps whose losses must agree
 * @property {number} checkMs no step is checked after this time, but at least `fewest` are
 * @property {number} fewest
 * @property {number} roundMs how long a round is to last
 * @property {number} threadsRoundMs the same with all threads, whose times depend more on what else the machine does
 * @property {number} leastMs a round that ended sooner goes on
 * @property {number} rounds that are timed; a slow contender gets fewer, but at least two
 * @property {number} timedMs a contender gets no further round after this time
 * @property {number} slowMs a step that takes this long is a round by itself, without a trial before
 * @property {number} patienceMs when a contender is given up
 * @property {number} totalMs when no further round begins
 */

/** @type {Effort} */
const FULL = {
  checkSteps: 10,
  checkMs: 2 * MINUTE,
  fewest: 2,
  roundMs: 4 * SECOND,
  threadsRoundMs: 4 * SECOND,
  leastMs: 0,
  rounds: 5,
  timedMs: 3 * MINUTE,
  slowMs: 20 * SECOND,
  patienceMs: 15 * MINUTE,
  totalMs: 120 * MINUTE,
};

/** @type {Effort} */
const QUICK = {
  ...FULL,
  checkMs: 6 * SECOND,
  roundMs: 1.5 * SECOND,
  rounds: 3,
  timedMs: 5 * SECOND,
  patienceMs: MINUTE,
  totalMs: 4.5 * MINUTE,
};

/** For the processor's contenders alone, whose ratios are wanted. @type {Effort} */
export const COMPARED = {
  ...FULL,
  roundMs: 5.5 * SECOND,
  threadsRoundMs: 5.5 * SECOND,
  leastMs: 5 * SECOND,
  rounds: 7,
  timedMs: Infinity,
  totalMs: Infinity,
};

export const effort = (quick) => (quick ? QUICK : FULL);
