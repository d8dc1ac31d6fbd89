/** What the lists of the page show of every run in the store. */

import { historyOf } from "../shared/run-about.js";
import { digestOf, lineOf } from "../shared/run-line.js";
import { readListing, undisturbed, writeListing } from "./storage/listing.js";
import { claim, holds, release, takenElsewhere } from "./storage/locks.js";
import { again, isChanged } from "./storage/opfs.js";
import { StoredRun } from "./storage/stored-run.js";
import { headerOf, recordsOf } from "./storage/tabfit-header.js";

/**
 * @import { Run, RunAbout } from "../shared/runs.js"
 * @import { Entry } from "./storage/listing.js"
 */

/**
 * All runs, the newest first; which of them other tabs train; and the error where the storage could not say of each what it is.
 *
 * @returns {Promise<{ entries: Entry[], taken: (id: string) => boolean, failed: unknown }>}
 */
export async function survey() {
  const taken = await takenElsewhere();
  /** @type {string[]} */
  const looked = [];
  /** @type {unknown} */
  let failed = null;
  const entries = await undisturbed(async () => {
    const [ids, known] = await Promise.all([StoredRun.ids(), readListing()]);
    // One that another tab removes just now, or that is damaged, is left out.
    const found = await Promise.all(ids.map(async (id) => {
      if (!known.has(id)) looked.push(id);
      return known.get(id) ?? again(() => describe(id)).catch((error) => {
        if (!isChanged(error) && error.name !== "ModelFileError") failed ??= error;
        return null;
      });
    }));
    const entries = found.filter((entry) => entry !== null);
    const ended = entries.filter(({ kept }) => kept.ended);
    if (ended.some(({ kept }) => !known.has(kept.id))) await writeListing(ended);
    return entries;
  });
  for (const id of looked) if (!taken(id)) await sweepAfter(id).catch(() => {}); // the next list tries again
  return { entries, taken, failed };
}

/** Removes what the end of a process has left. @param {string} id of a run that no tab trains */
async function sweepAfter(id) {
  const run = holds(id) ? null : await StoredRun.open(id);
  if (!run || (await run.leftovers()) === "nothing" || !(await claim(id))) return;
  try {
    const left = await run.leftovers(); // another tab may have used it until now
    if (left === "all") await run.remove();
    if (left === "some") await run.sweep();
  } finally {
    release(id);
  }
}

/**
 * @param {string} id
 * @returns {Promise<Entry | null>} null if nothing can be said of it: it was removed meanwhile, or broke off before its first save
 */
async function describe(id) {
  const run = await StoredRun.open(id);
  if (!run) return null;
  const [manifest, sizes] = await Promise.all([run.manifest, run.sizes()]);
  const ended = manifest?.ended ?? false;
  const curves = manifest?.ended && manifest.best !== undefined ? { about: manifest, history: null } : await curvesOf(run);
  if (!manifest || !curves) return null;
  const about = curves.history ? { ...curves.about, ...digestOf(curves.history.epochs) } : curves.about;
  const { name, date, classNames, imageSize, epoch, epochs, imported } = about;
  return {
    kept: { id, name, date, classNames, imageSize, epoch, epochs, ended, accuracy: accuracyOf(about), size: sizes.all, weights: sizes.network > 0, imported: imported !== undefined },
    line: lineOf(id, about, ended),
    files: manifest.files,
  };
}

/**
 * Settings, scores and curves of a run. The curves of one that can go on are in its checkpoint.
 *
 * @param {StoredRun} run
 * @returns {Promise<Run | null>} null before its first save
 */
export const curvesOf = (run) => again(() => curvesNow(run));

/** @param {StoredRun} run @returns {Promise<Run | null>} */
async function curvesNow(run) {
  const manifest = await run.manifest;
  if (!manifest) return null;
  const { format, ended, files, dropped, ...about } = manifest;
  if (ended) return { about, history: await run.history() };
  const slot = await run.newest();
  if (!slot) return (await run.manifest)?.ended ? curvesNow(run) : null; // it may have ended just now
  const header = await headerOf(slot.checkpoint);
  const epochs = recordsOf(header);
  return {
    about: { ...about, date: slot.note.date, epoch: header.place ? header.place.epoch - 1 : about.epoch, last: epochs.at(-1) ?? null, run: header.manifest ?? null },
    history: historyOf({ ...header.history, epochs, stopped: "aborted" }),
  };
}

/** The most honest accuracy that is known. @param {RunAbout} about */
function accuracyOf({ scores, last }) {
  const { test, validation } = scores;
  if (test) return { part: /** @type {const} */ ("test"), value: test.accuracy };
  const held = validation?.accuracy ?? last?.val_accuracy;
  if (held != null) return { part: /** @type {const} */ ("validation"), value: held };
  return last?.accuracy == null ? null : { part: /** @type {const} */ ("training"), value: last.accuracy };
}
