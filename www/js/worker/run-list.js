/** The runs of this browser as they are compared: their settings, curves and scores, without their networks. */

import { lineOf, digestOf } from "../shared/run-line.js";
import { TrainerError } from "../shared/errors.js";
import { find, publishKept } from "./kept.js";
import { reason } from "./storage/autosave.js";
import { storeBefore } from "./storage/features.js";
import { release, takenElsewhere } from "./storage/locks.js";
import { StoredRun } from "./storage/stored-run.js";
import { headerOf } from "./storage/tabfit-header.js";

/**
 * @import { EpochRecord } from "../../tabfit.js"
 * @import { Run, RunLine } from "../shared/runs.js"
 */

/**
 * All runs, the newest first.
 *
 * @returns {Promise<{ runs: RunLine[], why: string }>} `why`: nothing can be kept, and this is the reason, a clause; else empty
 */
export async function listRuns() {
  try {
    const [all, taken] = await Promise.all([StoredRun.all(), takenElsewhere()]);
    const lines = await Promise.all(all.map((run) => line(run, taken(run.id)).catch(() => null))); // another tab removes it just now
    return { runs: lines.filter((line) => line !== null), why: "" };
  } catch (error) {
    return { runs: [], why: reason(error) };
  }
}

/**
 * @param {StoredRun} run
 * @param {boolean} elsewhere
 */
async function line(run, elsewhere) {
  const manifest = await run.manifest;
  if (manifest?.ended && manifest.best !== undefined) return lineOf(run.id, manifest, { ended: true, elsewhere });
  const read = await curvesOf(run);
  if (!read) return null;
  return lineOf(run.id, { ...read.about, ...digestOf(read.history?.epochs ?? []) }, { ended: manifest?.ended ?? false, elsewhere });
}

/** @param {string} id */
export async function readRun(id) {
  const read = await curvesOf(await find(id));
  if (!read) throw new TrainerError("FileError", "Nothing of this run is kept yet.");
  return read;
}

/**
 * @param {StoredRun} run
 * @returns {Promise<Run | null>} null before its first save
 */
async function curvesOf(run) {
  const manifest = await run.manifest;
  if (!manifest) return null;
  const { format, ended, files, ...about } = manifest;
  if (ended) return { about, history: await run.history() };
  const slot = await run.newest(); // the curves of a run that can go on are in its checkpoint
  if (!slot) return null;
  const header = await headerOf(slot.checkpoint);
  const epochs = (header.history?.epochs ?? []).map(record);
  const [last = null] = epochs.slice(-1);
  return {
    about: { ...about, date: slot.note.date, epoch: last?.epoch ?? 0, last, run: header.manifest ?? null },
    history: { epochs, stopped: "aborted", reading: header.history?.reading ?? "", notes: header.history?.notes ?? [] },
  };
}

/** @param {[epoch: number, logs: Record<string, number | string>]} entry */
function record([epoch, logs]) {
  const numbers = Object.entries(logs).map(([name, value]) => [name, typeof value === "number" ? value : null]);
  return /** @type {EpochRecord} */ ({ ...Object.fromEntries(numbers), epoch });
}

/** @param {string} id @param {string} note */
export async function noteRun(id, note) {
  await (await find(id)).change({ note });
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
  const run = await StoredRun.create(about);
  try {
    await run.end(null, history, about);
    release(run.id);
    return run.id;
  } catch (error) {
    await run.remove().catch(() => {}); // half a run is of no use
    throw error;
  }
}
