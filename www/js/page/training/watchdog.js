/**
 * Notices a run that makes no progress, as when a helper thread or a driver never answers. Time is counted in ticks, so that
 * a sleep of the computer does not count.
 */

import { say } from "../language/say.js";
import { isRunning, page } from "../state/state.js";
import { showTrouble } from "./files.js";

const TICK_MS = 1000;
/** Nothing is said before this many ticks, */
const LEAST = 30;
/** nor before so many times the longest step. */
const TIMES = 10;
/** The first step also prepares the device. */
const FIRST = 120;

/** @type {ReturnType<typeof setInterval> | undefined} */
let clock;
let ticks = 0;
/** The ticks of the longest step so far; null before the first one. @type {number | null} */
let longest = null;
let said = false;

/** A run begins. */
export function watchProgress() {
  clearInterval(clock);
  [ticks, longest, said] = [0, null, false];
  clock = setInterval(tick, TICK_MS);
}

export function stopWatching() {
  clearInterval(clock);
}

/** A step has ended, or something that takes its place. */
export function progressed() {
  longest = Math.max(longest ?? 0, ticks);
  ticks = 0;
  if (said) showTrouble("");
  said = false;
}

function tick() {
  if (!isRunning()) return stopWatching();
  ticks = page.phase === "paused" ? 0 : ticks + 1;
  if (said || ticks < (longest === null ? FIRST : Math.max(LEAST, TIMES * longest))) return;
  said = true;
  const epoch = page.records.length;
  const kept = page.run.ended ? say("The trained network is kept.")
    : epoch > 0 ? say("What was trained up to epoch {epoch} is kept.", { epoch }) : say("No epoch has ended yet, so nothing of the run is kept.");
  showTrouble(say("There has been no progress for {seconds} s: a thread or the GPU does not answer. {kept} Press Stop, and once more if it stays "
    + "without an answer.", { seconds: ticks, kept }));
}
