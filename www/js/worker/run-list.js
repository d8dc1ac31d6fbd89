/** The runs of this browser as they are compared: their settings, curves and scores, without their networks. */

import { TrainerError } from "../shared/errors.js";
import { find, publishKept } from "./kept.js";
import { storeBefore } from "./storage/features.js";
import { release } from "./storage/locks.js";
import { reason } from "./storage/reason.js";
import { StoredRun } from "./storage/stored-run.js";
import { curvesOf, survey } from "./survey.js";

/** @import { Run, RunLine } from "../shared/runs.js" */

/**
 * All runs, the newest first.
 *
 * @returns {Promise<{ runs: RunLine[], why: string }>} `why`: not all can be kept or read, and this is the reason, a clause; else empty
 */
export async function listRuns() {
  try {
    const { entries, taken, failed } = await survey();
    return { runs: entries.map(({ line }) => ({ ...line, elsewhere: taken(line.id) })), why: failed ? reason(failed) : "" };
  } catch (error) {
    return { runs: [], why: reason(error) };
  }
}

/** @param {string} id */
export async function readRun(id) {
  const read = await curvesOf(await find(id));
  if (!read) throw new TrainerError("FileError", "Nothing of this run is kept yet.");
  return read;
}

/** @param {string} id @param {string} note */
export async function noteRun(id, note) {
  await storeBefore(async () => (await find(id)).change({ note }));
  await publishKept();
}

/**
 * Keeps runs that were not trained here.
 *
 * @param {readonly Run[]} runs
 * @returns {Promise<{ ids: string[], why: string }>} of those that are kept; why the others, which come after them, are not
 */
export async function importRuns(runs) {
  /** @type {string[]} */
  const ids = [];
  try {
    for (const run of runs) await storeBefore(async () => ids.push(await keep(run)));
    return { ids, why: "" };
  } catch (error) {
    return { ids, why: reason(error) };
  } finally {
    await publishKept();
  }
}

/** @param {Run} run */
async function keep({ about, history }) {
  const { id } = await StoredRun.create(about, history);
  release(id);
  return id;
}
