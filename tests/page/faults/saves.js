/** Everything that the page saves: for each, a state before it, and the save. No training: the bytes are made up. */

import { takeRead } from "../../../www/js/worker/care.js";
import { forgetDecisions, keepDecisions, keepFolds, keepGrouping } from "../../../www/js/worker/decisions.js";
import { evaluate } from "../../../www/js/worker/evaluate.js";
import { dropFeatures, keepFeatures, tellOfFeatures } from "../../../www/js/worker/features.js";
import { drop, dropRuns, forgetAll, keepTemperature, listKept, rename, setKeepNothing } from "../../../www/js/worker/kept.js";
import { importRuns, listRuns, noteRun } from "../../../www/js/worker/run-list.js";
import { autosave as worker, state } from "../../../www/js/worker/state.js";
import { Autosave } from "../../../www/js/worker/storage/autosave.js";
import { release } from "../../../www/js/worker/storage/locks.js";
import { ABOUT, backup, file, folder, history, imported, start, tabfitFile } from "./made-up.js";

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

const frozen = (weights) => file("backup-frozen.safetensors", `frozen ${weights}`, false);

const finish = (autosave, epochs) => autosave.finish(async () => tabfitFile(epochs, true), { history: history(epochs), manifest: null });

/** A run that has ended. */
async function ended(epochs, more) {
  const autosave = await training(epochs, more);
  await finish(autosave, epochs);
  return autosave;
}

/** What frozen layers made of pictures. @param {...string} names */
const features = (...names) => keepFeatures(folder({ features: names }));

const decision = (content, label) => ({ content, path: `${content}.png`, given: "a", label });

/** A run that has ended, whose network is in memory and answers to pictures. */
async function inMemory() {
  const { run } = await ended(1);
  takeRead(folder({}), { classNames: ["a", "b"] });
  const answers = { pictures: Uint32Array.of(2, 3), labels: Uint32Array.of(0, 1), probabilities: Float32Array.of(0.5, 0.5, 0.25, 0.75), unlike: null };
  const network = { temperature: 1, info: { unfinished: null }, free() {}, save: async () => tabfitFile(2, true), evaluate: async () => ({ accuracy: 0.75, details: answers }) };
  Object.assign(state, { network, opened: false });
  worker.use(run);
  return network;
}

/** Says why something is not kept, as the page does. @param {string} clause */
const tell = (clause) => void (clause && told.push(`It is not kept: ${clause}.`));

async function listing() {
  const { runs, features, decisions, why } = await listKept();
  if (why) told.push(why);
  return { runs: runs.map(({ name, ended, weights }) => [name, ended, weights]), features, decisions };
}

/** A run trains on to its fourth epoch, and ends. */
export async function trainedOn(autosave) {
  for (const epoch of [2, 3, 4]) await epochOf(autosave, epoch);
  await finish(autosave, 4);
}

/** Something of everything. */
async function all() {
  await ended(1);
  release((await training(2, { names: false })).run.id);
  await features("old");
  await keepDecisions([decision("a", "b")]);
}

/** Runs enough for the listing. */
async function many() {
  const { ids } = await importRuns(Array.from({ length: 21 }, (_, i) => imported(`run ${i}`)));
  await listRuns();
  return ids;
}

async function rows() {
  const { runs, why } = await listRuns();
  tell(why);
  return runs;
}

/**
 * @typedef {object} Save
 * @property {() => Promise<any>} before makes the state before, and what `save` needs
 * @property {(made: any) => Promise<unknown>} save
 * @property {"runs" | "parts"} [each] it consists of several, of which some can be done: whole runs, notes and files, or also parts of a run
 * @property {true} [reads] it is to change nothing, and answers the same or says why it does not
 * @property {true} [anew] done once more, it does something else
 * @property {string} [shows] what the network and the run that goes on have, once it is done
 * @property {true} [makesRoom] features lie beside it, which go where there is no space
 * @type {Record<string, Save>}
 */
const PLAIN = {
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
      await autosave.onFitEvent(frozen("these"));
      await autosave.onFitEvent(backup(1));
    },
    shows: "frozen these",
    anew: true,
  },
  "a checkpoint beside its frozen weights, and those of another run": {
    before: async () => {
      const other = await training(0, { names: false });
      await other.onFitEvent(frozen("other"));
      await other.onFitEvent(backup(1));
      const autosave = await training(0);
      await autosave.onFitEvent(frozen("these"));
      await autosave.onFitEvent(backup(1));
      return autosave;
    },
    save: (autosave) => epochOf(autosave, 2),
    shows: "frozen these",
    anew: true,
  },
  "a checkpoint after a callback has removed its file": {
    before: () => training(1),
    save: async (autosave) => {
      await autosave.onFitEvent({ ...file("best.tabfit", ""), bytes: null });
      await epochOf(autosave, 2);
    },
    anew: true,
  },
  "another temperature of a kept network": { before: inMemory, save: keepTemperature },
  "the scores on a test part, its answers and how often it was scored": {
    before: inMemory, save: () => evaluate("test", new AbortController().signal), each: "parts", anew: true,
  },
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
    before: async () => [(await ended(1)).run.id, (await ended(1, { names: false })).run.id], save: (ids) => dropRuns(ids), each: "runs", anew: true,
  },
  "runs that are imported": { before: () => ended(1), save: () => importRuns([imported("one"), imported("two")]).then(({ why }) => tell(why)), each: "runs", anew: true },
  "features": { before: () => features("old"), save: () => features("new") },
  "features that a run refuses": {
    before: () => features("old", "new"), save: () => tellOfFeatures({ name: "new", bytes: 3000, refusal: "they are of other pictures" }), anew: true,
  },
  "features that are forgotten": { before: () => features("old", "new"), save: dropFeatures, each: "runs" },
  "decisions": {
    before: async () => {
      takeRead(folder({ contents: "xy" }), { classNames: ["a", "b"] });
      await keepDecisions([decision("x", "b")]);
      takeRead(folder({}), { classNames: ["a", "b"] });
      await keepDecisions([decision("a", "b")]);
    },
    save: () => keepDecisions([decision("a", null), decision("c", "b")]).then(tell),
  },
  "decisions that are forgotten": { before: () => keepDecisions([decision("a", "b")]), save: forgetDecisions },
  "a grouping": { before: () => keepGrouping({ by: "name", pattern: "a" }), save: () => keepGrouping({ by: "name", pattern: "b" }) },
  "folds": { before: () => keepFolds({ format: 1, done: [] }), save: () => keepFolds({ format: 1, done: [1] }) },
  "everything is forgotten": { before: all, save: forgetAll, each: "runs" },
  "nothing is kept from now on": { before: all, save: () => setKeepNothing(true), each: "runs" },
  "something is kept again": { before: () => setKeepNothing(true), save: () => setKeepNothing(false) },
  "a list of what is kept": { before: all, save: listing, reads: true },
  "a list of runs": { before: all, save: rows, reads: true },
  "a list of many runs": { before: many, save: rows, reads: true },
  "the search for a run of an earlier visit": {
    before: () => training(2),
    save: async () => {
      const autosave = autosaved();
      await autosave.findEarlierRun();
      if (autosave.trouble) told.push(autosave.trouble);
      return [autosave.run?.id ?? null, autosave.files];
    },
    reads: true,
  },
  "a run that is opened to go on": {
    before: () => training(2),
    save: async (before) => {
      const autosave = autosaved();
      await autosave.findEarlierRun();
      if (autosave.trouble) told.push(autosave.trouble);
      return [(await autosave.restore(async (bytes) => bytes.length))?.opened ?? null, autosave.files];
    },
    reads: true,
  },
};

/** Those that take space, where features lie beside them. */
const WITH_FEATURES = [
  "a later checkpoint, with files", "a new run and its first checkpoint, beside one that has ended", "the network of a run that has ended",
  "the frozen weights, and a checkpoint without them", "another temperature of a kept network", "the scores on a test part, its answers and how often it was scored",
  "a name", "a note", "weights that are dropped", "runs that are imported", "decisions", "a grouping", "folds",
];

/** @type {Record<string, Save>} */
export const SAVES = { ...PLAIN, ...Object.fromEntries(WITH_FEATURES.map((name) => [`${name}, beside features`, {
  ...PLAIN[name], anew: true, makesRoom: true,
  before: async () => {
    await features("old");
    return PLAIN[name].before();
  },
}])) };
