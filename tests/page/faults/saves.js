/** Everything that the page saves: for each, a state before it, and the save. No training: the bytes are made up. */

import { Autosave } from "../../../www/js/worker/storage/autosave.js";
import { keepFile } from "../../../www/js/worker/storage/features.js";
import { release } from "../../../www/js/worker/storage/locks.js";
import { changeNote } from "../../../www/js/worker/storage/notes.js";
import { timesOpened } from "../../../www/js/worker/storage/opened.js";
import { drop, dropRuns, forgetAll, listKept, rename } from "../../../www/js/worker/kept.js";
import { importRuns, listRuns, noteRun } from "../../../www/js/worker/run-list.js";
import { keepFolds, keepGrouping } from "../../../www/js/worker/decisions.js";
import { ABOUT, backup, file, history, imported, start, tabfitFile } from "./made-up.js";

/** What the page was told. @type {string[]} */
export const told = [];
const autosaved = () => new Autosave((event) => {
  if (event.type === "trouble") told.push(event.message);
});

/** A run that trains, after so many epochs. */
export async function training(epochs, { names = true } = {}) {
  const autosave = autosaved();
  await autosave.begin(names ? ABOUT : { ...ABOUT, name: "other" });
  await autosave.onFitEvent(start);
  for (let epoch = 1; epoch <= epochs; epoch++) await epochOf(autosave, epoch);
  return autosave;
}

async function epochOf(autosave, epoch) {
  await autosave.onFitEvent(file("log.csv", `row ${epoch}\n`));
  if (epoch % 2) await autosave.onFitEvent(file("best.tabfit", `best ${epoch}`, false));
  await autosave.onFitEvent(backup(epoch));
}

const finish = (autosave, epochs) => autosave.finish(async () => tabfitFile(epochs, true), { history: history(epochs), manifest: null });

/** A run that has ended. */
async function ended(epochs, more) {
  const autosave = await training(epochs, more);
  await finish(autosave, epochs);
  return autosave;
}

const features = (name) => [{ name, bytes: 3000, parts: 3 }, async (part) => new Uint8Array(1000).fill(part + name.length)];

const evaluation = { accuracy: 0.75 };

/** A run trains on to its fourth epoch, and ends. */
export async function trainedOn(autosave) {
  for (const epoch of [2, 3, 4]) await epochOf(autosave, epoch);
  await finish(autosave, 4);
}

/** Runs enough for the listing. */
async function many() {
  const { ids } = await importRuns(Array.from({ length: 21 }, (_, i) => imported(`run ${i}`)));
  await listRuns();
  return ids;
}

/**
 * @typedef {object} Save
 * @property {() => Promise<any>} before makes the state before, and what `save` needs
 * @property {(made: any) => Promise<unknown>} save
 * @property {"parts"} [each] it consists of several, of which some can be done
 * @property {true} [reads] it is to change nothing
 * @property {true} [anew] done once more, it does something else
 * @type {Record<string, Save>}
 */
export const SAVES = {
  "the second checkpoint": { before: () => training(1), save: (autosave) => epochOf(autosave, 2), anew: true },
  "a later checkpoint, with files": { before: () => training(2), save: (autosave) => epochOf(autosave, 3), anew: true },
  "a new run and its first checkpoint, beside one that has ended": {
    before: () => ended(1, { names: false }),
    save: () => training(1),
    anew: true,
  },
  "the network of a run that has ended": { before: () => training(2), save: (autosave) => finish(autosave, 3) },
  "the frozen weights, and a checkpoint without them": {
    before: () => training(0),
    save: async (autosave) => {
      await autosave.onFitEvent(file("backup-frozen.safetensors", "frozen", false));
      await autosave.onFitEvent(backup(1));
    },
    anew: true,
  },
  "another temperature of a kept network": { before: () => ended(1), save: (autosave) => autosave.replace(async () => tabfitFile(2, true)) },
  "scores": { before: () => ended(1), save: (autosave) => autosave.score("test", evaluation) },
  "answers": { before: () => ended(1), save: (autosave) => autosave.run.saveAnswers("test", new Uint8Array(500)) },
  "a name": { before: () => ended(1), save: (autosave) => rename(autosave.run.id, "renamed") },
  "a note": { before: () => ended(1), save: (autosave) => noteRun(autosave.run.id, "noted") },
  "a name among many runs": { before: many, save: ([id]) => rename(id, "renamed") },
  "weights that are dropped": { before: () => ended(1), save: (autosave) => drop(autosave.run.id, true) },
  "a run that is deleted": { before: () => ended(1), save: (autosave) => drop(autosave.run.id, false), anew: true },
  "a run that is discarded": {
    before: async () => {
      const autosave = await training(2);
      autosave.stopped();
      return autosave;
    },
    save: (autosave) => autosave.discard(),
    anew: true,
  },
  "runs that are deleted": {
    before: async () => [(await ended(1)).run.id, (await ended(1, { names: false })).run.id], save: (ids) => dropRuns(ids), each: "parts", anew: true,
  },
  "runs that are imported": { before: () => ended(1), save: () => importRuns([imported("one"), imported("two")]).then(({ why }) => why && told.push(why)), each: "parts", anew: true },
  "features": { before: () => keepFile(...features("old")), save: () => keepFile(...features("new")), each: "parts" },
  "decisions": {
    before: () => changeNote("decisions", () => ({ format: 1, records: [1] })),
    save: () => changeNote("decisions", (before) => ({ format: 1, records: [...new Set([...before.records, 2])] })),
  },
  "a grouping": { before: () => keepGrouping({ by: "name", pattern: "a" }), save: () => keepGrouping({ by: "name", pattern: "b" }) },
  "folds": { before: () => keepFolds({ format: 1, done: [] }), save: () => keepFolds({ format: 1, done: [1] }) },
  "how often a test part was scored": { before: () => timesOpened("the part", 2), save: () => timesOpened("the part", 1), anew: true },
  "everything is forgotten": { before: async () => { await ended(1); await keepFile(...features("old")); }, save: forgetAll, each: "parts", anew: true },
  "a list of what is kept": { before: async () => { await ended(1); release((await training(2, { names: false })).run.id); }, save: listKept, reads: true },
  "a list of many runs": { before: many, save: listRuns, reads: true },
  "the search for a run of an earlier visit": { before: () => training(2), save: () => autosaved().findEarlierRun(), reads: true },
  "a run that is opened to go on": {
    before: () => training(2),
    save: async (before) => {
      const autosave = autosaved();
      await autosave.findEarlierRun();
      await autosave.restore(async () => 1);
    },
    reads: true,
  },
};
