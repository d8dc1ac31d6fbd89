/** What a visit finds in the browser's storage, as one text: two states are the same if their texts are. */

import { listKept } from "../../../www/js/worker/kept.js";
import { Autosave } from "../../../www/js/worker/storage/autosave.js";
import { keepsNothing } from "../../../www/js/worker/storage/door.js";
import { keptFile } from "../../../www/js/worker/storage/features.js";
import { release } from "../../../www/js/worker/storage/locks.js";
import { readNote } from "../../../www/js/worker/storage/notes.js";
import { StoredRun } from "../../../www/js/worker/storage/stored-run.js";
import { survey } from "../../../www/js/worker/survey.js";

/** The frozen weights of a run are at the end of its network, in plain words. */
const textOf = (bytes) => bytes && `${bytes.length} ${hash(bytes)}${/frozen \w+$/.exec(new TextDecoder().decode(bytes.subarray(-20)))?.[0] ?? ""}`;
const bytesOf = async (file) => file && new Uint8Array(await file.arrayBuffer());

/** @param {Uint8Array} bytes */
const hash = (bytes) => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 16777619), 2166136261) >>> 0;

/** Where nothing is to be kept: the files that are there nevertheless, once the list was asked for. */
async function left() {
  await listKept();
  return JSON.stringify({ nothing: true, left: await names(), runs: [], notes: [null, null, null, null], features: [null, null] });
}

export async function seen() {
  if (await keepsNothing()) return left();
  const autosave = new Autosave(() => {});
  await autosave.findEarlierRun(); // a visit begins with it
  const offered = autosave.run?.id ?? null;
  const { entries, failed } = await survey();
  if (failed) throw failed;
  const runs = [];
  for (const { kept, line } of entries.slice(0, 3)) {
    const run = await StoredRun.open(kept.id);
    const network = await run.network();
    const checkpoint = await run.checkpoint();
    const [{ size, date, ...about }, { date: _, ...row }] = [kept, line];
    const files = {};
    await run.files.open(checkpoint?.note.files ?? (await run.manifest).files);
    for (const { path } of run.files.list.toSorted((a, b) => (a.path < b.path ? -1 : 1))) files[path] = await (await run.files.file(path)).text();
    const answers = [textOf(await run.answers("test")), textOf(await run.answers("validation"))];
    runs.push({ about, row, history: await run.history(), network: textOf(network), resumes: checkpoint !== null, files, answers });
  }
  return JSON.stringify({
    nothing: false, left: [], offered, trouble: autosave.trouble, names: entries.map(({ kept }) => `${kept.name} ${kept.weights}`), runs,
    notes: [await readNote("decisions"), await readNote("folds"), await readNote("grouping"), await readNote("opened")],
    features: [textOf(await bytesOf(await keptFile("old"))), textOf(await bytesOf(await keptFile("new")))],
  });
}

/** Goes on with the run that is offered, as after a reload, and says with what. */
export async function resumed() {
  const autosave = new Autosave(() => {});
  await autosave.findEarlierRun();
  const found = await autosave.restore(async (bytes) => textOf(bytes));
  const files = {};
  for (const { path } of autosave.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) files[path] = await (await autosave.file(path)).text();
  const id = autosave.run?.id ?? null;
  if (id) release(id);
  return JSON.stringify({ id, opened: found?.opened ?? null, files });
}

/** The names of all files, without the numbers of the callbacks' files. */
export async function names(folder, path = "") {
  folder ??= await navigator.storage.getDirectory();
  const found = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === "directory") found.push(...(await names(handle, `${path}${name}/`)));
    else found.push(path + name.replace(/^(file|slot)-.*/, "$1"));
  }
  return [...new Set(found)].sort();
}

/** Removes everything. A process that was just ended may hold a file a moment longer. */
export async function wipe() {
  const folder = await navigator.storage.getDirectory();
  for await (const name of folder.keys()) {
    for (let left = 100; ; left--) {
      try {
        await folder.removeEntry(name, { recursive: true });
        break;
      } catch (error) {
        if (left === 0 || error.name !== "NoModificationAllowedError") throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
