/** What is kept in this browser: the list of it, and what a person can do with each entry. */

import { Sequential } from "../../tabfit.js";
import { TrainerError } from "../shared/errors.js";
import { countDecisions, forgetNotes } from "./decisions.js";
import { autosave, sendEvent, state } from "./state.js";
import { removeUnwished } from "./storage/all-runs.js";
import { keepNothing, keepsNothing, space } from "./storage/door.js";
import { forgetFeatures, sizeOfFeatures, storeBefore } from "./storage/features.js";
import { forgetListing } from "./storage/listing.js";
import { claim, release, takenElsewhere } from "./storage/locks.js";
import { noLongerKept } from "./storage/manifest.js";
import { forgetOpened } from "./storage/opened.js";
import { isChanged } from "./storage/opfs.js";
import { keepsNone, reason, trainedElsewhere } from "./storage/reason.js";
import { StoredRun } from "./storage/stored-run.js";
import { survey } from "./survey.js";

/**
 * @import { DeviceKind, Evaluation, Part } from "../../tabfit.js"
 * @import { Kept, OpenedRun } from "../shared/protocol.js"
 */

/** With more networks than this the page asks whose weights to drop. */
const MOST = 10;

/** Tabs of the page tell one another when the list has changed. */
const tabs = new BroadcastChannel("tabfit kept");
tabs.onmessage = () => void publishKept(false);

/** Tells the page what is kept now. @param {boolean} [here] whether this tab has changed it */
export async function publishKept(here = true) {
  sendEvent({ type: "kept", kept: await listKept() });
  if (here) tabs.postMessage(null);
}

/** Keeps the network of an ended run, with all that is needed to train on. @param {Sequential} network */
export async function keepNetwork(network) {
  await autosave.finish(() => network.save({ includeOptimizer: true }), network.info);
}

/** @returns {Promise<Kept>} */
export async function listKept() {
  const none = { runs: [], features: 0, decisions: 0, current: null, most: MOST, unkept: autosave.unkept, nothing: false, why: "", space: await space() };
  try {
    if (await keepsNothing()) {
      await removeUnwished().catch(() => {}); // the next list tries again
      return { ...none, nothing: true };
    }
    const { entries, taken, failed } = await survey();
    const failures = failed ? [failed] : [];
    const counted = (/** @type {Promise<number>} */ count) => count.catch((error) => {
      if (!isChanged(error)) failures.push(error); // else another tab removes it just now
      return 0;
    });
    const runs = entries.map(({ kept }) => ({ ...kept, elsewhere: taken(kept.id) }));
    const { run } = autosave;
    const current = state.network && !state.opened && !autosave.unkept && runs.find(({ id, weights }) => id === run?.id && weights);
    const [features, decisions] = [await counted(sizeOfFeatures()), await counted(countDecisions())];
    const why = failures.length > 0 ? `What this browser keeps could not be looked through (${reason(failures[0])}); reload the page to try again.` : "";
    return { ...none, runs, features, decisions, current: current ? current.id : null, why };
  } catch (error) {
    return { ...none, why: `This browser can keep no network: ${reason(error)}.` };
  }
}

/** @param {string} id */
export async function find(id) {
  const run = await StoredRun.open(id);
  if (!run) throw noLongerKept();
  return run;
}

/** @param {string} id */
async function networkOf(id) {
  const run = await find(id);
  const file = await run.network();
  if (!file) throw new TrainerError("FileError", "The weights of this network are no longer kept; its curves and scores are.");
  return { run, file };
}

/**
 * Opens a kept network in place of the one in memory; of a run without weights, only its curves and scores.
 *
 * @param {string} id
 * @param {DeviceKind} device
 * @returns {Promise<OpenedRun>}
 */
export async function openKept(id, device) {
  const run = await find(id);
  const [file, manifest, history] = [await run.network(), await run.manifest, await run.history()];
  const scores = manifest?.scores ?? {};
  const epochs = manifest?.epochs ?? 0;
  if (!file) return { info: null, history, scores, epochs };
  const network = await Sequential.load(file, device);
  await run.files.open((await run.checkpoint())?.note.files ?? manifest?.files ?? []);
  state.network?.free();
  Object.assign(state, { network, opened: false });
  autosave.use(run);
  await publishKept(false);
  const { info } = network;
  return { info, history: info.history, scores, epochs };
}

/**
 * Takes the network of the worker before this one.
 *
 * @param {Uint8Array} bytes
 * @param {string | null} id of its run, if that is kept
 * @param {DeviceKind} device
 */
export async function takeOver(bytes, id, device) {
  const network = await Sequential.load(bytes, device);
  state.network?.free();
  Object.assign(state, { network, opened: id === null });
  if (id !== null) autosave.use(await find(id).catch(() => null));
  await publishKept(false);
}

/** @param {string} id @param {string} name @param {Partial<import("../shared/runs.js").RunAbout>} [more] what else is noted of the run */
export async function rename(id, name, more = {}) {
  await storeBefore(async () => (await find(id)).change({ name, ...more }));
  await publishKept();
}

/**
 * A kept network as a `.tabfit` file.
 *
 * @param {string} id
 * @param {boolean} includeOptimizer its state too, so that training can go on as if it had not been interrupted
 */
export async function fileOf(id, includeOptimizer) {
  const { file } = await networkOf(id);
  const network = await Sequential.load(file, "cpu");
  try {
    return await network.save({ includeOptimizer });
  } finally {
    network.free();
  }
}

/** Deletes a run, or only its weights: its curves, settings and scores then stay. @param {string} id @param {boolean} weightsOnly */
export async function drop(id, weightsOnly) {
  await storeBefore(() => holding(id, async (run) => {
    if (!weightsOnly) return run.remove();
    if (!(await run.history())) await keepHistory(run);
    await run.dropWeights();
  }));
  if (autosave.run?.id === id) autosave.use(null);
  if (autosave.unkept && state.network) await keepNetwork(state.network); // now there may be space for it
  await publishKept();
}

/** Deletes runs. @param {readonly string[]} ids */
export async function dropRuns(ids) {
  try {
    for (const id of ids) {
      await holding(id, (run) => run.remove());
      if (autosave.run?.id === id) autosave.use(null);
    }
  } finally {
    await publishKept();
  }
}

/** Does something with a run that no other tab trains. @param {string} id @param {(run: StoredRun) => Promise<void>} work */
async function holding(id, work) {
  const run = await find(id);
  if ((await takenElsewhere())(id) || !(await claim(id))) throw trainedElsewhere();
  try {
    await work(run);
  } finally {
    release(id);
  }
}

/** The curves of a run that was broken off are only in its checkpoint. @param {StoredRun} run */
async function keepHistory(run) {
  const file = await run.network();
  if (!file) return;
  const network = await Sequential.load(file, "cpu");
  const { history, unfinished, manifest } = network.info;
  network.free();
  const last = history?.epochs.at(-1) ?? null;
  await run.end(null, history, { epoch: (unfinished?.epoch ?? 1) - 1, last, run: manifest });
}

/** Deletes everything that is kept, but what another tab trains. */
export async function forgetAll() {
  await removeAll();
  await publishKept();
}

async function removeAll() {
  autosave.use(null);
  autosave.unkept = false;
  try {
    for (const run of await StoredRun.all()) if (await claim(run.id)) await run.remove().finally(() => release(run.id));
    await forgetListing();
    await forgetFeatures();
    await forgetNotes();
    await forgetOpened();
  } catch (error) {
    if (!keepsNone(error)) throw error;
  }
}

/** @param {boolean} wished */
export async function setKeepNothing(wished) {
  if (wished) await removeAll();
  await keepNothing(wished);
  await publishKept();
}

/** Its run keeps the network in memory with the temperature that it has now. @param {Sequential} network */
export async function keepTemperature(network) {
  if (!state.opened && !network.info.unfinished) await autosave.replace(() => network.save({ includeOptimizer: true }));
}

/** @param {Part} part @param {Evaluation} evaluation of the network in memory */
export async function keepScores(part, evaluation) {
  if (state.opened || !autosave.run) return;
  await autosave.score(part, evaluation);
  await publishKept();
}
