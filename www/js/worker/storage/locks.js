/**
 * Locks on the runs in the browser's storage. Whoever writes to a run holds its lock, so that two tabs never write to the
 * same one; the browser frees the locks of a worker that has ended.
 */

import { TrainerError } from "../../shared/errors.js";

/** A worker that was just terminated may hold its locks a moment longer. */
const PATIENCE_MS = 3000;

/** Nobody writes a file for so long. */
const LONGEST_MS = 60_000;

/** What this worker holds, and how to release it. @type {Map<string, () => void>} */
const held = new Map();

/** What this worker is about to hold. @type {Map<string, Promise<boolean>>} */
const asked = new Map();

/** @param {string} run */
const nameOf = (run) => `tabfit run ${run}`;

/**
 * Takes the lock of a run.
 *
 * @param {string} run
 * @returns {Promise<boolean>} false if another tab holds it
 */
export async function claim(run) {
  if (held.has(run)) return true;
  const answer = asked.get(run) ?? request(run).finally(() => asked.delete(run));
  asked.set(run, answer);
  return answer;
}

/** @param {string} run @returns {Promise<boolean>} */
function request(run) {
  return new Promise((resolve) => {
    const keep = () => new Promise((/** @type {(value: void) => void} */ release) => {
      held.set(run, release);
      resolve(true);
    });
    navigator.locks.request(nameOf(run), { signal: AbortSignal.timeout(PATIENCE_MS) }, keep).catch(() => resolve(false));
  });
}

/** Whether this tab writes to a run. @param {string} run */
export const holds = (run) => held.has(run);

/** @param {string} run */
export function release(run) {
  held.get(run)?.();
  held.delete(run);
}

/** The runs to which other tabs write now. */
export async function takenElsewhere() {
  const all = (await navigator.locks.query()).held ?? [];
  const names = new Set(all.map(({ name }) => name));
  return (/** @type {string} */ run) => !held.has(run) && names.has(nameOf(run));
}

/**
 * Resolves when no other tab writes to a run any more.
 *
 * @param {string} run
 */
export async function whenFree(run) {
  await navigator.locks.request(nameOf(run), { mode: "shared" }, () => {});
}

/** Resolves after a while, for those who do not want to wait for `whenFree` any longer. */
export const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

/**
 * Reads and replaces a file without another tab doing so meanwhile. Rejects where another tab does not come to an end.
 *
 * @template T
 * @param {string} run or another name for what is changed
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(run, work) {
  let begun = false;
  try {
    return await navigator.locks.request(`tabfit manifest ${run}`, { signal: AbortSignal.timeout(LONGEST_MS) }, () => {
      begun = true;
      return work();
    });
  } catch (error) {
    if (begun) throw error;
    throw new TrainerError("BusyError", "Another tab of this page has been writing for a minute and does not come to an end; close that tab.");
  }
}
