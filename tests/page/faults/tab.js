/** What a person does with the store in one tab: runs, renames, deletions and resumes. No training: the bytes are made up. */

import { drop, listKept, rename } from "../../../www/js/worker/kept.js";
import { importRuns, noteRun } from "../../../www/js/worker/run-list.js";
import { autosave } from "../../../www/js/worker/state.js";
import { release } from "../../../www/js/worker/storage/locks.js";
import { changeNote, readNote } from "../../../www/js/worker/storage/notes.js";
import { timesOpened } from "../../../www/js/worker/storage/opened.js";
import { StoredRun } from "../../../www/js/worker/storage/stored-run.js";
import { survey } from "../../../www/js/worker/survey.js";
import { ABOUT, backup, file, history, imported, start, tabfitFile } from "./made-up.js";

/** The run that this tab trains. @type {{ id: string, tag: number, epoch: number } | null} */
let training = null;

const ofRun = () => ({ id: training.id, tag: training.tag, epoch: training.epoch });

async function reopened() {
  autosave.use(null);
  await autosave.findEarlierRun();
}

async function epoch() {
  training.epoch += 1;
  await autosave.onFitEvent(file("log.csv", `${training.tag} ${training.epoch}\n`));
  await autosave.onFitEvent(backup(training.epoch, training.tag));
}

/** Each answers what is certain from then on. `tag` is a number that no other call has. @type {Record<string, (id: string, tag: number) => Promise<object | null>>} */
export const ACTS = {
  async fit(_, tag) {
    if (training) return null;
    await autosave.begin({ ...ABOUT, name: `fit ${tag}` });
    await autosave.onFitEvent(start);
    training = { id: "", tag, epoch: 0 };
    await epoch();
    training.id = autosave.run.id;
    return ofRun();
  },
  async epoch() {
    if (!training) return null;
    await epoch();
    return ofRun();
  },
  async finish() {
    if (!training) return null;
    const run = { ...ofRun(), ended: true };
    await autosave.finish(async () => tabfitFile(run.epoch, true, run.tag), { history: history(run.epoch), manifest: null });
    training = null;
    return run;
  },
  /** The tab is closed, and opened again. */
  async close() {
    const closed = training && { closed: true };
    if (training) release(training.id);
    training = null;
    await reopened();
    return closed;
  },
  async resume() {
    if (training) return null;
    await reopened();
    if (!autosave.run) return null;
    const { id } = autosave.run;
    const found = await autosave.restore(async (bytes) => ({ tag: bytes.at(-1), size: bytes.length }));
    if (!found) return null;
    await autosave.goOn(ABOUT);
    const rows = (await (await autosave.file("log.csv")).text()).trim().split("\n");
    training = { id, tag: found.opened.tag, epoch: rows.length };
    return { ...ofRun(), resumed: true };
  },
  async import(_, tag) {
    const { ids, why } = await importRuns([imported(`import ${tag}`)]);
    if (why) throw new Error(why);
    return { id: ids[0], tag, epoch: 2, ended: true };
  },
  async rename(id, tag) {
    await rename(id, `name ${tag}`);
    return { id, name: `name ${tag}` };
  },
  async note(id, tag) {
    await noteRun(id, `note ${tag}`);
    return { id, note: `note ${tag}` };
  },
  async evaluate(id, tag) {
    const run = training ? null : await StoredRun.open(id);
    if (!(await run?.manifest)) return null; // only what is listed can be opened
    autosave.use(run);
    const part = tag % 2 ? "test" : "validation";
    await autosave.score(part, { accuracy: 0.5 });
    return (await run.manifest) && { id, part };
  },
  async delete(id) {
    if (training?.id === id) return null;
    await drop(id, false);
    return { id, deleted: true };
  },
  async dropWeights(id) {
    if (training?.id === id || !(await (await StoredRun.open(id))?.manifest)?.ended) return null;
    await drop(id, true);
    return { id, dropped: true };
  },
  async list() {
    const { runs, why } = await listKept();
    if (why) throw new Error(why);
    return runs.length > 0 ? { listed: runs.length } : null;
  },
  async decide(_, tag) {
    await changeNote("decisions", (before) => ({ format: 1, records: [...(before?.records ?? []), { content: String(tag), path: "a", given: "a", label: null }] }));
    return { decision: String(tag) };
  },
  async score() {
    await timesOpened("the part", 1);
    return { opened: 1 };
  },
};

/** What there is in the end. */
export async function found() {
  const { entries } = await survey();
  const runs = [];
  for (const { kept } of entries) {
    const run = await StoredRun.open(kept.id);
    const { note = "", scores } = await run.manifest;
    const network = kept.weights ? await run.network() : null;
    await run.files.open((await run.checkpoint())?.note.files ?? (await run.manifest).files);
    const log = run.files.has("log.csv") ? await (await run.files.file("log.csv")).text() : "";
    runs.push({ id: kept.id, name: kept.name, note, ended: kept.ended, epoch: kept.epoch, weights: kept.weights, tag: network && network.at(-1), log, scores: Object.keys(scores) });
  }
  const decisions = (await readNote("decisions"))?.records.map(({ content }) => content) ?? [];
  return { runs, decisions, opened: await timesOpened("the part", 0) };
}

/** The ids of all runs, for the next act. */
export const ids = () => StoredRun.ids();

/** There all tabs have one page, so that each hears what any of them says. */
const IN_NODE = "process" in globalThis;

/** What the page of this tab was told since the act began. @type {string[]} */
let told = [];
const post = self.postMessage.bind(self);
self.postMessage = (message, ...more) => {
  if (message.event?.type === "trouble") told.push(message.event.message);
  if (message.kind !== "event" || IN_NODE) post(message, ...more);
};

export const DOES = {
  ids,
  found,
  async act(name, id, tag) {
    told = [];
    try {
      return { value: await ACTS[name](id, tag), error: "", told };
    } catch (error) {
      return { value: null, error: error.message || error.name, told };
    }
  },
};
